"""The verdict that the figures speak for, and why; people decide, and what they decide is all that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.followups.measured import NO_CAUSE, met
from trygghet.followups.rules import VERDICTS, Verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from trygghet.indicators.rules import Series
    from trygghet.promises.progress import Progress
    from trygghet.promises.stretches import Count

HALF = 0.5
"""From half of what was promised on, "delvis" is proposed."""


@dataclass(frozen=True)
class Proposal:
    """What is proposed, the reasoning in Swedish, and what it does not know. `so_far`: there are days left in which more may be done."""

    verdict: Verdict
    reasoning: str
    unknown: tuple[str, ...] = ()
    so_far: bool = False

    @property
    def words(self) -> str:
        """Delvis."""
        return VERDICTS[self.verdict].text


class _Item(NamedTuple):
    """One thing that can be held against the promise: how it went as a sentence and in a list, how much is reached (0 to 1), what is missing."""

    title: str
    said: str
    short: str
    share: float
    missing: str = ""


def propose(found: Sequence[Progress], series: Sequence[Series], today: dt.date) -> Proposal:
    """Uppnått when all that can be counted, measured or ticked off is reached, for what these days owe; delvis when some of several is, or
    half of it all; else ej uppnått. Ej bedömt where there is nothing to hold against the promise. Never inställt: that is for people.

    More done never gives a worse verdict. `found` are the subject's own progress and that of its activities.
    """
    items: list[_Item] = []
    unknown: list[str] = []
    for one in found:
        _look(one, series, items, unknown, today)
    unknown += _silences(found)
    so_far = bool(found) and today <= found[0].days.last
    if so_far and any(item.share < 1 for item in items):
        left = (found[0].days.last - today).days
        unknown.append(f"{'Tiden går ut i dag' if not left else f'{swedish.days(left)} återstår'}; det som registreras efter i dag är inte med.")
    return Proposal(*_verdict(items, found), tuple(dict.fromkeys(unknown)), so_far)


def _verdict(items: Sequence[_Item], found: Sequence[Progress]) -> tuple[Verdict, str]:
    if not items:
        return Verdict.NOT_ASSESSED, _nothing(found)
    reached = sum(1 for one in items if one.share >= 1)
    verdict = _of(reached, items)
    if len(items) == 1:
        return verdict, f"{items[0].said} {_alone(items[0])}, därför föreslås {_name(verdict)}."
    many = swedish.word(len(items))
    if reached == len(items):
        head = f"Alla {many} delar är nådda."
    elif reached:
        head = f"{swedish.first_up(swedish.word(reached))} av {many} delar är {'nådd' if reached == 1 else 'nådda'}."
    else:
        head = f"Ingen av {many} delar är nådd{', men sammanlagt är minst hälften gjort' if verdict is Verdict.PARTLY else ''}."
    return verdict, f"{head} {' '.join(f'{one.title}: {one.short}.' for one in items)} Därför föreslås {_name(verdict)}."


def _of(reached: int, items: Sequence[_Item]) -> Verdict:
    if reached == len(items):
        return Verdict.ACHIEVED
    halfway = sum(one.share for one in items) / len(items) >= HALF
    return Verdict.PARTLY if reached or halfway else Verdict.NOT_ACHIEVED


def _name(verdict: Verdict) -> str:
    return swedish.first_down(VERDICTS[verdict].text)


def _alone(item: _Item) -> str:
    if item.share >= 1:
        return "Det som skulle vara nått är nått"
    if item.share >= HALF:
        return item.missing or "Mer än halva vägen är gången"
    return "Mindre än hälften är nått" if item.share else "Inget är nått"


# ---------------------------------------------------------------- one thing at a time
def _look(one: Progress, series: Sequence[Series], items: list[_Item], unknown: list[str], today: dt.date) -> None:
    """Puts what can be held against the promise among the items, and what cannot among the unknown."""
    if one.removed_in:
        unknown.append(f"{one.title} togs bort ur löftet i version {one.removed_in} och räknas inte.")
    elif one.count is not None:
        _counted(one, one.count, items, unknown)
    elif one.measure == "yes_no" and one.kind == "activity":
        _done_or_not(one, items, unknown, today)
    elif one.measure == "indicator" and one.indicator is not None:
        found = met(one.indicator, series, one.days)
        unknown += found.unknown
        if found.share is not None:
            items.append(_Item(one.title, found.said, found.said.rstrip("."), found.share))
            unknown.append(NO_CAUSE)
    elif one.kind == "activity":
        unknown.append(f"{one.title} berättas med ord och går inte att räkna.")
    elif one.measure == "count":
        unknown.append("Målet har ett tal men ingen aktivitet som räknas mot det.")
    elif one.measure:
        unknown.append("Om själva målet är nått säger siffrorna inte.")


def _counted(one: Progress, count: Count, items: list[_Item], unknown: list[str]) -> None:
    if count.promised is None:
        many = f"{swedish.number(count.within, 0)} {one.unit or 'gånger'} är registrerade" if count.within else "inget är registrerat"
        unknown.append(f"{one.title} har inget måltal; {many}.")
    elif count.needed == 0:
        unknown.append(f"{one.title}: så tidigt behöver inget vara gjort vid jämn takt.")
    else:
        lacks = count.needed - count.reached
        items.append(_Item(one.title, _said(count, one), _short(count, one), count.reached / count.needed, f"{lacks} saknas{_where(count)}"))
        if one.per == "year" and _is_cut(one, count):
            unknown.append(f"{one.title}: talet för ett år är inte nedräknat, fast löftet bara gäller en del av året.")


def _is_cut(one: Progress, count: Count) -> bool:
    """Whether the promise holds for a part of the calendar year only."""
    return (count.since.month, count.since.day) != (1, 1) or (one.days.last == one.ends_on and (one.ends_on.month, one.ends_on.day) != (12, 31))


def _said(count: Count, one: Progress) -> str:
    """11 av 12 insatser är gjorda, 92 procent."""
    done = f"{count.done} av {count.promised}{f' {one.unit}' if one.unit else ''} är gjorda"
    if _even(count):
        return f"{done}. Talet gäller längre än de här dagarna, och vid jämn takt ska {_even(count)} vara gjorda {swedish.long_date(one.days.last)}."
    percent = f", {_percent(count)} procent" if 0 < count.reached < count.needed else ""
    return f"{done}{percent}."


def _percent(count: Count) -> int:
    """To the nearest whole one, and never 0 or 100 where it is something and not all."""
    return min(max(floor(100 * count.reached / count.needed + 0.5), 1), 99)


def _even(count: Count) -> str:
    """What an even pace owes by the last day, where it is not the whole number."""
    return swedish.number(count.owed) if count.owed is not None and count.promised is not None and count.owed < count.promised else ""


def _where(count: Count) -> str:
    lacking = [f"{place.name} {place.done} av {place.needed}" for place in count.places if place.done < place.needed]
    return f" ({', '.join(lacking)})" if lacking else ""


def _short(count: Count, one: Progress) -> str:
    unit = f" {one.unit}" if one.unit else ""
    share = f" ({_even(count)} vid jämn takt)" if _even(count) else ""
    return f"{count.done} av {count.promised}{unit}{share}{_where(count)}"


def _done_or_not(one: Progress, items: list[_Item], unknown: list[str], today: dt.date) -> None:
    """Done is done, in whichever year; what is not done is held against a year only once it should have been."""
    owed_by = one.due_on or one.ends_on
    if one.done_on is not None:
        when = swedish.long_date(one.done_on)
        items.append(_Item(one.title, f"Gjort {when}.", f"gjort {when}", 1.0))
    elif owed_by < today and owed_by <= one.days.last:
        items.append(_Item(one.title, "Inte gjort.", "inte gjort", 0.0))
    else:
        unknown.append(f"{one.title} är inte gjort och ska vara det senast {swedish.long_date(owed_by)}.")


def _silences(found: Sequence[Progress]) -> list[str]:
    told = [f"{one.title}: {swedish.first_down(one.gap_words)}" for one in found if one.gaps]
    return [*told, "Mer kan vara gjort än det som är registrerat."] if told else []


def _nothing(found: Sequence[Progress]) -> str:
    if not found:
        return "Det finns inga aktiviteter eller måltal här, så siffrorna föreslår inget."
    return "Det finns inget att räkna mot för de här dagarna, så siffrorna föreslår inget."
