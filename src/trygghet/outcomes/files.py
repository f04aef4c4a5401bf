"""Outcomes in a file: what a promise's table holds, and what a table that comes in would record."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import uuid
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from trygghet import shield, spreadsheet, swedish
from trygghet.promises import outcomes
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from trygghet.promises.outcomes import Entry, Outcome
    from trygghet.promises.promise import Activity, Promise
    from trygghet.spreadsheet import Row

NEEDED = ("datum", "aktivitet", "antal")
COLUMNS = (*NEEDED, "plats", "anteckning", "nyckel")
"""What is read. A file may have other columns too, as the one that is fetched has."""
TOLD = ("räknas", "part", "registrerad av", "befattning", "registrerad")
LONGEST_KEY = 100


class Line(NamedTuple):
    """One row of a file. `fate`: new rows are recorded, known ones are there already, void ones say that they do not count, wrong ones say why."""

    number: int
    cells: Mapping[str, str]
    fate: Literal["new", "known", "void", "wrong"]
    entry: Entry | None = None
    activity: Activity | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a file would record. `mark` changes with anything that is in it, and with what is there already."""

    lines: Sequence[Line]
    content_hash: str
    mark: str = field(init=False)

    def __post_init__(self) -> None:
        told = json.dumps([self.content_hash, [(line.number, line.fate, str(line.entry)) for line in self.lines]])
        object.__setattr__(self, "mark", hashlib.sha256(told.encode()).hexdigest())

    def having(self, fate: str) -> list[Line]:
        """The lines that have this fate."""
        return [line for line in self.lines if line.fate == fate]

    @property
    def rows(self) -> list[tuple[uuid.UUID, Entry]]:
        """What is to be recorded, each with its activity's id."""
        return [(line.activity.id, line.entry) for line in self.having("new") if line.activity and line.entry]

    @property
    def sums(self) -> list[tuple[Activity, int, int]]:
        """What would be recorded on each activity: so many rows, so much in all."""
        found: dict[uuid.UUID, list[Line]] = {}
        for line in self.having("new"):
            if line.activity:
                found.setdefault(line.activity.id, []).append(line)
        return [
            (lines[0].activity, len(lines), sum(line.entry.amount for line in lines if line.entry)) for lines in found.values() if lines[0].activity
        ]


def plan(body: bytes, promise: Promise, organisation: uuid.UUID, today: dt.date) -> Plan:
    """What a file would record on a promise in the organisation's name. Raises `Refusal` for a file that cannot be read."""
    sheet = spreadsheet.read(body, NEEDED)
    recorded = {row.form_key: row for one in _activities(promise) for row in one.recorded if row.organisation_id == organisation}
    others = {row.form_key: row for one in _activities(promise) for row in one.recorded if row.organisation_id != organisation}
    reading = _Reading(promise, today, {**others, **recorded}, set(recorded))
    return Plan(
        [reading.line(row) for row in sheet.rows if any(row.cells.get(name) for name in COLUMNS if name != "aktivitet")],
        hashlib.sha256(body).hexdigest(),
    )


def _activities(promise: Promise) -> list[Activity]:
    return [*promise.all_activities, *promise.removed]


