"""What a report is made of, what the figures propose for it, who may see and change it, and how it is fixed when it is handed in."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import canonical, difference, shield, swedish
from trygghet.obligations.rhythms import noted
from trygghet.obligations.rules import Kind
from trygghet.periods import parse_day
from trygghet.reports import figures as facts
from trygghet.swedish import Chip, NotFound, Refusal, Slips
from trygghet.wordings.rules import seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trygghet.difference import Piece
    from trygghet.obligations.rules import Obligation
    from trygghet.reports.figures import Figures

LONGEST = 2000
"""Letters in one section: more is read by nobody in a committee, and two of them fill a page."""
PAGES = {"written": 2, "oral": 1, "figures": 2}
"""How many pages a report may have, by its form."""


class Heading(NamedTuple):
    """A section: what it is called, what helps to write it, and what the figures propose for it. Without words it is left out."""

    key: str
    name: str
    hint: str
    propose: Callable[[Figures, dt.date, dt.date, str], str]


_SUMMARY = Heading("summary", "Sammanfattning", "Det viktigaste i två eller tre meningar.", lambda f, first, last, _: facts.summary(f, first, last))
_DEVIATIONS = Heading("deviations", "Avvikelser", "Det som inte går som lovat, det viktigaste först.", lambda f, *_: facts.deviations(f))
_ACTIONS = Heading("actions", "Det här gör vi åt avvikelserna", "Vad, vem och när. Lämnas tomt om inget behövs.", lambda *_: "")
_PROMISED = Heading("as_promised", "Går som lovat", "", lambda f, *_: facts.as_promised(f))
_COMING = Heading("coming", "Närmast framöver", "", lambda f, *_: facts.coming(f))
_MEASURED = Heading("measured", "Mätvärden", "Mätningar som hör till löftets mål.", lambda f, *_: facts.measured(f))
_DECISION = Heading(
    "decision",
    "Förslag till beslut",
    "Som det ska stå i protokollet.",
    lambda _f, _a, _b, receiver: f"{receiver} lägger rapporten till handlingarna.",
)
_POINTS = Heading(
    "points", "Det här säger vi", "En rad för varje sak. Börja raden med ett streck.", lambda f, first, last, _: facts.points(f, first, last)
)
_QUESTIONS = Heading("questions", "Frågor att räkna med", "Frågan och vad ni svarar. Lämnas tomt om inget behövs.", lambda *_: "")
_COMMENT = Heading("comment", "Kommentar", "Det som siffrorna inte säger själva. Lämnas tomt om inget behövs.", lambda *_: "")

FORMS: dict[str, tuple[Heading, ...]] = {
    "written": (_SUMMARY, _DEVIATIONS, _ACTIONS, _PROMISED, _MEASURED, _COMING, _DECISION),
    "oral": (_POINTS, _COMING, _QUESTIONS),
    "figures": (_COMMENT,),
}
"""The sections of each form, in order. What is spoken has no table, what is only figures has little else."""


@dataclass(frozen=True)
class Section:
    """One section as it stands: what the figures proposed last, and the text that people have made of it."""

    key: str
    proposed: str
    text: str

    @property
    def is_written(self) -> bool:
        """Whether somebody has changed it."""
        return self.text != self.proposed

    @property
    def seen(self) -> str:
        """The mark of what a form was shown with."""
        return seen(self.text)


class Clash(NamedTuple):
    """A section that somebody else changed meanwhile: what the writer typed, what stands there, and how they differ."""

    mine: str
    theirs: str
    pieces: Sequence[Piece]
    by: str

    @property
    def seen(self) -> str:
        """The mark of what stands there now, for the form to carry."""
        return seen(self.theirs)


@dataclass(frozen=True)
class Report:
    """A report, its author's own until it is handed in; `own`: of a rhythm of its own, which the other party never sees."""

    id: UUID
    promise_id: UUID
    promise_title: str
    organisation_id: UUID
    organisation: str
    obligation_id: UUID | None
    own: bool
    title: str
    receiver: str
    form: str
    period_from: dt.date
    period_until: dt.date
    due_on: dt.date
    meeting_on: dt.date | None
    sections: tuple[Section, ...]
    figures: Figures
    figures_at: dt.datetime
    edited_name: str
    edited_at: dt.datetime
    handed_in_at: dt.datetime | None = None
    handed_in_name: str = ""
    handed_in_office: str = ""
    snapshot: str | None = None
    content_hash: str | None = None
    reported_on: dt.date | None = None
    paragraph: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether it has not been handed in."""
        return self.handed_in_at is None

    @property
    def mark(self) -> str:
        """The mark of all that it says, for the form that hands it in."""
        return seen("\n".join([*(one.text for one in self.sections), canonical.text(self.figures.as_json())]))

    @property
    def noted(self) -> str:
        """Anmäld i KSAU 2024-11-12 § 143; nothing before that."""
        return noted(self.receiver, self.reported_on, self.paragraph)

    @property
    def chip(self) -> Chip:
        """Where it stands."""
        if self.handed_in_at is None:
            return Chip("warn", "doc", "Utkast")
        return Chip("good", "check", "Anmält") if self.reported_on else Chip("info", "doc", "Lämnat")

    def section(self, key: str) -> Section:
        """That section; it must be there."""
        return next(one for one in self.sections if one.key == key)

    @property
    def headings(self) -> list[tuple[Heading, Section]]:
        """Its sections with what they are called."""
        return [(heading, self.section(heading.key)) for heading in FORMS[self.form]]


# ---------------------------------------------------------------- making
def title(receiver: str, period: str) -> str:
    """Underlag KSAU kvartal 3 2024."""
    return f"Underlag {receiver} {period}"


def may_make(duty: Obligation, today: dt.date) -> None:
    """Of a report that is due, once its period has begun. Raises `NotFound`, `Refusal`."""
    if duty.duty.kind is not Kind.REPORT or duty.promise_id is None:
        raise NotFound
    if begins := duty.begins_later(today):
        raise Refusal("report.not_begun", title=duty.duty.title, day=swedish.long_date(begins))


def proposed(form: str, found: Figures, first: dt.date, last: dt.date, receiver: str) -> tuple[Section, ...]:
    """Every section as the figures propose it."""
    return tuple(Section(one.key, words := one.propose(found, first, last, receiver), words) for one in FORMS[form])


def refreshed(report: Report, found: Figures, at: dt.datetime) -> Report:
    """With new figures: what nobody has changed follows them, what people wrote stays as they wrote it."""
    fresh = {one.key: one.proposed for one in proposed(report.form, found, report.period_from, report.period_until, report.receiver)}
    sections = tuple(Section(one.key, fresh[one.key], one.text if one.is_written else fresh[one.key]) for one in report.sections)
    return replace(report, sections=sections, figures=found, figures_at=at)


# ---------------------------------------------------------------- writing
class Typed(NamedTuple):
    """What came in the form for one section, and the mark of what its writer saw there."""

    text: str
    seen: str


def written(report: Report, typed: Mapping[str, Typed]) -> tuple[Report, dict[str, Clash]]:
    """The report with what was typed, and the sections that somebody else had changed meanwhile, which stand as they stood.

    Raises `Slips` for texts that may not be kept.
    """
    refusals: list[Refusal] = []
    clashes: dict[str, Clash] = {}
    sections: list[Section] = []
    for heading, section in report.headings:
        new = typed.get(heading.key)
        if new is None or seen(new.text) in {new.seen, section.seen}:
            sections.append(section)
            continue
        try:
            shield.check_text(new.text, heading.name, field=heading.key, longest=LONGEST)
        except Refusal as refusal:
            refusals.append(refusal)
        if new.seen != section.seen:
            by = f"{report.edited_name} har ändrat här, {swedish.short_moment(report.edited_at)}."
            clashes[heading.key] = Clash(new.text, section.text, difference.words(section.text, new.text), by)
            sections.append(section)
        else:
            sections.append(replace(section, text=new.text))
    if refusals:
        raise Slips(refusals)
    return replace(report, sections=tuple(sections)), clashes


def may_change(report: Report, organisation: UUID) -> None:
    """One's own, while it is not handed in. Raises `NotFound`, `Refusal`."""
    if report.organisation_id != organisation:
        raise NotFound
    if not report.is_draft:
        raise Refusal("report.handed_in")


