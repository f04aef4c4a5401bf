"""What is typed into an update's form, as what it means."""

from __future__ import annotations

import datetime as dt
import re

from trygghet.periods import instant, parse_day
from trygghet.swedish import Refusal


def moment(day: str, time: str, *, name: str, day_field: str, time_field: str, usual: str = "08.00") -> dt.datetime | None:
    """The typed day and time on a Swedish clock, in UTC; None where neither is. A day without a time is at `usual`. Raises `Refusal`."""
    if not day and not time:
        return None
    if not day:
        raise Refusal("time.day", field=day_field, name=name)
    on = parse_day(day, name, field=day_field)
    typed = re.fullmatch(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])", time or usual)
    if typed is None:
        raise Refusal("time.form", field=time_field, name="Klockan", text=time)
    return instant(on, int(typed[1]), int(typed[2]))
