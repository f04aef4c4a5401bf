"""What lag (2023:196) asks of a municipality, what has been recorded of it, and by which days the rest is due.

Sections 4 to 6 and 9 to 13. The law says "at least every second year"; which day that is where nothing is recorded, or where what is
recorded is older than the law, is our reading, and each duty says how it comes to its day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import periods, shield, swedish
from trygghet.obligations.rules import Duty, Kind
from trygghet.swedish import Chip, Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Sequence

IN_FORCE = dt.date(2023, 7, 1)
"""The law's first day."""
PLAN_FROM = dt.date(2024, 7, 1)
"""No plan was demanded before this day, by the law's own transition rule."""
FIRST_ROUND = dt.date(2026, 7, 1)
"""When the first round is over at the latest: two years after all of it applied."""
ROUND = 24
"""Months from one to the next: every second year."""
EARLIEST = dt.date(2000, 1, 1)
AHEAD = dt.timedelta(days=731)
NEAR = 92
"""From so many days before, the days that are left are shown as a warning."""
PREFIX = "statute:"
"""What the keys of these duties begin with."""
YEARLY = 12
EVERY = {1: "varje månad", 3: "varje kvartal", 4: "varje tertial", 6: "varje halvår", YEARLY: "varje år"}
"""How often a municipality may report to its council, in months."""


class Sort(NamedTuple):
    """A kind of record: what it is called, the button that keeps it, the label of its day and of its body, whether the body must be told."""

    name: str
    button: str
    day: str
    body: str
    needs_body: bool = False


SORTS: dict[str, Sort] = {
    "situation": Sort("Lägesbild", "Anteckna lägesbilden", "Klar eller beslutad", "Beslutad av"),
    "plan": Sort("Åtgärdsplan", "Anteckna åtgärdsplanen", "Beslutad", "Beslutad av", needs_body=True),
    "plan_follow_up": Sort("Uppföljning av åtgärdsplanen", "Anteckna uppföljningen", "Klar", "Behandlad av"),
    "agreement": Sort("Överenskommelse", "Anteckna överenskommelsen", "Undertecknad", "Med vem", needs_body=True),
    "council": Sort("Möte i rådet", "Anteckna mötet", "Mötesdag", "Rådets namn"),
    "coordinator": Sort("Samordningsfunktion", "Anteckna funktionen", "Från och med", "Befattning", needs_body=True),
    "report": Sort("Rapport till kommunfullmäktige", "Anteckna rapporten", "Mötesdag", "Lämnad av"),
    "rhythm": Sort("Hur ofta ni rapporterar", "Spara rapportdagen", "Nästa rapport senast", "Bestämt av"),
}
"""Every kind of record. A lägesbild after the first is an update of it."""


@dataclass(frozen=True)
class Entry:
    """What somebody records. `happened_on` is when it was decided, signed, held or reported; for a rhythm the next day to report."""

    kind: str
    happened_on: dt.date
    body: str = ""
    diary_number: str = ""
    note: str = ""
    url: str = ""
    every_months: int | None = None


@dataclass(frozen=True)
class Record:
    """An entry as it was kept. A row that is corrected stays, and counts no more; `withdrawn` is a correction that says it never happened."""

    id: UUID
    entry: Entry
    withdrawn: bool
    corrects_id: UUID | None
    by_name: str
    by_office: str
    recorded_at: dt.datetime


