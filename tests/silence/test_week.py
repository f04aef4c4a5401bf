"""The week's summary from its planning to the leader's letter, with PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from trygghet import clock, database, swedish
from trygghet.channels.messages import Letter, Message, Receipt
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.preferences.rules import SILENCED
from trygghet.reminders.recipients import NO_LEADER
from trygghet.silence import actions, summary

if TYPE_CHECKING:
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
MONDAY = dt.datetime(2024, 10, 7, 5, 30, tzinfo=dt.UTC)
"""07.30 in Stockholm."""


class _Postbox:
    """A mail channel that keeps the letters."""

    repeatable = True

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, message: Message) -> Receipt:
        assert isinstance(message, Letter)
        self.letters.append(message)
        return Receipt()

    async def find(self, message: Message) -> Receipt | None:
        return Receipt() if message in self.letters else None

    async def close(self) -> None:
        """Nothing is open."""


async def _go(now: dt.datetime, settings: Settings) -> dict[str, Letter]:
    """Hands out and sends the summaries that are due by then; the letters by their address."""
    post, composer = _Postbox(), digests.composer(settings)
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM delivery WHERE kind <> 'summary'")  # what else is due that day would stand in the same letter
    while batches := await digests.across_organisations_hand_out(now=now, wall=clock.wall()):
        for batch in batches:
            await sending.across_organisations_deliver(batch, composers={"summary": composer}, channels={"mail": post}, now=now, wall=clock.wall())
    return {one.to_address: one for one in post.letters}


async def _rows() -> list[tuple[str, str, str]]:
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT o.slug, d.state, d.reason FROM delivery d JOIN organisation o ON o.id = d.organisation_id"
            " WHERE d.kind = 'summary' AND d.due_at <= $1 ORDER BY o.slug",
            MONDAY,
        )
    return [tuple(row) for row in rows]


async def test_each_organisation_with_a_promise_has_one_a_week_for_a_year_and_planning_again_adds_nothing(database_url: str) -> None:
    await made.promise()
    for _ in range(2):
        await actions.across_organisations_plan(now=cast.START)
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT organisation_id, count(*) AS n, max(due_at) AS last FROM delivery WHERE kind = 'summary' GROUP BY 1")
    assert {(row["organisation_id"], row["n"]) for row in rows} == {(cast.BJORKEN, 52), (cast.SKOGEN, 52)}
    assert {swedish.short_moment(row["last"]) for row in rows} == {"29 sep 07.30"}
    await actions.across_organisations_plan(now=cast.START + dt.timedelta(days=7))
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE kind = 'summary'") == 106


async def test_the_leaders_get_the_week_and_nobody_else_does(database_url: str, settings: Settings) -> None:
    promise_id = await made.promise()
    await actions.across_organisations_plan(now=cast.START)
    letters = await _go(MONDAY, settings)
    assert set(letters) == {cast.email("bo"), cast.email("pia")}
    bo = letters[cast.email("bo")]
    assert bo.subject == "Veckan: en frist är försenad och ett löfte är tyst"
    for body in (bo.text, bo.html):
        assert "Försenat: Uppföljningen för 2023 i Björken" in body
        assert "Tyst i Björken (645 dagar): invånarna har inget hört sedan löftet började gälla 1 januari 2023." in body
        assert "Tyst i Björken (645 dagar): inga utfall registrerade sedan löftet började gälla 1 januari 2023." in body
        assert f"http://testserver/loften/{promise_id}" in body
        assert "http://testserver/oversikt" in body
    assert bo.text.count("http://testserver/loften/") == 2
    names = dict(bo.headers)
    assert names["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {state for _, state, _ in await _rows()} == {"sent"}


async def test_nothing_is_sent_in_a_week_with_nothing_to_say_and_the_ledger_says_why(database_url: str, settings: Settings) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 1)
    async with database.across_organisations() as link:
        await link.execute("UPDATE obligation SET done_at = due_on")
        await link.execute("UPDATE promise_version SET signed_on = '2024-10-01'")
    await actions.across_organisations_plan(now=cast.START)
    assert await _go(MONDAY, settings) == {}
    assert await _rows() == [("bjorken", "skipped", summary.NOTHING), ("lpo-skogen", "skipped", summary.NOTHING)]


async def test_what_residents_were_told_the_week_before_is_in_it_once(database_url: str, settings: Settings) -> None:
    promise_id = await made.promise()
    async with database.across_organisations() as link:
        await link.executemany(
            "INSERT INTO status_update (promise_id, organisation_id, title, body, content_hash, shared_at, published_at, withdrawn_at, created_at, updated_at)"
            " VALUES ($1, $2, $3, 'Text.', 'h', $4, $4, $5, $4, $4)",
            [
                (promise_id, cast.BJORKEN, title, dt.datetime.fromisoformat(at), withdrawn)
                for title, at, withdrawn in (
                    ("Förrförra veckan", "2024-09-29T21:59:59+00:00", None),
                    ("Måndag", "2024-09-29T22:00:00+00:00", None),
                    ("Återtagen", "2024-10-02T08:00:00+00:00", MONDAY),
                    ("Denna vecka", "2024-10-06T22:00:00+00:00", None),
                )
            ],
        )
    await actions.across_organisations_plan(now=cast.START)
    text = (await _go(MONDAY, settings))[cast.email("bo")].text
    assert "Invånarna fick veta 30 september: ”Måndag” (Björken)." in text
    assert not any(title in text for title in ("Förrförra veckan", "Återtagen", "Denna vecka"))


async def test_a_leader_may_turn_it_off_and_the_other_party_keeps_its_own(database_url: str, settings: Settings) -> None:
    await made.promise()
    await actions.across_organisations_plan(now=cast.START)
    async with database.across_organisations() as link:
        await link.execute("INSERT INTO silenced_kind (person_id, kind, created_at) VALUES ($1, 'summary', $2)", cast.person_id("bo"), cast.START)
    assert set(await _go(MONDAY, settings)) == {cast.email("pia")}
    assert await _rows() == [("bjorken", "skipped", SILENCED), ("lpo-skogen", "sent", "")]


async def test_a_summary_climbs_to_nobody_when_nobody_leads(database_url: str, settings: Settings) -> None:
    await made.promise()
    await actions.across_organisations_plan(now=cast.START)
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-10-01' WHERE person_id = $1", cast.person_id("bo"))
    assert set(await _go(MONDAY, settings)) == {cast.email("pia")}
    assert await _rows() == [("bjorken", "skipped", NO_LEADER), ("lpo-skogen", "sent", "")]
    async with database.across_organisations() as link:
        assert not await link.fetchval("SELECT count(*) FROM delivery WHERE kind = 'notice'"), "and no alarm is raised"


async def test_who_reads_english_has_the_week_in_english(database_url: str, settings: Settings) -> None:
    await made.promise()
    await actions.across_organisations_plan(now=cast.START)
    async with database.across_organisations() as link:
        await link.execute("UPDATE person SET language = 'en' WHERE id = $1", cast.person_id("bo"))
    letters = await _go(MONDAY, settings)
    assert letters[cast.email("bo")].subject == "The week: 1 duty is late, 1 promise is quiet"
    assert letters[cast.email("pia")].subject.startswith("Veckan: ")
