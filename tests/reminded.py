"""What reminders leave behind them in the world: letters in every state, a ladder, a handover, addresses that mail comes back from, a room in a
chat and a night that was tried. Whatever is Björken's to know carries the world's secret.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, NamedTuple

from tests import cast
from trygghet import database
from trygghet.connections import actions as connections
from trygghet.copies import actions as copies
from trygghet.deliveries import store
from trygghet.members.log import Actor
from trygghet.stops import actions as stops

if TYPE_CHECKING:
    from trygghet.deliveries.rules import Delivery
    from trygghet.stops.rules import Stop

NOW = cast.START
BOUNCING = uuid.UUID(int=16)
KEY = uuid.UUID(int=79)
"""How Ragna's address stands, from which mail has come back once."""


class Chat(NamedTuple):
    """A room of Björken's in a chat, and the letter to its administrators about a duty that nobody can be reminded of."""

    room: uuid.UUID
    nobody: uuid.UUID


class Published(NamedTuple):
    """Skogen's stop of all publishing, Björken's is lifted; and of an update: the row that has gone out on our page, the one that waits for a hand, and a copy."""

    stop: Stop
    sent: Delivery
    manual: Delivery
    copy: uuid.UUID


async def published(update: uuid.UUID, secret: str) -> Published:
    """The update is on the page and not in its account; Björken has stopped the rest."""
    anna, per = Actor("Anna", "Säkerhetssamordnare"), Actor("Per", "Kommunpolis")
    await stops.stop(cast.BJORKEN, f"Fel {secret}", by=anna, now=NOW)
    await stops.lift(cast.BJORKEN, by=anna, now=NOW)
    await stops.stop(cast.SKOGEN, f"Fel {secret}", by=per, now=NOW)
    async with database.across_organisations() as link:
        page = await link.fetchval(
            "UPDATE delivery SET state = 'sent', remote_url = $2, settled_at = $3 WHERE status_update_id = $1 AND channel = 'page' RETURNING id",
            update,
            f"https://example.org/{secret}",
            NOW,
        )
        account = await link.fetchval(
            "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, state, promise_id, status_update_id, connection_id, created_at)"
            " SELECT organisation_id, key || ':hand', kind, 'assisted', title, due_at, 'manual', promise_id, status_update_id, connection_id, created_at"
            " FROM delivery WHERE status_update_id = $1 AND connection_id IS NOT NULL RETURNING id",
            update,
        )
    async with database.within(cast.BJORKEN):
        sent, manual = [await store.get(cast.BJORKEN, one) for one in (page, account)]
        await copies.keep(cast.BJORKEN, page, None, now=NOW)
        await copies.keep(cast.BJORKEN, account, {"text": secret}, now=NOW)
    async with database.across_organisations() as link:
        copy = await link.fetchval("SELECT id FROM published_copy WHERE channel = 'assisted'")
    found = await stops.read(cast.SKOGEN, now=NOW)
    assert found.own
    return Published(found.own, sent, manual, copy)


async def deliveries(secret: str) -> list[Delivery]:
    """Björken's next five reminders: one planned, one in the queue, one being sent, one that failed, one of which nobody knows."""
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO suppression (id, email, tier, reason, last_at, created_at) VALUES ($1, $2, 'watched', $3, $4, $4)",
            BOUNCING,
            cast.email("ragna"),
            secret,
            NOW,
        )
        nearest = "SELECT id FROM delivery WHERE organisation_id = $1 AND kind = 'reminder' AND lead_days > 0 AND promise_id IS NOT NULL ORDER BY due_at, id LIMIT 5"
        rows = await link.fetch(nearest, cast.BJORKEN)
        ids = [row["id"] for row in rows]
        await link.execute("UPDATE delivery SET title = title || $1", f" {secret}")
        await link.execute("UPDATE delivery SET handed_out_until = $2 WHERE id = $1", ids[1], NOW)
        for one, state in zip(ids[2:], ("sending", "failed", "unclear"), strict=True):
            await link.execute("UPDATE delivery SET state = $2, attempts = 1, fence = 1, reason = $3 WHERE id = $1", one, state, secret)
    async with database.within(cast.BJORKEN):
        return [await store.get(cast.BJORKEN, one) for one in ids]


