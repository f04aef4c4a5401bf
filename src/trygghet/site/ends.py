"""What residents read of a promise's end: that it has come, why if it came early, and which days no promise covers. Said by the day alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from trygghet import periods, swedish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.periods import Gap
    from trygghet.site.rules import Published

_DAY = dt.timedelta(days=1)


class End(NamedTuple):
    """The news, what is to be added, and the promise that takes over where there is one to read."""

    heading: str
    text: str
    following: Published | None


def end(shown: Published, promises: Sequence[Published], today: dt.date) -> End | None:
    """What the page says of the end of the promise that it shows, or of the days before it begins; None where there is nothing to say.

    `promises` are all of the municipality's, whoever has signed them: each of them covers its days.
    """
    if shown.has_ended(today):
        return _over(shown, promises, today)
    if today < shown.validity.first:
        return _not_begun(shown, promises, today)
    return _ahead(shown, promises, today)


def following(shown: Published, promises: Sequence[Published]) -> Published | None:
    """The promise that goes on where this one ends: it begins after this one began, and holds when this one does no more."""
    last = shown.validity.last
    later = [
        one
        for one in promises
        if last is not None and one.validity.first > shown.validity.first and (one.validity.last is None or one.validity.last > last)
    ]
    return min(later, key=lambda one: one.validity.first, default=None)


def _over(shown: Published, promises: Sequence[Published], today: dt.date) -> End:
    last = shown.validity.last
    assert last is not None, "what is open has not ended"
    heading = f"Löftet {'avslutades i förtid' if shown.ended_early else 'gick ut'} {swedish.long_date(last)}."
    after = following(shown, promises)
    if after is not None:
        verb = "gäller från och med" if after.validity.first <= today else "börjar gälla"
        rest = [_uncovered(gap, today) for gap in _between(shown, after, promises)]
        rest.append(f"Nästa löfte {verb} {swedish.long_date(after.validity.first)}.")
    else:
        after = next((one for one in promises if one.validity.holds(today)), None)
        rest = ["Ett annat löfte gäller i dag." if after else "Något nytt löfte är inte undertecknat."]
    return End(heading, _joined(_why(shown), *rest), after)


def _not_begun(shown: Published, promises: Sequence[Published], today: dt.date) -> End | None:
    gap = periods.gap_to_tell([one.validity for one in promises], today)
    if gap is None or not gap.holds(today) or gap.last is None:
        return None
    return End(
        "Inget löfte gäller i dag.",
        f"Det förra gick ut {swedish.long_date(gap.first - _DAY)} och nästa börjar gälla {swedish.long_date(gap.last + _DAY)}. "
        f"Däremellan är det {swedish.days(gap.days or 0)} som inget löfte gäller.",
        None if gap.last + _DAY == shown.validity.first else following(shown, promises),
    )


def _ahead(shown: Published, promises: Sequence[Published], today: dt.date) -> End | None:
    last, after = shown.validity.last, following(shown, promises)
    gaps = _between(shown, after, promises) if after else []
    if last is not None and shown.ended_early:
        return End(f"Löftet avslutas i förtid {swedish.long_date(last)}.", _joined(_why(shown), *(_uncovered(gap, today) for gap in gaps)), after)
    if after is None or not gaps:
        return None
    return End(f"Nästa löfte börjar gälla {swedish.long_date(after.validity.first)}.", _joined(*(_uncovered(gap, today) for gap in gaps)), after)


def _between(shown: Published, after: Published, promises: Sequence[Published]) -> list[Gap]:
    """The days between the two that none of the municipality's promises covers."""
    last = shown.validity.last
    return [
        gap for gap in periods.gaps(one.validity for one in promises) if last is not None and gap.first > last and gap.first < after.validity.first
    ]


def _uncovered(gap: Gap, today: dt.date) -> str:
    assert gap.last is not None, "something follows"
    days = swedish.long_date(gap.first) if gap.first == gap.last else f"{_from(gap)} till och med {swedish.long_date(gap.last)}"
    count = "" if gap.first == gap.last else f", {swedish.days(gap.days or 0)},"
    return f"{'Den' if gap.first == gap.last else 'Från'} {days}{count} {'gällde' if gap.last < today else 'gäller'} inget löfte."


def _from(gap: Gap) -> str:
    return swedish.day_month(gap.first) if gap.last and gap.first.year == gap.last.year else swedish.long_date(gap.first)


def _why(shown: Published) -> str:
    return f"Skäl: {shown.end_reason}" if shown.end_reason else ""


def _joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)
