"""Whoever changes the log past the product, by whatever rights, leaves a break that is found and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests import cast, made
from trygghet import database
from trygghet.history import actions
from trygghet.history.rules import Actor, Entry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

pytestmark = pytest.mark.anyio
ANNA = Actor(cast.person_id("anna"), "Anna Asson", "Säkerhetssamordnare")
BROKEN = {
    "a word is changed": ("UPDATE event SET words = jsonb_set(words, '{amount}', '\"9\"') WHERE promise_id = $1 AND seq = 3", 3, "den har ändrats"),
    "a name is changed": ("UPDATE event SET person_name = 'Någon annan' WHERE promise_id = $1 AND seq = 3", 3, "den har ändrats"),
    "a moment is changed": ("UPDATE event SET at = at + interval '1 second' WHERE promise_id = $1 AND seq = 3", 3, "den har ändrats"),
    "what was private is shown": ("UPDATE event SET shared = NOT shared WHERE promise_id = $1 AND seq = 3", 3, "den har ändrats"),
    "a link is put in with a hash that does not fit": (
        "UPDATE event SET previous_hash = hash WHERE promise_id = $1 AND seq = 3",
        3,
        "hänger inte ihop",
    ),
    "one is missing": ("DELETE FROM event WHERE promise_id = $1 AND seq = 3", 3, "den saknas"),
    "several are missing": ("DELETE FROM event WHERE promise_id = $1 AND seq IN (2, 3, 4)", 2, "den och alla till och med 4 saknas"),
    "the first is missing": ("DELETE FROM event WHERE promise_id = $1 AND seq = 1", 1, "den saknas"),
    "two have changed places": ("UPDATE event SET seq = 7 - seq WHERE promise_id = $1 AND seq IN (3, 4)", 3, "den har ändrats"),
    "the end is cut off": ("DELETE FROM event WHERE promise_id = $1 AND seq > 4", 5, "den och alla till och med 6 saknas"),
    "all are gone": ("DELETE FROM event WHERE promise_id = $1", 1, "den och alla till och med 6 saknas"),
    "the end is said to be elsewhere": ("UPDATE event_head SET seq = 4 WHERE promise_id = $1", 6, "kedjan slutar inte där den ska"),
    "the end is said to be another": ("UPDATE event_head SET hash = 'x' WHERE promise_id = $1", 6, "kedjan slutar inte där den ska"),
    "nothing is said of the end": ("DELETE FROM event_head WHERE promise_id = $1", 6, "uppgiften om var kedjan slutar saknas"),
}


@pytest.fixture
async def promise(database_url: str) -> UUID:
    """A promise with six events, beside one that nobody touches."""
    await made.promise(title="Det andra löftet")
    promise_id = await made.promise(title="Det brutna löftet")
    for amount in range(5):
        await made.recorded(promise_id, amount + 1)
    assert [one.seq for one in await actions.events(cast.BJORKEN, promise_id)] == [1, 2, 3, 4, 5, 6]
    return promise_id


@pytest.fixture
async def superuser(database_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Somebody with every right in the database."""
    link = await asyncpg.connect(database_url)
    yield link
    await link.close()


async def test_whole_chains_are_found_whole(promise: UUID) -> None:
    check = await actions.across_organisations_examine()
    assert (check.name, check.wrong, check.found) == ("historik", "", "7 händelser, alla kedjor är hela")
    assert (await actions.across_organisations_verify(promise)).sentence == "Kedjan är hel, 6 händelser."


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_done_to_it_is_found(name: str, promise: UUID, superuser: asyncpg.Connection[Any]) -> None:
    change, seq, wrong = BROKEN[name]
    await superuser.execute("ALTER TABLE event DROP CONSTRAINT event_promise_id_seq_key")  # as somebody would who wants two to change places
    assert await superuser.execute(change, promise) not in {"UPDATE 0", "DELETE 0"}
    check = await actions.across_organisations_examine()
    assert f"Det brutna löftet ({promise}), händelse {seq}: " in check.wrong
    assert wrong in check.wrong
    assert "Det andra löftet" not in check.wrong
    assert check.mend
    assert (await actions.across_organisations_verify(promise)).faults


async def test_a_row_whose_own_hash_was_made_anew_no_longer_hangs_together_with_the_next(promise: UUID, superuser: asyncpg.Connection[Any]) -> None:
    import dataclasses

    from trygghet.history.rules import link_hash

    third = (await actions.events(cast.BJORKEN, promise))[2]
    forged = dataclasses.replace(third, person_name="Någon annan")
    await superuser.execute("UPDATE event SET person_name = $2, hash = $3 WHERE id = $1", third.id, forged.person_name, link_hash(forged))
    assert [(one.seq, one.wrong) for one in (await actions.across_organisations_verify(promise)).faults] == [
        (4, "den hänger inte ihop med händelsen före")
    ]


async def test_a_promise_that_is_gone_is_named_by_its_id(promise: UUID, superuser: asyncpg.Connection[Any]) -> None:
    await superuser.execute("DELETE FROM promise WHERE id = $1", promise)
    assert not (await actions.across_organisations_examine()).wrong, "the log outlives what it tells of"
    await superuser.execute("UPDATE event SET office = 'x' WHERE promise_id = $1", promise)
    assert f"ett borttaget löfte ({promise}), händelse 1: den har ändrats" in (await actions.across_organisations_examine()).wrong


async def test_a_thousand_faults_are_told_in_a_few_words(promise: UUID, superuser: asyncpg.Connection[Any]) -> None:
    for _ in range(10):
        await actions.record(cast.BJORKEN, promise, Entry("wording.edited"), by=ANNA, now=cast.START)
    await superuser.execute("UPDATE event SET office = 'x' WHERE promise_id = $1", promise)
    check = await actions.across_organisations_examine()
    assert check.wrong.count("den har ändrats") == 10
    assert check.wrong.endswith("; och 6 fel till.")


async def test_acts_that_a_later_version_brings_are_shown_by_name_and_hold(promise: UUID) -> None:
    from trygghet.history import rules

    assert rules.sentence("something.new", {}) == "something.new"
    assert rules.kind("something.new") == ""


@pytest.mark.parametrize("role", ["trygghet_app", "trygghet_system", "trygghet_site"])
@pytest.mark.parametrize("change", ["UPDATE event SET office = 'x'", "DELETE FROM event", "DELETE FROM event_head", "TRUNCATE event"])
async def test_no_role_of_the_product_may_change_or_take_away_an_event(
    role: str, change: str, promise: UUID, superuser: asyncpg.Connection[Any]
) -> None:
    async with superuser.transaction():
        await superuser.execute("SELECT set_config('role', $1, true), set_config('app.organisation', $2, true)", role, str(cast.BJORKEN))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(change)


async def test_the_system_itself_adds_nothing_to_the_log(promise: UUID) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.across_organisations() as link:
            await link.execute("INSERT INTO event_head VALUES (gen_random_uuid(), 1, 'x')")
