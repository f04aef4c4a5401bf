"""A promise that is extended in the middle of a year whose follow-up has been signed."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import cast, made
from tests.followups import room
from trygghet.followups import actions
from trygghet.followups.rules import Verdict

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
JUNE, AUTUMN = dt.datetime(2024, 6, 20, 8, tzinfo=dt.UTC), dt.datetime(2024, 12, 2, 8, tzinfo=dt.UTC)


async def test_the_rest_of_the_year_is_followed_up_in_a_room_of_its_own_and_both_are_published() -> None:
    first = await room.signed(2024, valid_from=dt.date(2024, 1, 1), valid_until=dt.date(2024, 6, 30), now=JUNE)
    promise_id = first.room.promise_id
    await made.effect(promise_id, kind="extension", valid_until=dt.date(2025, 12, 31), now=JUNE)
    rooms = await actions.rooms(cast.BJORKEN, promise_id=promise_id)
    assert [(one.room.first.isoformat(), one.room.last.isoformat(), one.is_signed) for one in rooms] == [
        ("2024-01-01", "2024-06-30", True),
        ("2024-07-01", "2024-12-31", False),
        ("2025-01-01", "2025-12-31", False),
    ]
    assert rooms[1].room.opens_on == dt.date(2024, 10, 1)
    rest = rooms[1].room.id
    for who in ("anna", "per"):
        await room.assessed(rest, Verdict.PARTLY, who=who, now=AUTUMN)
    await room.written(rest, now=AUTUMN)
    done = await room.approved(rest, "bo", "pia", now=AUTUMN)
    assert done.is_signed
    assert done.kept.content is not None
    assert done.kept.content["subjects"][0]["facts"]["earlier"][0]["year"] == 2024