# ---------------------------------------------------------------- in the minutes
_PARAGRAPH = re.compile(r"§?\s*([0-9]{1,4}\s?[a-zA-Z]?)")


def noting(typed: Mapping[str, str], handed_in: dt.date, today: dt.date) -> tuple[dt.date, str]:
    """The meeting's day and the paragraph as they were typed. Raises `Slips`."""
    slips: list[Refusal] = []
    on, paragraph = today, ""
    try:
        on = parse_day(typed.get("dag", ""), "Sammanträdesdag", field="dag")
        if not handed_in <= on <= today:
            first, last = swedish.long_date(handed_in), swedish.long_date(today)
            slips.append(Refusal("report.noted_on", field="dag", first=first, last=last, day=swedish.long_date(on)))
    except Refusal as refusal:
        slips.append(refusal)
    if text := typed.get("paragraf", ""):
        found = _PARAGRAPH.fullmatch(text)
        if found is None:
            slips.append(Refusal("report.paragraph", field="paragraf", text=text[:40]))
        else:
            paragraph = found[1].replace(" ", "").lower()
    if slips:
        raise Slips(slips)
    return on, paragraph


# ---------------------------------------------------------------- the list
AHEAD = 60
"""A report that is due within so many days stands among those to be done, if its period has begun."""


class Waiting(NamedTuple):
    """A report that is due, with the draft of it if there is one."""

    duty: Obligation
    draft: Report | None


class Groups(NamedTuple):
    """The list: what is to be done, nearest first; drafts whose duty has gone; what is handed in; what stands in the minutes."""

    waiting: Sequence[Waiting]
    loose: Sequence[Report]
    handed_in: Sequence[Report]
    noted: Sequence[Report]


def grouped(found: Sequence[Report], due: Sequence[Obligation], today: dt.date) -> Groups:
    """Every report in the one place where somebody looks for it."""
    drafts = {one.obligation_id: one for one in found if one.is_draft and one.obligation_id}
    near = [one for one in due if one.id in drafts or (one.begins_later(today) is None and one.days_left(today) <= AHEAD)]
    shown = {one.id for one in near}
    return Groups(
        [Waiting(one, drafts.get(one.id)) for one in near],
        [one for one in found if one.is_draft and one.obligation_id not in shown],
        [one for one in found if not one.is_draft and not one.reported_on],
        [one for one in found if one.reported_on],
    )


def heading(found: Sequence[Report], due: Sequence[Obligation], today: dt.date) -> str:
    """How it stands, in a sentence."""
    waiting = grouped(found, due, today).waiting
    if late := sum(one.duty.days_left(today) < 0 for one in waiting):
        return f"{swedish.first_up(swedish.word(late))} {'rapport är försenad' if late == 1 else 'rapporter är försenade'}."
    if waiting:
        nearest = waiting[0].duty
        return f"Närmast ska {nearest.duty.receiver} ha en rapport, {swedish.long_date(nearest.duty.due_on)}."
    return f"Nästa rapport är till {due[0].duty.receiver}, {swedish.long_date(due[0].duty.due_on)}." if due else "Ingen rapport väntar."