class _Reading:
    """Reads a file's rows one after the other; a key or a row that comes again is known from the ones before."""

    def __init__(self, promise: Promise, today: dt.date, recorded: Mapping[uuid.UUID | None, Outcome], own: set[uuid.UUID | None]) -> None:
        self.promise, self.today, self.recorded, self.own = promise, today, recorded, own
        self.named: dict[str, list[Activity]] = {}
        for one in _activities(promise):
            self.named.setdefault(_plain(one.title), []).append(one)
        self.counted = {one.id: one.is_counted for one in _activities(promise)}
        self.times: Counter[str] = Counter()
        self.met: dict[uuid.UUID, int] = {}

    def line(self, row: Row) -> Line:
        """What would become of this row."""
        try:
            return self._line(row)
        except (Refusal, Slips) as slip:
            return Line(row.line, row.cells, "wrong", why=tuple(slip.sentences.values()))

    def _line(self, row: Row) -> Line:
        key, before = self._known(row.cells)
        if before is not None:
            self._check_same(row.cells, before)
            return Line(row.line, row.cells, "known")
        if row.cells.get("räknas", "").lower() == "nej":
            return Line(row.line, row.cells, "void")
        if key in self.met:
            raise Refusal("import.key_twice", line=self.met[key])
        self.met[key] = row.line
        activity, entry = self._said(row.cells)
        return Line(row.line, row.cells, "new", replace(outcomes.fitting(entry, activity, self.promise.validity, self.today), form_key=key), activity)

    def _known(self, cells: Mapping[str, str]) -> tuple[uuid.UUID, Outcome | None]:
        """The row's key, and the row that it has recorded already.

        A key of the product's own, as a file that was fetched holds them, is known whoever recorded it. Any other counts within the promise and
        the organisation: both parties may have counted the same. Without one the row's own words are it, and how many times they have come.
        """
        told = cells.get("nyckel", "")
        shield.check_text(told, "Nyckel", field="nyckel", longest=LONGEST_KEY)
        with contextlib.suppress(ValueError):
            if told and uuid.UUID(told) in self.recorded:
                return uuid.UUID(told), self.recorded[uuid.UUID(told)]
        said = ["key", told] if told else ["row", *(_plain(cells.get(name, "")) for name in COLUMNS)]
        told_before = json.dumps(said)
        self.times[told_before] += 1
        key = uuid.uuid5(self.promise.id, told_before if told else f"{told_before} {self.times[told_before]}")
        return key, self.recorded[key] if key in self.own else None

    def _said(self, cells: Mapping[str, str]) -> tuple[Activity, Entry]:
        """What the row says. Raises `Slips` with all that is wrong in it."""
        activity, wrong = None, []
        try:
            activity = self._activity(cells["aktivitet"])
        except Refusal as refusal:
            wrong.append(refusal)
        try:
            entry = outcomes.entry(_typed(cells, activity), self.today)
        except Slips as slips:
            raise Slips([*wrong, *slips.refusals]) from None
        if activity is None:
            raise Slips(wrong)
        return activity, entry

    def _activity(self, title: str) -> Activity:
        found = self.named.get(_plain(title), [])
        if not title:
            raise Refusal("import.no_activity", field="aktivitet")
        if not found:
            raise Refusal("import.unknown_activity", field="aktivitet", text=title[:80])
        standing = [one for one in found if one.removed_in is None] or found
        if len(standing) > 1:
            raise Refusal("import.two_activities", field="aktivitet", text=title[:80])
        return standing[0]

    def _check_same(self, cells: Mapping[str, str], before: Outcome) -> None:
        """A row that is there already must say what it said. Raises `Refusal`."""
        named = self.named.get(_plain(cells["aktivitet"]), [])  # an activity may have got another name since
        amount = before.amount if self.counted[before.activity_id] or not before.amount else cells["antal"] or 1
        now = (cells["datum"], "".join((cells["antal"] or "1").split()), _plain(cells.get("plats", "")), _plain(cells.get("anteckning", "")))
        was = (before.happened_on.isoformat(), str(amount), _plain(before.place), _plain(before.note))
        if now != was or (named and before.activity_id not in {one.id for one in named}):
            raise Refusal("import.changed_row", amount=before.amount, day=swedish.long_date(before.happened_on))


def _typed(cells: Mapping[str, str], activity: Activity | None) -> dict[str, str]:
    """The row as a form would have sent it: a place in the promise's own spelling, and 1 for what is no number."""
    place = cells.get("plats", "")
    known = {_plain(one): one for one in activity.places} if activity else {}
    amount = cells["antal"] or ("1" if activity and not activity.is_counted else "")
    return {"datum": cells["datum"], "antal": amount, "plats": known.get(_plain(place), place), "anteckning": cells.get("anteckning", "")}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


# ---------------------------------------------------------------- a file that is looked through, then taken in
def packed(body: bytes) -> str:
    """The file as letters that a form can carry from the look through to the taking in, where all of it is read anew.

    Letters and the digits 2 to 7 alone, so that nothing in it looks like a personal identity number.
    """
    return base64.b32encode(zlib.compress(body, 9)).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """The file again. Raises `Refusal` for anything else."""
    try:
        reader = zlib.decompressobj()
        body = reader.decompress(base64.b32decode(text + "=" * (-len(text) % 8)), spreadsheet.MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise Refusal("csv.unreadable", field="fil") from None
    return body


# ---------------------------------------------------------------- files to fetch
def template(promise: Promise) -> bytes:
    """A file to fill in, with a row for each activity. Rows that nobody fills in are passed by."""
    return spreadsheet.write(COLUMNS, [("", one.title, "", "", "", "") for one in promise.all_activities])


def table(promise: Promise) -> bytes:
    """All that was recorded on a promise, corrected rows too, in the order in which it was recorded. It can be taken in again."""
    return spreadsheet.write((*COLUMNS, *TOLD), (cells for _, cells in sorted(_rows(promise), key=lambda found: found[0])))


def _rows(promise: Promise) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    parties = {one.organisation_id: one.name for one in promise.parties}
    for activity in _activities(promise):
        counted = {row.id for row in activity.standing}
        for row in activity.recorded:
            said = (row.happened_on.isoformat(), activity.title, str(row.amount), row.place, row.note, str(row.form_key))
            who = (parties.get(row.organisation_id, row.organisation_short), row.reporter_name, row.reporter_office)
            at = f"{swedish.local(row.recorded_at):%Y-%m-%d %H:%M:%S}"
            yield (row.recorded_at.isoformat(), str(row.id)), (*said, "ja" if row.id in counted else "nej", *who, at)
