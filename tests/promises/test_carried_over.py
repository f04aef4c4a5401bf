"""A promise that was entered before contacts, places and versions had tables of their own keeps all that it said."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from trygghet import database
from trygghet.promises import actions
from trygghet.settings import ROOT
from trygghet.site import actions as site
from trygghet.tongue import SWEDISH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trygghet import embedded

pytestmark = pytest.mark.anyio
NOW = dt.datetime(2024, 10, 1, 6, tzinfo=dt.UTC)
HOME, POLICE, PROMISE = (uuid.UUID(int=number) for number in (1, 2, 3))
ACTIVITY = {"id": str(uuid.UUID(int=4)), "title": "Kontroller", "body": "", "responsible": "Polisen", "at_least": 12, "per": "year", "unit": ""}
CONTENT: dict[str, Any] = {
    "title": "Löftet",
    "area": "Björken",
    "oath": "Vi lovar.",
    "valid_from": "2023-01-01",
    "valid_until": "2024-12-31",
    "review_on": None,
    "parties": [
        {"name": name, "short": name, "side": side, "signatory_office": "", "signatory_name": "", "signed": True, "signed_on": "2023-02-10"}
        for name, side in (("Björken", "municipality"), ("Polisen", "police"))
    ],
    "chapters": [],
    "definitions": [],
    "links": [],
    "areas": [],
    "goals": [],
    "activities": [{**ACTIVITY, "outcomes": [{"on": "2024-03-01", "amount": 3}]}],
    "contact": {"office": "Samordnare", "name": "Anna", "phone": "", "email": ""},
    "told_through": "",
    "tell_every_days": None,
    "page_updated_on": None,
    "follow_ups": [],
    "rhythms": [],
}


@pytest.fixture
async def old(postgresql: embedded.PostgreSQL, anyio_backend: str) -> AsyncIterator[str]:
    """The address of a database as it was after the first migration, with a promise in it."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE DATABASE {name}")
    url = postgresql.url.removesuffix("trygghet") + name
    link = await asyncpg.connect(url)
    await database._prepare(link)
    await link.execute("CREATE TABLE migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())")
    await link.execute((ROOT / "migrations" / "0001_start.sql").read_text(encoding="utf-8"))
    await link.execute("INSERT INTO migration (name) VALUES ('0001_start')")
    await _enter(link)
    await link.close()
    yield url
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def _enter(link: asyncpg.Connection[Any]) -> None:
    for id_, slug, kind in ((HOME, "bjorken", "municipality"), (POLICE, "lpo", "police")):
        await link.execute(
            "INSERT INTO organisation (id, slug, name, short_name, kind, created_at) VALUES ($1, $2, $2, $2, $3, $4)", id_, slug, kind, NOW
        )
    await link.execute(
        "INSERT INTO promise (id, title, area_name, oath, valid_from, valid_until, stage, contact_office, contact_name, created_by, created_at, updated_at)"
        " VALUES ($1, 'Löftet', 'Björken', 'Vi lovar.', '2023-01-01', '2024-12-31', 'signed', 'Samordnare', 'Anna', $2, $3, $3)",
        PROMISE,
        HOME,
        NOW,
    )
    for one, side in ((HOME, "municipality"), (POLICE, "police")):
        await link.execute("INSERT INTO access (promise_id, organisation_id, since) VALUES ($1, $2, $3)", PROMISE, one, NOW)
        await link.execute(
            "INSERT INTO party (promise_id, organisation_id, side, signed, signed_on) VALUES ($1, $2, $3, true, '2023-02-10')", PROMISE, one, side
        )
    await link.execute("INSERT INTO activity (promise_id, position, title, at_least, per) VALUES ($1, 0, 'Kontroller', 12, 'year')", PROMISE)
    await link.execute(
        "INSERT INTO published_promise (promise_id, slug, name, valid_from, content, published_at, changed_at)"
        " VALUES ($1, 'bjorken', 'Björken', '2023-01-01', $2, $3, $3)",
        PROMISE,
        CONTENT,
        NOW,
    )


async def test_contacts_and_versions_are_carried_over_and_targets_still_count(old: str) -> None:
    await database.migrate(old)
    async with database.opened(old):
        found = await actions.read(HOME, PROMISE)
        shown = (await site.across_organisations_municipality("bjorken", NOW.date())).shown
    assert [(one.office, one.name, one.organisation) for one in found.contacts] == [("Samordnare", "Anna", "")]
    assert [(one.number, one.kind, one.signed_on) for one in found.versions] == [(1, "first", dt.date(2023, 2, 10))]
    assert found.late_words == "Undertecknat 10 februari 2023, gäller från 1 januari 2023"
    assert [(one.title, one.measure, one.places, one.removed_in) for one in found.all_activities] == [("Kontroller", "count", (), None)]
    assert shown.content["contacts"] == [{"office": "Samordnare", "name": "Anna", "phone": "", "email": "", "organisation": ""}]
    counted = shown.counted(shown.areas(NOW.date()))[0]
    assert (counted.tally.done, counted.tally.promised, counted.owner, counted.target(SWEDISH)) == (3, 12, "Polisen", ["Minst 12 varje år"])
    assert (shown.sources, shown.changes(SWEDISH), shown.late(SWEDISH), shown.removed(NOW.date())) == ([], [], "", ())
