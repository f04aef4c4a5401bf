"""A series to test with: Björken's own, measured by a survey."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests import cast, made
from trygghet.indicators import actions
from trygghet.indicators.rules import About, Measured

if TYPE_CHECKING:
    from trygghet.indicators.rules import Series

ABOUT = About(
    "Otrygga utomhus sena kvällar",
    "survey",
    "procent",
    "Hela kommunen, 16–85 år",
    "Polisens trygghetsmätning",
    "Fråga 12 i enkäten.",
    "down",
    Decimal(40),
    "åtgärder behövs över",
)
ANNA, ODA = cast.asking("anna"), cast.asking("oda")


async def series(**changes: Any) -> uuid.UUID:
    """A series of Björken's without values."""
    about = About(**{**{name: getattr(ABOUT, name) for name in About.__dataclass_fields__}, **changes})
    return await actions.add(cast.BJORKEN, about, form_key=uuid.uuid4(), now=cast.START)


async def measured(series_id: uuid.UUID, year: int, value: str, **more: Any) -> None:
    """A value of a year."""
    await actions.observe(cast.BJORKEN, series_id, Measured(year, Decimal(value), **more), by=ANNA, now=cast.START)


async def read(series_id: uuid.UUID) -> Series:
    """The series as Björken reads it."""
    return (await actions.read(cast.BJORKEN, series_id))[0]


async def goal() -> tuple[uuid.UUID, uuid.UUID]:
    """A promise of Björken's and Skogen's, and its goal."""
    promise_id = await made.promise()
    found, _ = await made.read(promise_id)
    return promise_id, found.areas[0].goals[0].id
