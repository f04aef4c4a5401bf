"""Advice about days: missing, impossible, backwards, and how they meet the promises before and after."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.periods import parse_day
from trygghet.swedish import Refusal
from trygghet.wordings.kinds import KINDS, TARGET_FIELDS
from trygghet.wordings.remarks import Advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trygghet.wordings.manuscript import Manuscript, Part
    from trygghet.wordings.remarks import Surrounding

_DAY = dt.timedelta(days=1)


def typed(part: Part, field: str) -> dt.date | None:
    """The day that stands in the field, None where none can be read."""
    try:
        return parse_day(part[field], "")
    except Refusal:
        return None


def advice(manuscript: Manuscript, around: Surrounding) -> Iterator[Advice]:
    """About every day in the text."""
    yield from _impossible(manuscript)
    yield from _validity(manuscript.head, around)
    yield from _neighbours(manuscript.head, around)
    yield from _inside(manuscript, around)


def _impossible(manuscript: Manuscript) -> Iterator[Advice]:
    for part in manuscript.parts:
        for field in KINDS[part.kind].fields:
            if field.shape == "day" and part[field.name] and _matters(part, field.name):
                try:
                    parse_day(part[field.name], field.label)
                except Refusal as refusal:
                    yield Advice(part.id, field.name, "day.impossible", refusal.sentence)


def _matters(part: Part, field: str) -> bool:
    """What stands in the fields of another way to follow up is kept, and is of no consequence."""
    return field not in TARGET_FIELDS["indicator"] or part["measure"] == "indicator"


def _validity(head: Part, around: Surrounding) -> Iterator[Advice]:
    first, last, review_on = typed(head, "valid_from"), typed(head, "valid_until"), typed(head, "review_on")
    if not head["valid_from"]:
        yield Advice(head.id, "valid_from", "day.missing", "Löftet har ingen första dag. Utan den vet ingen när det börjar gälla.")
    if not head["valid_until"] and not head["review_on"]:
        yield Advice(
            head.id,
            "valid_until",
            "day.missing",
            "Löftet har ingen sista dag. Frister, påminnelser och förnyelse räknas från den.",
            ("Ange sista dagen.", "Låt löftet gälla tills vidare, och ange i ”Ses över senast” när ni ser över det."),
        )
    if first and last and last < first:
        swapped = f"{swedish.long_date(last)} till {swedish.long_date(first)}"
        text = f"Löftet slutar {swedish.long_date(last)}, före sin första dag {swedish.long_date(first)}."
        yield Advice(head.id, "valid_until", "day.reversed", text, (f"Byt plats på dagarna: {swapped}.", "Kontrollera årtalet i båda datumen."))
    elif last and last < around.today:
        text = f"Löftets sista dag, {swedish.long_date(last)}, har redan varit. När alla har skrivit under är löftet utgånget."
        yield Advice(head.id, "valid_until", "day.past", text)
    if review_on and first and review_on < first:
        text = f"Översynen {swedish.long_date(review_on)} ligger före löftets första dag, {swedish.long_date(first)}."
        yield Advice(head.id, "review_on", "day.reversed", text)
    if review_on and last and review_on > last:
        text = f"Översynen {swedish.long_date(review_on)} ligger efter löftets sista dag, {swedish.long_date(last)}."
        yield Advice(head.id, "review_on", "day.reversed", text)


def _neighbours(head: Part, around: Surrounding) -> Iterator[Advice]:
    first, last = typed(head, "valid_from"), typed(head, "valid_until")
    if first and last and last < first:
        return
    if first and around.previous_last:
        yield from _before(head, first, last, around.previous_last)
    if last and around.next_first:
        yield from _after(head, first, last, around.next_first)


def _before(head: Part, first: dt.date, last: dt.date | None, ended: dt.date) -> Iterator[Advice]:
    if first > ended + _DAY:
        yield Advice(
            head.id,
            "valid_from",
            "days.gap",
            f"Det förra löftet gäller till och med {swedish.long_date(ended)}. {_uncovered(ended + _DAY, first - _DAY)}",
            (
                f"Låt löftet gälla från och med {swedish.long_date(ended + _DAY)}. Det får skrivas under senare.",
                f"Förläng det förra löftet till och med {swedish.long_date(first - _DAY)}.",
                "Låt dagarna stå. Då visas de som en löfteslucka.",
            ),
        )
    elif first <= ended:
        ends = min(ended, last) if last else ended
        yield Advice(
            head.id,
            "valid_from",
            "days.overlap",
            f"Det förra löftet gäller till och med {swedish.long_date(ended)}. {_both(first, ends)}",
            (
                f"Låt löftet gälla från och med {swedish.long_date(ended + _DAY)}.",
                f"Avsluta det förra löftet i förtid, {swedish.long_date(first - _DAY)}.",
                "Låt båda gälla. Då räknas och följs båda upp de dagarna.",
            ),
        )


def _after(head: Part, first: dt.date | None, last: dt.date, begins: dt.date) -> Iterator[Advice]:
    if begins > last + _DAY:
        yield Advice(
            head.id,
            "valid_until",
            "days.gap",
            f"Nästa löfte gäller från och med {swedish.long_date(begins)}. {_uncovered(last + _DAY, begins - _DAY)}",
            (f"Låt löftet gälla till och med {swedish.long_date(begins - _DAY)}.", "Låt dagarna stå. Då visas de som en löfteslucka."),
        )
    elif begins <= last:
        yield Advice(
            head.id,
            "valid_until",
            "days.overlap",
            f"Nästa löfte gäller från och med {swedish.long_date(begins)}. {_both(max(begins, first) if first else begins, last)}",
            (f"Låt löftet gälla till och med {swedish.long_date(begins - _DAY)}.", "Låt båda gälla. Då räknas och följs båda upp de dagarna."),
        )


def _uncovered(first: dt.date, last: dt.date) -> str:
    return f"Då täcks {_stretch(first, last)} inte av något löfte."


def _both(first: dt.date, last: dt.date) -> str:
    return f"Då gäller två löften på en gång {_stretch(first, last)}."


def _stretch(first: dt.date, last: dt.date) -> str:
    """1 dag (31 december 2024); 59 dagar (1 januari 2025 till 28 februari 2025)."""
    length = (last - first).days + 1
    shown = swedish.long_date(first) if length == 1 else f"{swedish.long_date(first)} till {swedish.long_date(last)}"
    return f"{swedish.days(length)} ({shown})"


def _inside(manuscript: Manuscript, around: Surrounding) -> Iterator[Advice]:
    """Days of activities, targets and sources against the promise's own."""
    first, last = typed(manuscript.head, "valid_from"), typed(manuscript.head, "valid_until")
    for part in manuscript.parts:
        due = typed(part, "due_on") if part.kind == "activity" else None
        if due and first and due < first:
            text = f"Aktiviteten ska vara gjord {swedish.long_date(due)}, innan löftet börjar gälla {swedish.long_date(first)}."
            yield Advice(part.id, "due_on", "day.outside", text)
        if due and last and due > last:
            text = f"Aktiviteten ska vara gjord {swedish.long_date(due)}, efter löftets sista dag {swedish.long_date(last)}."
            yield Advice(part.id, "due_on", "day.outside", text)
        if part["measure"] == "indicator":
            yield from _measured(part, last)
        held = typed(part, "on") if part.kind == "source" else None
        if held and held > around.today:
            text = f"Underlaget har en dag som inte har varit än, {swedish.long_date(held)}. Ett löfte bygger på det ni redan vet."
            yield Advice(part.id, "on", "day.future", text)


def _measured(part: Part, last: dt.date | None) -> Iterator[Advice]:
    baseline, level = typed(part, "baseline_on"), typed(part, "level_on")
    if baseline and level and level <= baseline:
        text = f"Målvärdet ska nås {swedish.long_date(level)}, men utgångsvärdet mättes {swedish.long_date(baseline)}. Mät först, nå sedan."
        yield Advice(part.id, "level_on", "day.reversed", text)
    elif level and last and level > last:
        text = f"Målvärdet ska nås {swedish.long_date(level)}, efter löftets sista dag {swedish.long_date(last)}. Då hinner det aldrig följas upp."
        yield Advice(part.id, "level_on", "day.outside", text)