def check(entry: Entry, today: dt.date) -> None:
    """Whether it may be kept. Raises `Slips` with everything that is wrong."""
    sort, no = SORTS[entry.kind], list[Refusal]()
    day = swedish.long_date(entry.happened_on)
    if entry.kind == "rhythm":
        if not today <= entry.happened_on <= today + AHEAD:
            no.append(Refusal("statute.rhythm", field="datum", day=day, today=swedish.long_date(today), last=swedish.long_date(today + AHEAD)))
        if entry.every_months not in EVERY:
            no.append(Refusal("statute.every", field="intervall"))
    elif not EARLIEST <= entry.happened_on <= today:
        no.append(Refusal("statute.day", field="datum", day=day, first=swedish.long_date(EARLIEST), today=swedish.long_date(today)))
    texts = ((entry.body, sort.body, "organ", 120, sort.needs_body), (entry.diary_number, "Diarienummer", "diarienummer", 60, False))
    for text, name, field, longest, needed in (*texts, (entry.note, "Anteckning", "anteckning", 500, False), (entry.url, "Länk", "lank", 500, False)):
        try:
            shield.check_text(text, name, field=field, longest=longest, needed=needed)
        except Refusal as refusal:
            no.append(refusal)
    if entry.url and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", entry.url):
        no.append(Refusal("statute.link", field="lank", text=entry.url))
    if no:
        raise Slips(no)


def check_reason(why: str) -> None:
    """Why a row is struck out: demanded, short, nobody's number. Raises `Refusal`."""
    shield.check_text(why, "Skäl", field="skal", longest=500, needed=True)


def standing(records: Sequence[Record]) -> list[Record]:
    """The rows that count, latest first: neither corrected nor withdrawn."""
    replaced = {one.corrects_id for one in records}
    counted = (one for one in records if one.id not in replaced and not one.withdrawn)
    return sorted(counted, key=lambda one: (one.entry.happened_on, one.recorded_at, str(one.id)), reverse=True)