async def arrived(secret: str) -> uuid.UUID:
    """A letter that has come to Anna and that she has not read, and a kind that she does not want by mail."""
    async with database.across_organisations() as link:
        await link.execute("INSERT INTO silenced_kind (person_id, kind, created_at) VALUES ($1, 'summary', $2)", cast.person_id("anna"), NOW)
        found: uuid.UUID = await link.fetchval(
            "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, state, person_id, created_at, settled_at)"
            " VALUES ($1, 'arrived', 'notice', 'mail', $2, $4, 'sent', $3, $4, $4) RETURNING id",
            cast.BJORKEN,
            f"Besked {secret}",
            cast.person_id("anna"),
            NOW,
        )
    return found


async def handover(secret: str) -> uuid.UUID:
    """Anna's reminders go to Bo for some days."""
    async with database.across_organisations() as link:
        found: uuid.UUID = await link.fetchval(
            "INSERT INTO handover (organisation_id, person_id, to_person_id, from_on, until_on, by_name, created_at)"
            " VALUES ($1, $2, $3, '2025-01-02', '2025-01-06', $4, $5) RETURNING id",
            cast.BJORKEN,
            cast.person_id("anna"),
            cast.person_id("bo"),
            f"Anna {secret}",
            NOW,
        )
    return found


async def ladder(secret: str) -> None:
    """Björken has a ladder of its own for what the law asks for, and mail to Berit comes back."""
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO ladder (organisation_id, kind, steps, by_name, by_office, changed_at) VALUES ($1, 'statute', $2, $3, 'Ordförande', $4)",
            cast.BJORKEN,
            [{"count": 30, "unit": "days", "to": ["owner"]}],
            f"Bo {secret}",
            NOW,
        )
        await link.execute(
            "INSERT INTO suppression (email, tier, reason, last_at, created_at) VALUES ($1, 'stopped', $2, $3, $3)",
            cast.email("berit"),
            f"550 {secret}",
            NOW,
        )


async def chat(duty: uuid.UUID, secret: str) -> Chat:
    room = await connections.add(
        cast.BJORKEN,
        channel="webhook",
        name=f"Rum {secret}",
        base_url="https://chat.example.org",
        token="https://chat.example.org/hemligt",
        secret_key="x" * 40,
        form="slack",
        now=NOW,
    )
    add = "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, created_at, connection_id) VALUES ($1, $2, $3, $4, $5, $6, $6, $7) RETURNING id"
    async with database.across_organisations() as link:
        key = f"notice:nobody:{duty}:2025-01-31:{cast.BJORKEN}:{cast.BJORKEN}:administrator"
        nobody = await link.fetchval(add, cast.BJORKEN, key, "notice", "mail", f"Ingen {secret}", NOW + dt.timedelta(days=800), None)
        await link.fetchval(add, cast.BJORKEN, f"post:test:{room}", "post", "webhook", f"Prov {secret}", NOW + dt.timedelta(days=800), room)
    return Chat(room, nobody)


async def night(secret: str) -> None:
    """A night that went well, as if it were Björken's: a night is of an organisation that is nobody's, and the policy knows no other word for that."""
    async with database.across_organisations() as link:
        made = await link.execute(
            "INSERT INTO canary_night (organisation_id, obligation_id, night, marker, planned_at, returned_at)"
            " SELECT organisation_id, id, $2, $3, $4, $4 FROM obligation WHERE organisation_id = $1 AND kind = 'statute' ORDER BY key LIMIT 1",
            cast.BJORKEN,
            NOW.date(),
            secret,
            NOW,
        )
    assert made == "INSERT 0 1"


async def key(secret: str) -> None:
    """A key to the API that Björken has given somebody."""
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO api_key (id, organisation_id, name, key_hash, issued_by, issued_at) VALUES ($1, $2, $3, $4, 'Adam', $5)",
            KEY,
            cast.BJORKEN,
            f"Tidningen {secret}",
            secret.encode(),
            NOW,
        )
