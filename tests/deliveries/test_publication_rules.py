"""How long a publication waits before the next attempt, and where one may be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest

from tests import cast
from trygghet.deliveries import publications
from trygghet.deliveries.rules import Delivery, State

NOW = cast.START + dt.timedelta(minutes=1)


def delivery(**changes: object) -> Delivery:
    made = Delivery(
        uuid.UUID(int=1),
        cast.BJORKEN,
        "publication:1",
        "publication",
        "bluesky",
        "Nytt",
        None,
        None,
        None,
        uuid.UUID(int=2),
        "",
        None,
        None,
        NOW,
        State.PLANNED,
        None,
        1,
        0,
        1,
        None,
        "",
        "",
        "",
        "",
        "",
        NOW,
        None,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def test_waits_are_scattered_between_deliveries_and_the_same_for_the_same_attempt() -> None:
    waits = {publications.wait(delivery(id=uuid.UUID(int=number))) for number in range(50)}
    assert len(waits) > 40
    assert publications.wait(delivery()) == publications.wait(delivery())


@pytest.mark.parametrize(
    ("state", "attempts", "lookups", "repeatable", "out"),
    [
        (State.PLANNED, 0, 0, True, False),
        (State.PLANNED, 1, 0, True, True),
        (State.PLANNED, 1, 0, False, False),
        (State.PLANNED, 1, 2, True, False),
        (State.FAILED, 3, 0, True, True),
        (State.FAILED, 3, 0, False, False),
        (State.SKIPPED, 1, 0, True, False),
        (State.SKIPPED, 2, 0, True, True),
        (State.SENT, 1, 0, False, True),
        (State.UNCLEAR, 1, 0, False, True),
        (State.SENDING, 1, 0, False, True),
        (State.MANUAL, 1, 0, True, True),
    ],
)
def test_a_withdrawal_goes_wherever_residents_may_be_reading(state: State, attempts: int, lookups: int, *, repeatable: bool, out: bool) -> None:
    assert publications.may_be_out(delivery(state=state, attempts=attempts, lookups=lookups), repeatable=repeatable) is out
