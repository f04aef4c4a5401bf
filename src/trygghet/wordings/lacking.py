"""Advice about what is not there: something to follow up by, somebody who answers, a problem that it is for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.wordings import days
from trygghet.wordings.followable import shortfall
from trygghet.wordings.mending import countable
from trygghet.wordings.remarks import Advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trygghet.wordings.manuscript import Manuscript, Part
    from trygghet.wordings.remarks import Surrounding


def advice(manuscript: Manuscript, walked: Sequence[Part], around: Surrounding) -> Iterator[Advice]:
    """About every goal and activity; `walked` are the parts in reading order."""
    yield from _measures(walked, around)
    yield from _units(walked)
    yield from _answerable(manuscript, walked)
    yield from _grounds(manuscript, walked)


def _measures(walked: Sequence[Part], around: Surrounding) -> Iterator[Advice]:
    until = days.typed(walked[0], "valid_until") or dt.date(around.today.year + 1, 12, 31)
    counted = {one.under for one in walked if one.kind == "activity" and one["at_least"]}
    for part in walked:
        if part.kind in {"goal", "activity"} and (found := shortfall(part, counted_below=part.id in counted, until=until)):
            yield Advice(part.id, *found)


def _units(walked: Sequence[Part]) -> Iterator[Advice]:
    for part in walked:
        if part["measure"] == "count" and part["at_least"] and not part["unit"].strip():
            noun = countable(part["title"])
            ways = (f"Skriv ”{noun[0]}” i ”Vad som räknas”.",) if noun else ()
            text = f"Det står minst {part['at_least']}, men inte av vad. Den som räknar behöver veta vad som är ett."
            yield Advice(part.id, "unit", "target.no_unit", text, ways)


def _answerable(manuscript: Manuscript, walked: Sequence[Part]) -> Iterator[Advice]:
    """What everybody answers for nobody does."""
    several = len(manuscript.of("party")) > 1
    for part in walked:
        if not _is_told(part) or part["organisation"]:
            continue
        if not part["responsible"].strip():
            text = "Ingen ansvarar för aktiviteten. Välj den part som ser till att den blir av, gärna också vilken enhet."
            yield Advice(part.id, "organisation", "activity.nobody", text)
        elif several:
            text = f"”{part['responsible'].strip()}” ansvarar, men det står inte vilken part det är. Välj den, så vet båda vem som gör vad."
            yield Advice(part.id, "organisation", "activity.no_party", text)


def _grounds(manuscript: Manuscript, walked: Sequence[Part]) -> Iterator[Advice]:
    """A measure answers to a problem and its cause. Told once for each area, and once for all activities that belong to none."""
    areas = {one.id: one for part in walked if _is_told(part) and (one := manuscript.area_of(part))}
    for area in areas.values():
        if lacks := [name for name in ("problem", "cause") if not area[name].strip()]:
            yield Advice(area.id, lacks[0], "area.no_ground", _NO_GROUND[tuple(lacks)])
    if homeless := [part for part in walked if _is_told(part) and manuscript.area_of(part) is None]:
        yield _homeless(homeless)


def _is_told(part: Part) -> bool:
    return part.kind == "activity" and not part.is_empty


_NO_GROUND = {
    ("problem", "cause"): "Fokusområdet har aktiviteter, men det står inte vilket problem de ska lösa eller vad det beror på. "
    "Skriv det, så går det att se i uppföljningen om de hjälpte.",
    ("problem",): "Orsaken står här, men inte problemet som den leder till. Skriv vad som händer, var och när.",
    ("cause",): "Problemet står här, men inte vad det troligen beror på. Aktiviteterna ska påverka orsaken; utan den går det inte att välja rätt.",
}


def _homeless(activities: list[Part]) -> Advice:
    rest = len(activities) - 1
    who = "Aktiviteten hör" if not rest else f"Den här aktiviteten och {swedish.counted(rest, 'till', 'till')} hör"
    text = f"{who} inte till något fokusområde, så det står inte vilket problem som ska lösas eller vad det beror på."
    ways = ("Lägg till ett fokusområde med problem och orsak, och flytta dit det som hör dit.",)
    return Advice(activities[0].id, "title", "activity.no_ground", text, ways)
