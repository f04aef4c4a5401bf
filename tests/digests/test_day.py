"""One letter a person and day, from the rows: several organisations, several seats, a retry, somebody who reads English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.obligations import given
from tests.reminders.test_actions import at, deliver_until, entered, settled, sql
from trygghet import database
from trygghet.channels.messages import NotSent
from trygghet.deliveries import sending
from trygghet.digests import actions as digests

if TYPE_CHECKING:
    from trygghet.channels.messages import Letter, Message, Receipt
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio


async def test_who_sits_in_two_organisations_has_one_letter_from_both(database_url: str, settings: Settings) -> None:
    await entered()
    await cast.seated("anna", cast.SKOGEN, "leader", "Biträdande chef")
    letters = [one for one in await deliver_until(at("2024-11-01"), settings) if one.to_address == cast.email("anna")]
    assert len(letters) == 1
    assert "Säkerhetssamordnare, Björkens kommun" in letters[0].text
    assert "Biträdande chef, LPO Skogen" in letters[0].text


async def test_all_rows_of_a_letter_share_its_outcome(database_url: str, settings: Settings) -> None:
    await entered(activities=given.dated("Vandring", "2024-11-15"))
    letters = [one for one in await deliver_until(at("2024-11-01"), settings) if one.to_address == cast.email("anna")]
    assert len(letters) == 1
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT state, message_id FROM delivery WHERE person_id = $1 AND state <> 'skipped'", cast.person_id("anna"))
    assert len(rows) == 3
    assert {(row["state"], row["message_id"]) for row in rows} == {("sent", letters[0].message_id)}


class Refusing:
    """A mail server that is away the first time."""

    repeatable = True

    def __init__(self) -> None:
        self.tried: list[str] = []

    async def send(self, message: Message) -> Receipt:
        """Refuses."""
        self.tried.append(message.message_id)  # type: ignore[union-attr]
        raise NotSent("Upptaget.")

    async def find(self, message: Message) -> Receipt | None:
        """Nothing was taken."""

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_letter_that_is_tried_again_is_the_same_letter(database_url: str, settings: Settings) -> None:
    await entered()
    busy, now = Refusing(), at("2024-11-01")
    for batch in await digests.across_organisations_hand_out(now=now, wall=now):
        await sending.across_organisations_deliver(
            batch, composers={"reminder": digests.composer(settings)}, channels={"mail": busy}, now=now, wall=now
        )
    again: list[Letter] = await deliver_until(at("2024-11-04"), settings)
    assert busy.tried
    assert set(busy.tried) <= {one.message_id for one in again}


async def test_letters_are_in_the_language_that_the_reader_has_chosen(database_url: str, settings: Settings) -> None:
    await entered()
    await sql("UPDATE person SET language = 'en' WHERE id = $1", cast.person_id("anna"))
    anna = next(one for one in await deliver_until(at("2024-10-02"), settings) if one.to_address == cast.email("anna"))
    assert anna.subject == "The promise in Björken ends in 90 days"
    assert "Why do I get this? You coordinate the promise in Björken." in anna.text


async def test_the_ledger_and_the_inbox_say_what_the_letter_said_and_in_swedish(database_url: str, settings: Settings) -> None:
    renewal = await given.obligation_id(await entered(), "renewal:2024-12-31")
    await sql("UPDATE person SET language = 'en' WHERE id = $1", cast.person_id("per"))
    letters = {one.to_address: one.subject for one in await deliver_until(at("2024-10-04"), settings)}
    assert letters[cast.email("anna")] == "Löftet i Björken går ut om 88 dagar", "and it was planned for two days before"
    assert letters[cast.email("per")] == "The promise in Björken ends in 88 days"
    async with database.across_organisations() as link:
        titles = {row["title"] for row in await link.fetch("SELECT title FROM delivery WHERE obligation_id = $1 AND state = 'sent'", renewal)}
    assert titles == {letters[cast.email("anna")]}


async def test_one_row_that_cannot_be_told_holds_nobody_else_up(database_url: str, settings: Settings) -> None:
    promise_id = await entered()
    renewal = await given.obligation_id(promise_id, "renewal:2024-12-31")
    await sql(
        "UPDATE delivery SET key = 'reminder:trasig' WHERE obligation_id = $1 AND organisation_id = $2 AND lead_days = 90", renewal, cast.BJORKEN
    )
    letters = await deliver_until(at("2024-10-02"), settings)
    assert [one.to_address for one in letters] == [cast.email("per")]
    async with database.across_organisations() as link:
        broken = await link.fetchrow("SELECT state, attempts, reason FROM delivery WHERE key LIKE 'reminder:trasig%'")
    assert (broken["state"], broken["attempts"]) == ("planned", 1)
    assert broken["reason"].startswith("Meddelandet kunde inte sättas ihop")
    assert ("coordinator", "sent", "") in await settled(renewal)
