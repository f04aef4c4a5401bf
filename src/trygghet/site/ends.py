"""What residents read of a promise's end: that it has come, why if it came early, and which days no promise covers. Said by the day alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from trygghet import periods
from trygghet.tongue import SWEDISH, Tongue

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


def end(shown: Published, promises: Sequence[Published], today: dt.date, t: Tongue = SWEDISH) -> End | None:
    """What the page says of the end of the promise that it shows, or of the days before it begins; None where there is nothing to say.

    `promises` are all of the municipality's, whoever has signed them: each of them covers its days.
    """
    if shown.has_ended(today):
        return _over(shown, promises, today, t)
    if today < shown.validity.first:
        return _not_begun(shown, promises, today, t)
    return _ahead(shown, promises, today, t)


def following(shown: Published, promises: Sequence[Published]) -> Published | None:
    """The promise that goes on where this one ends: it begins after this one began, and holds when this one does no more."""
    last = shown.validity.last
    later = [
        one
        for one in promises
        if last is not None and one.validity.first > shown.validity.first and (one.validity.last is None or one.validity.last > last)
    ]
    return min(later, key=lambda one: one.validity.first, default=None)


def _over(shown: Published, promises: Sequence[Published], today: dt.date, t: Tongue) -> End:
    last = shown.validity.last
    assert last is not None, "what is open has not ended"
    heading = t("Löftet avslutades i förtid {day}.", day=last) if shown.ended_early else t("Löftet gick ut {day}.", day=last)
    after = following(shown, promises)
    if after is not None:
        first = after.validity.first
        rest = [_uncovered(gap, today, t) for gap in _between(shown, after, promises)]
        rest.append(t("Nästa löfte gäller från och med {day}.", day=first) if first <= today else t("Nästa löfte börjar gälla {day}.", day=first))
    else:
        after = next((one for one in promises if one.validity.holds(today)), None)
        rest = [t("Ett annat löfte gäller i dag.") if after else t("Något nytt löfte är inte undertecknat.")]
    return End(heading, _joined(_why(shown, t), *rest), after)


def _not_begun(shown: Published, promises: Sequence[Published], today: dt.date, t: Tongue) -> End | None:
    gap = periods.gap_to_tell([one.validity for one in promises], today)
    if gap is None or not gap.holds(today) or gap.last is None:
        return None
    return End(
        t("Inget löfte gäller i dag."),
        _joined(
            t("Det förra gick ut {last} och nästa börjar gälla {first}.", last=gap.first - _DAY, first=gap.last + _DAY),
            t("Däremellan är det {days} som inget löfte gäller.", days=t.days(gap.days or 0)),
        ),
        None if gap.last + _DAY == shown.validity.first else following(shown, promises),
    )


def _ahead(shown: Published, promises: Sequence[Published], today: dt.date, t: Tongue) -> End | None:
    last, after = shown.validity.last, following(shown, promises)
    gaps = _between(shown, after, promises) if after else []
    told = [_uncovered(gap, today, t) for gap in gaps]
    if last is not None and shown.ended_early:
        return End(t("Löftet avslutas i förtid {day}.", day=last), _joined(_why(shown, t), *told), after)
    if after is None or not gaps:
        return None
    return End(t("Nästa löfte börjar gälla {day}.", day=after.validity.first), _joined(*told), after)


def _between(shown: Published, after: Published, promises: Sequence[Published]) -> list[Gap]:
    """The days between the two that none of the municipality's promises covers."""
    last = shown.validity.last
    return [
        gap for gap in periods.gaps(one.validity for one in promises) if last is not None and gap.first > last and gap.first < after.validity.first
    ]


def _uncovered(gap: Gap, today: dt.date, t: Tongue) -> str:
    assert gap.last is not None, "something follows"
    if gap.first == gap.last:
        return t("Den {day} gällde inget löfte.", day=gap.first) if gap.last < today else t("Den {day} gäller inget löfte.", day=gap.first)
    first = t.day_month(gap.first) if gap.first.year == gap.last.year else t.long_date(gap.first)
    told = {"first": first, "last": gap.last, "days": t.days(gap.days or 0)}
    if gap.last < today:
        return t("Från {first} till och med {last}, {days}, gällde inget löfte.", **told)
    return t("Från {first} till och med {last}, {days}, gäller inget löfte.", **told)


def _why(shown: Published, t: Tongue) -> str:
    return t("Skäl: {why}", why=shown.end_reason) if shown.end_reason else ""


def _joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)
