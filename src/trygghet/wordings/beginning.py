"""What a new text begins with: a promise as it reads, the one that follows it, the same promise for another municipality."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import swedish
from trygghet.wordings.kinds import KINDS, TARGET_FIELDS
from trygghet.wordings.manuscript import HEAD_ID, Manuscript, Part

if TYPE_CHECKING:
    from trygghet.periods import Validity
    from trygghet.promises.promise import Promise
    from trygghet.wordings.rules import Side

_DAY = dt.timedelta(days=1)
_YEARS = re.compile(r"\b20[0-9]{2}(?:\s?[–-]\s?(?:20)?[0-9]{2})?\b")
"""2023, 2023–2024, 2023-24."""


# ---------------------------------------------------------------- a promise as it reads
def from_promise(promise: Promise, known: Iterable[Side]) -> Manuscript:
    """The promise as a text to write in. Every part keeps its id, so that what is counted on an activity stays with it."""
    held, slugs = promise.validity, {one.slug: str(one.organisation_id) for one in known}
    head = {
        "title": promise.title,
        "area": promise.area_name,
        "oath": promise.oath,
        "valid_from": _typed(held.first),
        "valid_until": _typed(held.last),
        "review_on": _typed(held.review_on),
        "tell_every_days": _typed(promise.tell_every_days),
        "count_every_days": _typed(promise.count_every_days),
        "told_through": promise.told_through,
        "concerns": slugs.get(promise.concerns.slug, "") if promise.concerns else "",
    }
    parties = [Part(one.id, "party", None, {"organisation": str(one.organisation_id)}) for one in promise.parties]
    return _text(promise, head, parties, lambda one: _typed(getattr(one, "organisation_id", None)))


def from_published(content: Mapping[str, Any], known: Iterable[Side]) -> Manuscript:
    """What residents read of a promise, as a text to write in. Its parties are known by their names again where they are found."""
    names = {name: str(one.organisation_id) for one in known for name in (one.name, one.short)}
    head = {name: _typed(content.get(name)) for name in KINDS["head"].names if name != "concerns"}
    parties = [Part(uuid.uuid4(), "party", None, {"organisation": names[one["name"]]}) for one in content.get("parties", []) if one["name"] in names]
    return _text(content, head, parties, lambda one: names.get(_get(one, "organisation") or "", ""))


def from_version(content: Mapping[str, Any]) -> Manuscript:
    """A text that was signed, as residents may look back on it. Every part has the id it had, and organisations stand by their names."""
    found = _with_ids(content)
    head = {name: _typed(content.get(name)) for name in KINDS["head"].names}
    parties = [Part(one["id"], "party", None, {"organisation": one["name"]}) for one in found["parties"]]
    return _text(found, head, parties, lambda one: one.get("organisation") or "")


def _with_ids(holder: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: [_with_ids(one) for one in value] if value and name in _HELD else value for name, value in holder.items()}
    return {**found, "id": UUID(holder["id"])} if "id" in holder else found


_LISTS = {"chapter": "chapters", "definition": "definitions", "link": "links", "rhythm": "rhythms", "contact": "contacts", "source": "sources"}

_HELD = {*_LISTS.values(), "parties", "areas", "goals", "activities"}


def _text(source: Any, head: dict[str, str], parties: list[Part], owner: Callable[[Any], str]) -> Manuscript:
    flat = [_part(kind, one, None, owner) for kind, name in _LISTS.items() for one in _all(source, name)]
    return Manuscript((_part("head", head, None, owner), *parties, *flat, *_levels(source, None, owner)))


def _levels(holder: Any, under: UUID | None, owner: Callable[[Any], str]) -> Iterator[Part]:
    """Areas, goals and activities, each before what hangs under it."""
    for kind, name in (("area", "areas"), ("goal", "goals"), ("activity", "activities")):
        for one in _all(holder, name):
            made = _part(kind, one, under, owner)
            yield made
            yield from _levels(one, made.id, owner)


def _part(kind: str, one: Any, under: UUID | None, owner: Callable[[Any], str]) -> Part:
    fields = {name: _typed(_get(one, _ELSEWHERE.get((kind, name), name))) for name in KINDS[kind].names}
    if "measure" in fields:
        fields |= _target(one)
    if "organisation" in fields:
        fields["organisation"] = owner(one)
    found = HEAD_ID if kind == "head" else _get(one, "id")
    part_id = found if isinstance(found, UUID) else uuid.uuid4()
    return Part(part_id, kind, under, {name: typed for name, typed in fields.items() if typed})


_ELSEWHERE = {("source", "on"): "held_on", ("source", "n"): "participants"}


def _target(one: Any) -> dict[str, str]:
    """Only what its measure uses, so that the text says no more than the promise does."""
    measure, indicator = _get(one, "measure") or "", _get(one, "indicator")
    used = {name: _typed(_get(one, name)) for name in TARGET_FIELDS[measure]}
    if indicator is not None and measure == "indicator":
        used = {name: _typed(_get(indicator, "name" if name == "indicator" else name)) for name in TARGET_FIELDS[measure]}
    unused = dict.fromkeys({name for names in TARGET_FIELDS.values() for name in names}, "")
    return {**unused, **used, "measure": measure}


def _get(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, Mapping) else getattr(one, name, None)


def _all(one: Any, name: str) -> Iterable[Any]:
    return _get(one, name) or ()


def _typed(value: Any) -> str:
    """A value as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, list | tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