def replaced(records: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Each row that counts no more with the one that says so, latest first."""
    by_id = {one.id: one for one in records}
    found = [(by_id[one.corrects_id], one) for one in records if one.corrects_id in by_id]
    return sorted(found, key=lambda pair: pair[1].recorded_at, reverse=True)


def may_correct(records: Sequence[Record], record: Record) -> None:
    """Only what counts is corrected or struck out. Raises `Refusal`."""
    if record not in standing(records):
        raise Refusal("statute.corrected")


# ---------------------------------------------------------------- what is due when
@dataclass(frozen=True)
class Turn:
    """One turn of the law's clock: what is due, and when it was done; None while it is to do. `chain` is the id of its section."""

    chain: str
    duty: Duty
    done_at: dt.datetime | None


def turns(records: Sequence[Record], since: dt.date) -> list[Turn]:
    """Each chain's turns in order; the last of a chain is to do. `since` is the day when the municipality came here.

    What was done before that day was never due here and has no turn. The same records always give the same turns.
    """
    kept = standing(records)[::-1]
    rhythm = max((one for one in kept if one.entry.kind == "rhythm"), key=lambda one: one.recorded_at, default=None)
    found = []
    for chain, kinds in (("lagesbild", {"situation"}), ("atgardsplan", {"plan", "plan_follow_up"}), ("rapport", {"report"})):
        done = [one for one in kept if one.entry.kind in kinds]
        for number, (before, after) in enumerate(zip((None, *done), (*done, None), strict=True)):
            if after is None or after.entry.happened_on >= since:
                title, due_on, why = _TURNS[chain](before, after is None, rhythm.entry if rhythm else None, since)
                duty = Duty(f"{PREFIX}{chain}:{number}", Kind.STATUTE, title, due_on, why=why)
                found.append(Turn(chain, duty, _done_at(after) if after else None))
    return found


def _done_at(record: Record) -> dt.datetime:
    """At noon on the day, or when it was recorded where that is earlier."""
    return min(record.recorded_at, periods.instant(record.entry.happened_on, 12))


def _situation(before: Record | None, _open: bool, _rhythm: Entry | None, _since: dt.date) -> tuple[str, dt.date, str]:  # noqa: FBT001 - one shape for all
    if before is None:
        return "Lägesbilden", FIRST_ROUND, _nothing("lägesbild")
    return _in_two_years(before, IN_FORCE, "Uppdateringen av lägesbilden", "uppdatera lägesbilden", "Den senaste lägesbilden är från")


def _plan(before: Record | None, _open: bool, _rhythm: Entry | None, _since: dt.date) -> tuple[str, dt.date, str]:  # noqa: FBT001 - one shape for all
    title = "Uppföljningen av åtgärdsplanen"
    if before is None:
        return title, FIRST_ROUND, _nothing("åtgärdsplan")
    was = "Åtgärdsplanen beslutades" if before.entry.kind == "plan" else "Åtgärdsplanen följdes senast upp"
    return _in_two_years(before, PLAN_FROM, title, "följa upp åtgärdsplanen", was)


def _nothing(what: str) -> str:
    return (
        f"Ni har inte antecknat någon {what}. Lagen gäller sedan {swedish.long_date(IN_FORCE)} och kräver en åtgärdsplan sedan "
        f"{swedish.long_date(PLAN_FROM)}. Båda ska ses över minst vartannat år (6 §), så det första varvet ska vara klart senast {swedish.long_date(FIRST_ROUND)}."
    )


def _in_two_years(before: Record, applies: dt.date, title: str, what: str, was: str) -> tuple[str, dt.date, str]:
    day = before.entry.happened_on
    counted = max(day, applies)
    due_on = periods.months_before(counted, -ROUND)
    older = f" Det var innan lagen krävde det, så tiden räknas från {swedish.long_date(counted)}." if counted > day else ""
    return title, due_on, f"{was} {swedish.long_date(day)}.{older} Kommunen ska {what} minst vartannat år (6 §): senast {swedish.long_date(due_on)}."


def _report(before: Record | None, is_open: bool, rhythm: Entry | None, since: dt.date) -> tuple[str, dt.date, str]:  # noqa: FBT001 - one shape for all
    first, months = (rhythm.happened_on, rhythm.every_months or YEARLY) if rhythm else (max(dt.date(since.year + 1, 12, 31), IN_FORCE), YEARLY)
    law = "Kommunstyrelsen ska löpande rapportera till kommunfullmäktige (13 §)."
    said = (
        f"Ni har bestämt att ni rapporterar {EVERY[months]}, med {swedish.long_date(first)} som första dag."
        if rhythm
        else f"Ni har inte bestämt hur ofta. Tills vidare räknas det med en gång om året, senast den {swedish.day_month(first)}."
    )
    if before is None:
        return "Rapporten till kommunfullmäktige", first, f"{law} {said}"
    reported = before.entry.happened_on
    earliest = reported + dt.timedelta(days=months * 15)
    due_on = rhythm_day(first, months, max(earliest, first) if rhythm and is_open else earliest)
    told = f"Den senaste rapporten lämnades {swedish.long_date(reported)}, och nästa är den första rapportdagen som ligger minst ett halvt intervall senare."
    return "Rapporten till kommunfullmäktige", due_on, f"{law} {said} {told}"


_TURNS = {"lagesbild": _situation, "atgardsplan": _plan, "rapport": _report}


def rhythm_day(first: dt.date, months: int, earliest: dt.date) -> dt.date:
    """The first day on or after `earliest` of those that lie whole numbers of `months` before or after `first`."""
    number = ((earliest.year - first.year) * 12 + earliest.month - first.month) // months - 1
    while periods.months_before(first, -number * months) < earliest:
        number += 1
    return periods.months_before(first, -number * months)


# ---------------------------------------------------------------- the page
@dataclass(frozen=True)
class Section:
    """A part of the page: which sections of the law, what they ask for in our words, which records belong there. `id` is its address."""

    id: str
    paragraphs: str
    heading: str
    demand: str
    kinds: tuple[str, ...]
    nothing: str


SECTIONS = (
    Section(
        "lagesbild",
        "4 och 6 §§",
        "Lägesbild",
        "En lägesbild av brottsligheten i kommunen: omfattning, konsekvenser och en analys. Den uppdateras minst vartannat år.",
        ("situation",),
        "Ingen lägesbild är antecknad.",
    ),
    Section(
        "atgardsplan",
        "5 och 6 §§",
        "Åtgärdsplan",
        "Ett beslut om vilka åtgärder som lägesbilden leder till. Planen följs upp minst vartannat år.",
        ("plan", "plan_follow_up"),
        "Ingen åtgärdsplan är antecknad. Lagen kräver ett beslut från och med 1 juli 2024.",
    ),
    Section(
        "overenskommelser",
        "9 §",
        "Överenskommelser",
        "Skriftliga överenskommelser med de aktörer som behövs, med syfte och områden.",
        ("agreement",),
        "Ingen överenskommelse är antecknad.",
    ),
    Section(
        "strategiskt-rad",
        "10 §",
        "Strategiskt råd",
        "Ett råd som kommunen leder, där de som medverkar har en ledande ställning.",
        ("council",),
        "Inget möte är antecknat.",
    ),
    Section(
        "samordning",
        "11 och 12 §§",
        "Samordning",
        "En funktion som samordnar arbetet, är kontaktpunkt och hjälper till att sprida information till invånarna.",
        ("coordinator",),
        "Ingen samordningsfunktion är antecknad.",
    ),
    Section(
        "rapport",
        "13 §",
        "Rapport till kommunfullmäktige",
        "Kommunstyrelsen, eller en annan nämnd, leder arbetet och rapporterar löpande till kommunfullmäktige.",
        ("report", "rhythm"),
        "Ingen rapport är antecknad.",
    ),
)


@dataclass(frozen=True)
class Shown:
    """A section as it stands: the rows that count, latest first, and what is due next where the law has a clock."""

    section: Section
    records: tuple[Record, ...]
    due: Duty | None

    @property
    def is_missing(self) -> bool:
        """Whether nothing of what the section asks for is recorded."""
        return not any(one.entry.kind == self.section.kinds[0] for one in self.records)

    def chip(self, today: dt.date) -> Chip:
        """How it stands, in one word or two."""
        left = (self.due.due_on - today).days if self.due else None
        if left is not None and left < 0:
            return Chip("bad", "late", f"{swedish.days(-left)} försenat")
        if left is not None and left <= NEAR:
            return Chip("warn", "hour", "I dag" if left == 0 else f"{swedish.days(left)} kvar")
        latest = next((one for one in self.records if one.entry.kind == self.section.kinds[0]), None)
        return Chip("good", "check", f"Senast {swedish.short_date(latest.entry.happened_on)}") if latest else Chip("", "ring", "Inget antecknat")

    def next_line(self, today: dt.date) -> str:
        """Uppdateringen av lägesbilden senast 12 mars 2026, om 527 dagar."""
        return (
            ""
            if self.due is None
            else f"{self.due.title}: senast {swedish.long_date(self.due.due_on)}, {swedish.when((self.due.due_on - today).days)}."
        )


def shown(records: Sequence[Record], since: dt.date) -> list[Shown]:
    """Every section of the page."""
    kept = standing(records)
    due = {one.chain: one.duty for one in turns(records, since) if one.done_at is None}
    return [Shown(one, tuple(record for record in kept if record.entry.kind in one.kinds), due.get(one.id)) for one in SECTIONS]


def heading(found: Sequence[Shown], today: dt.date) -> str:
    """How it stands, in a sentence or two, for the top of the page."""
    late = [one for one in found if one.due and one.due.due_on < today]
    missing = [swedish.first_down(one.section.heading) for one in found if one.is_missing]
    nearest = min((one for one in found if one.due), key=lambda one: one.due.due_on if one.due else dt.date.max)
    told = (
        f"{swedish.first_up(swedish.word(len(late)))} {'frist är försenad' if len(late) == 1 else 'frister är försenade'}."
        if late
        else f"Inget är försenat. {nearest.next_line(today)}"
    )
    return f"{told} Inget är antecknat om {swedish.listed(missing)}." if missing else told
