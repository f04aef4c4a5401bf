"""Why a joint follow-up falls on its day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import swedish

if TYPE_CHECKING:
    from trygghet.obligations.rules import Duty
    from trygghet.periods import Validity


def follow_up(duty: Duty, held: Validity) -> str:
    """Of one year, of two that are followed up together, or of what came to a year after it had been."""
    if held.last is None:
        validity = f"Löftet gäller från {swedish.long_date(held.first)} och tills vidare."
    else:
        validity = f"Löftet gäller från {swedish.long_date(held.first)} till och med {swedish.long_date(held.last)}."
    rule = "Parterna följer upp löftet tillsammans en gång för varje kalenderår som det berör, senast årets sista dag."
    if duty.period_from is not None and duty.period_from.year < duty.due_on.year:
        rule = (
            f"Parterna har kommit överens om att följa upp {swedish.long_date(duty.period_from)} till {swedish.long_date(duty.due_on)} "
            f"på en gång, senast den dag som gäller för {duty.due_on.year}."
        )
    elif duty.period_from is not None and duty.key != f"follow_up:{duty.due_on.year}":
        rule = (
            f"Löftet förlängdes sedan det hade följts upp till och med {swedish.long_date(duty.period_from - dt.timedelta(days=1))}. "
            "Det som tillkom följs upp för sig."
        )
    if (duty.due_on.month, duty.due_on.day) == (12, 31):
        return f"{validity} {rule}"
    return f"{validity} {rule} {duty.due_on.year} slutar löftet före årets slut, så dess sista dag gäller i stället."