# ---------------------------------------------------------------- the next promise
def successor(text: Manuscript, held: Validity) -> Manuscript:
    """The promise that follows one that holds so long: from the day after its last, as long, with the new years in its title.

    What the old one built on is left out, as are days to review: they belong to a time that has gone. Days inside the promise
    move as far as its first day does. A promise without a last day leaves the days to be filled in.
    """
    fresh = copied(Manuscript(tuple(one for one in text.parts if one.kind != "source")))
    if held.last is None:
        return _dated(fresh, {"valid_from": "", "valid_until": "", "review_on": ""})
    first, last = next_days(held.first, held.last)
    moved = {one.id: _moved(one, held.first, first) for one in fresh.parts}
    days = {"valid_from": first.isoformat(), "valid_until": last.isoformat(), "review_on": "", "title": renamed(fresh.head["title"], first, last)}
    return _dated(Manuscript(tuple(moved[one.id] for one in fresh.parts)), days)


def dated(text: Manuscript, before: Validity | None, like: Validity) -> Manuscript:
    """The text from the day after the municipality's own last promise, as long as the promise it was taken from.

    Where that day is unknown the days are left to be filled in, and the title names no years.
    """
    if before is None or before.last is None or like.last is None:
        title = _YEARS.sub("", text.head["title"]).strip()
        return _dated(text, {"valid_from": "", "valid_until": "", "review_on": "", "title": title})
    first = before.last + _DAY
    last = ends(first, like.first, like.last)
    return _dated(text, {"valid_from": first.isoformat(), "valid_until": last.isoformat(), "title": renamed(text.head["title"], first, last)})


def next_days(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """The days of what follows: from the day after, as long."""
    return last + _DAY, ends(last + _DAY, first, last)


def ends(first: dt.date, old_first: dt.date, old_last: dt.date) -> dt.date:
    """The last day of what begins on `first` and is as long as the old: in whole months where the old was, otherwise in days."""
    after = old_last + _DAY
    months = (after.year - old_first.year) * 12 + after.month - old_first.month
    if after.day == old_first.day and months:
        return _months_later(first, months) - _DAY
    return first + (old_last - old_first)


def renamed(title: str, first: dt.date, last: dt.date) -> str:
    """The title with the new years in place of the old; after it where it named none."""
    years = f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    return _YEARS.sub(years, title, count=1) if _YEARS.search(title) else f"{title} {years}".strip()


def _moved(part: Part, old: dt.date, new: dt.date) -> Part:
    """Days by which something is to be done or reached, as far into the new promise as they were into the old one."""
    fields = dict(part.fields)
    for name in ("due_on", "public_after", "level_on"):
        day = day_of(part[name])
        if day is None:
            continue  # none, or half-written: it stays as it was typed
        fields[name] = _months_later(day, (new.year - old.year) * 12 + new.month - old.month).isoformat()
    return replace(part, fields=fields)


def day_of(typed: str) -> dt.date | None:
    """The day that was typed, if it is one."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _dated(text: Manuscript, values: dict[str, str]) -> Manuscript:
    for name, value in values.items():
        text = text.set_field(HEAD_ID, name, value)
    return text


def copied(text: Manuscript) -> Manuscript:
    """The same text as another promise's: every part but the head has an id of its own."""
    fresh = {one.id: uuid.uuid4() for one in text.parts if one.kind != "head"}
    return Manuscript(tuple(replace(one, id=fresh.get(one.id, one.id), under=fresh[one.under] if one.under else None) for one in text.parts))


# ---------------------------------------------------------------- the same promise for another municipality
def localised(text: Manuscript, old: Side | None, new: Side, parties: Iterable[UUID]) -> Manuscript:
    """The text for another municipality: its parties, its name in the title and as the area, and its own people to be filled in.

    Everything else stays as it was typed; `foreign` tells where the old name still stands.
    """
    head = text.head
    title = head["title"] if old is None else re.sub(rf"\b{re.escape(old.short)}(s?)\b", rf"{new.short}\1", head["title"])
    text = _dated(text, {"title": title, "area": new.short})
    sides = [Part(uuid.uuid4(), "party", None, {"organisation": str(one)}) for one in dict.fromkeys(parties)]
    kept = [_handed_over(one, old, new, {str(side["organisation"]) for side in sides}) for one in text.parts if one.kind != "party"]
    return Manuscript((kept[0], *sides, *kept[1:]))


def _handed_over(part: Part, old: Side | None, new: Side, parties: set[str]) -> Part:
    """What the old municipality answered for the new one answers for; who did so there is not known here."""
    if not part["organisation"] or part["organisation"] in parties:
        return part
    was_theirs = old is not None and part["organisation"] == str(old.organisation_id)
    gone = ("name", "phone", "email") if part.kind == "contact" else ()
    fields = {name: typed for name, typed in part.fields.items() if name not in gone}
    return replace(part, fields={**fields, "organisation": str(new.organisation_id) if was_theirs else ""})


def foreign(text: Manuscript, near: Iterable[Side]) -> dict[tuple[UUID, str], list[str]]:
    """By part and field: municipalities near by that the text names and that are no part of it. Whether that is right its writer decides."""
    parties = {one["organisation"] for one in text.of("party")} | {text.head["concerns"]}
    names = [one.short for one in near if one.side == "municipality" and str(one.organisation_id) not in parties]
    if not names:
        return {}
    shape = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})s?\b")
    found = {}
    for part in text.parts:
        for field in KINDS[part.kind].fields:
            if field.shape in {"line", "text", "lines"} and (hits := shape.findall(part[field.name])):
                found[part.id, field.name] = sorted(set(hits), key=swedish.sort_key)
    return found
