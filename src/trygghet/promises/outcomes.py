"""What may be recorded as done, and how recorded and corrected rows read together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from trygghet import shield, swedish
from trygghet.periods import parse_day
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from trygghet.periods import Validity
    from trygghet.promises.promise import Activity

LARGEST = 100_000
LONGEST_NOTE = 500
LONGEST_PLACE = 80


@dataclass(frozen=True)
class Reporter:
    """Who recorded it, as it shall read also when that person has left."""

    person_id: uuid.UUID
    name: str
    office: str


@dataclass(frozen=True)
class Outcome:
    """One recorded row. A correction is a row of its own that names the row it replaces; amount 0 withdraws."""

    id: uuid.UUID
    activity_id: uuid.UUID
    organisation_id: uuid.UUID
    organisation_short: str
    happened_on: dt.date
    amount: int
    note: str
    reporter_office: str
    corrects_id: uuid.UUID | None
    recorded_at: dt.datetime
    place: str = ""
    reporter_name: str = ""
    form_key: uuid.UUID | None = None


@dataclass(frozen=True)
class Entry:
    """One row to be recorded. `form_key` was minted with the form: the same form sent twice is one row."""

    happened_on: dt.date
    amount: int
    note: str
    form_key: uuid.UUID
    place: str = ""


def entry(typed: Mapping[str, str], today: dt.date, *, correcting: bool = False) -> Entry:
    """The typed form as an entry. Raises `Slips` with one refusal for each field that is wrong."""
    slips: list[Refusal] = []
    amount, happened_on = 0, today
    try:
        amount = parse_amount(typed.get("antal", ""), correcting=correcting)
    except Refusal as refusal:
        slips.append(refusal)
    try:
        happened_on = parse_day(typed.get("datum", ""), "Datum", field="datum")
        check_day(happened_on, today)
    except Refusal as refusal:
        slips.append(refusal)
    note = typed.get("anteckning", "")
    try:
        check_note(note, correcting=correcting)
    except Refusal as refusal:
        slips.append(refusal)
    if slips:
        raise Slips(slips)
    return Entry(happened_on, amount, note, _form_key(typed.get("form_key", "")), typed.get("plats", ""))


def _form_key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()  # a form without its key is recorded, only not protected from being sent twice


def parse_amount(text: str, *, correcting: bool = False) -> int:
    """A whole number from 1, or from 0 in a correction. Raises `Refusal` that quotes what was typed."""
    digits, quoted = text.replace("\u00a0", "").replace(" ", ""), text[:40]
    least = 0 if correcting else 1
    if not digits:
        raise Refusal("outcome.amount_missing", field="antal", least=least)
    if not (digits.isascii() and digits.isdecimal()):
        raise Refusal("outcome.amount", field="antal", least=least, text=quoted)
    if len(digits) > len(str(LARGEST)) or int(digits) > LARGEST:
        raise Refusal("outcome.amount_large", field="antal", most=swedish.number(LARGEST, 0), text=quoted)
    if int(digits) < least:
        raise Refusal("outcome.amount", field="antal", least=least, text=quoted)
    return int(digits)


def check_day(happened_on: dt.date, today: dt.date) -> None:
    """Only what has happened is recorded. Raises `Refusal`."""
    if happened_on > today:
        raise Refusal("outcome.future", field="datum", day=swedish.long_date(happened_on), today=swedish.long_date(today))


def check_note(note: str, *, correcting: bool = False) -> None:
    """Short, without personal identity numbers, and never empty in a correction. Raises `Refusal`."""
    name = "Varför det rättas" if correcting else "Anteckning"
    shield.check_text(note, name, field="anteckning", longest=LONGEST_NOTE, needed=correcting)


def check_place(new: Entry, places: Sequence[str], before: str = "") -> None:
    """Where the number is owed at each of several places a row says at which; elsewhere it may say any place.

    A correction may keep the place from `before`, also one that the promise no longer names. Raises `Refusal`.
    """
    if places and new.place not in (*places, *([before] if before else ())):
        raise Refusal("outcome.place", field="plats")
    shield.check_text(new.place, "Plats", field="plats", longest=LONGEST_PLACE)


def in_words(new: Entry, *, needed: bool) -> Entry:
    """The entry where what is done is no number: it counts as one, and where it is `needed` it says what was done. Raises `Refusal`."""
    if needed and new.amount and not new.note.strip():
        raise Refusal("outcome.told", field="anteckning")
    return replace(new, amount=min(new.amount, 1))


def check(new: Entry, held: Validity, today: dt.date, *, correcting: bool = False) -> None:
    """Whether the entry may be recorded on a promise that holds then. Raises `Refusal`."""
    if new.amount < (0 if correcting else 1) or new.amount > LARGEST:
        raise Refusal("outcome.amount", field="antal", least=0 if correcting else 1, text=new.amount)
    check_day(new.happened_on, today)
    day, first = swedish.long_date(new.happened_on), swedish.long_date(held.first)
    if held.last is None and new.happened_on < held.first:
        raise Refusal("outcome.before", field="datum", day=day, first=first)
    if held.last is not None and not held.holds(new.happened_on):
        raise Refusal("outcome.outside", field="datum", day=day, first=first, last=swedish.long_date(held.last))
    check_note(new.note, correcting=correcting)


def fitting(new: Entry, activity: Activity, held: Validity, today: dt.date, *, old: Outcome | None = None) -> Entry:
    """The entry as it may be recorded on that activity of a promise that holds then; `old` is the row that it corrects.

    Raises `Refusal` for what cannot be recorded there.
    """
    correcting = old is not None
    if activity.removed_in is not None and not correcting:
        raise Refusal("outcome.removed", version=activity.removed_in)
    found = new if activity.is_counted else in_words(new, needed=activity.measure != "yes_no")
    check(found, held, today, correcting=correcting)
    check_place(found, activity.places, old.place if old else "")
    return found


def check_repeat(new: Entry, recorded: Outcome, activity: Activity, corrects_id: uuid.UUID | None) -> None:
    """A form that comes again must say the same thing of the same activity; another thing would be lost in silence. Raises `Refusal`."""
    amount = new.amount if activity.is_counted else min(new.amount, 1)
    said = (activity.id, new.happened_on, amount, new.note, new.place, corrects_id)
    if said != (recorded.activity_id, recorded.happened_on, recorded.amount, recorded.note, recorded.place, recorded.corrects_id):
        raise Refusal("outcome.form_used", amount=recorded.amount, day=swedish.long_date(recorded.happened_on))


def told(new: Entry, activity: str, old: Outcome | None) -> dict[str, str]:
    """What the log says of a row that is recorded, or of one that replaces the `old`."""
    where = f"{activity}, {new.place}" if new.place else activity
    words = {"activity": where, "amount": swedish.number(new.amount, 0), "day": swedish.long_date(new.happened_on)}
    if old is not None:
        words |= {"was": swedish.number(old.amount, 0), "was_day": swedish.long_date(old.happened_on)}
    return words | ({"note": new.note} if new.note else {})


def told_of_many(new: Sequence[Entry]) -> dict[str, str]:
    """What the log says of rows that came in a file."""
    days = sorted(one.happened_on for one in new)
    return {
        "rows": swedish.counted(len(new), "utfall", "utfall"),
        "amount": swedish.number(sum(one.amount for one in new), 0),
        "first": swedish.long_date(days[0]),
        "last": swedish.long_date(days[-1]),
    }


def standing(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The rows that count: those that no other row corrects and that were not withdrawn."""
    rows = list(outcomes)
    corrected = {row.corrects_id for row in rows}
    return [row for row in rows if row.id not in corrected and row.amount > 0]


class Line(NamedTuple):
    """A row as it is listed: struck through when a later row replaces it."""

    outcome: Outcome
    struck: bool


def lines(outcomes: Iterable[Outcome]) -> list[Line]:
    """Latest first; every correction directly above the rows that it replaces."""
    by_id = {row.id: row for row in outcomes}
    corrected = {row.corrects_id for row in by_id.values()}
    found: list[Line] = []
    for latest in sorted(
        (row for row in by_id.values() if row.id not in corrected), key=lambda row: (row.happened_on, row.recorded_at), reverse=True
    ):
        found.append(Line(latest, struck=False))
        older = latest.corrects_id
        while older is not None:
            found.append(Line(by_id[older], struck=True))
            older = by_id[older].corrects_id
    return found


def parted(found: list[Line], most: int = 4) -> tuple[list[Line], list[Line]]:
    """The first rows and the rest; a correction is never parted from what it corrects."""
    cut = most
    while cut < len(found) and found[cut].struck:
        cut += 1
    return found[:cut], found[cut:]
