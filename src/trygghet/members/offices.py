"""Offices and who holds them when: what may be given to whom, what may be taken away, and what nobody holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import periods, shield, swedish
from trygghet.swedish import Chip, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

LEADER, COORDINATOR, ADMINISTRATOR = "leader", "coordinator", "administrator"
SEATS = (LEADER, COORDINATOR)
"""The roles that duties and keys wait for; one that nobody has is a vacancy for the whole organisation."""
ONE_DAY = dt.timedelta(days=1)
LONGEST_TITLE, LONGEST_NAME, LONGEST_EMAIL = 100, 100, 200


@dataclass(frozen=True)
class Office:
    """A place in the organisation. `until_on` is its last day, inclusive; None while there is such an office."""

    id: UUID
    title: str
    role: str
    until_on: dt.date | None = None

    def exists(self, day: dt.date) -> bool:
        """Whether there is such an office that day."""
        return self.until_on is None or day <= self.until_on


@dataclass(frozen=True)
class Wish:
    """The office that somebody is to have: one that there is, or one with this title and role, which is made where there is none."""

    office_id: UUID | None = None
    title: str = ""
    role: str = ""


@dataclass(frozen=True)
class Term:
    """From the first day to the last, both inclusive, and whether they only stand in. No last day: until further notice."""

    first: dt.date
    last: dt.date | None = None
    acting: bool = False

    def meets(self, other: Term) -> bool:
        """Whether the two have a day in common."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)


@dataclass(frozen=True)
class Holding:
    """Somebody's time in an office. `ended_at` where it was ended at once: its last day counts no more from then on."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    office: Office
    term: Term
    ended_at: dt.datetime | None = None

    def holds(self, day: dt.date) -> bool:
        """Whether the office is theirs that day. The database's function `holds` says the same."""
        if self.ended_at is not None and day == self.term.last:
            return False
        return self.term.first <= day and (self.term.last is None or day <= self.term.last)

    def is_coming(self, today: dt.date) -> bool:
        """Whether it has not begun and still will."""
        return today < self.term.first and self.ended_at is None

    def is_over(self, today: dt.date) -> bool:
        """Whether it has been, or was taken back before it began."""
        return not self.holds(today) and not self.is_coming(today)

    @property
    def title(self) -> str:
        """How they sign."""
        return swedish.signed_as(self.office.title, acting=self.term.acting)

    @property
    def days(self) -> str:
        """Its first and last day in words."""
        return days(self.term)

    def chip(self, today: dt.date) -> Chip:
        """How it stands, as a mark."""
        if self.is_coming(today):
            return Chip("", "clock", f"Från {swedish.short_date(self.term.first)}")
        if self.is_over(today):
            return Chip("", "end", "Avslutad")
        if self.term.last is not None:
            return Chip("info", "hour", f"Till och med {swedish.short_date(self.term.last)}")
        return Chip("good", "check", "Tills vidare")


@dataclass(frozen=True)
class Vacancy:
    """An office that nobody holds. `alone` where nobody else has its role either, so that what waits for that role waits for no one.

    `office_id` is None where the organisation has no office at all with that role. `next_on` is when somebody begins.
    `unheard` are the letters that found nobody since then.
    """

    role: str
    title: str
    office_id: UUID | None
    since: dt.date | None
    next_on: dt.date | None
    alone: bool
    unheard: int = 0

    @property
    def headline(self) -> str:
        """Samordnare: vakant."""
        return f"{swedish.first_up(swedish.ROLES[self.role])}: vakant" if self.alone else f"{self.title}: vakant"

    @property
    def text(self) -> str:
        """Since when, until when, and what that means."""
        role = swedish.ROLES[self.role]
        since = f" sedan {swedish.long_date(self.since)}" if self.since else ""
        said = [f"Befattningen {self.title} är vakant{since}." if self.title else f"Ni har ingen befattning med rollen {role}."]
        if self.next_on:
            said.append(f"Någon tillträder {swedish.long_date(self.next_on)}.")
        if self.alone:
            said.append(_WAITS[self.role])
        if self.unheard:
            said.append(f"{'Ett mejl' if self.unheard == 1 else f'{swedish.first_up(swedish.word(self.unheard))} mejl'} har inte nått någon.")
        return " ".join(said)


_WAITS = {
    LEADER: "Ingen kan godkänna eller skriva under för er, och påminnelser till ledaren går till nästa som kan nås.",
    COORDINATOR: "Ingen skriver, delar eller planerar för er, och påminnelser till samordnaren går till nästa som kan nås.",
}


def days(term: Term) -> str:
    """1 juli 2025 till och med 31 juli 2025; från 1 juli 2025 tills vidare."""
    first = swedish.long_date(term.first)
    return f"{first} till och med {swedish.long_date(term.last)}" if term.last else f"från {first} tills vidare"


# ---------------------------------------------------------------- what is typed
def term(first: str, last: str, today: dt.date, *, acting: bool) -> Term:
    """The days that were typed; no first day is today. Raises `Refusal`."""
    begin = periods.parse_day(first, "Från och med", field="fran") if first else today
    return Term(begin, last_day(last), acting)


def last_day(text: str) -> dt.date | None:
    """The last day that was typed; nothing is until further notice. Raises `Refusal`."""
    return periods.parse_day(text, "Till och med", field="till") if text else None


def wish(fields: Mapping[str, str]) -> Wish:
    """The office that was chosen in a list, or the new one that was typed. Raises `Refusal`."""
    try:
        return Wish(UUID(fields["befattning"])) if fields.get("befattning") else Wish(None, fields.get("titel", ""), fields.get("roll", ""))
    except ValueError:
        raise Refusal("office.missing", field="befattning") from None


def title_and_role(title: str, role: str) -> tuple[str, str]:
    """A new office as it was typed. Raises `Refusal`."""
    shield.check_text(title, "Befattning", field="titel", longest=LONGEST_TITLE, needed=True)
    if role not in swedish.ROLES:
        raise Refusal("office.role", field="roll")
    return title, role


def check_name(name: str) -> str:
    """A person's name. Raises `Refusal`."""
    shield.check_text(name, "Namn", field="namn", longest=LONGEST_NAME, needed=True)
    return name


def email(text: str) -> str:
    """The address that was typed, in lower case. Raises `Refusal` for what is no address."""
    shield.check_text(text, "E-postadress", field="epost", longest=LONGEST_EMAIL, needed=True)
    name, at, host = text.partition("@")
    if (
        not text.isascii()
        or not (name and at and "." in host.strip(".") and host == host.strip(".-"))
        or any(not one.isprintable() or one in " ,;<>\"'()[]\\@" for one in name + host)
    ):
        raise Refusal("email.form", field="epost", text=text)
    return text.lower()


# ---------------------------------------------------------------- what may be done
def check_term(wanted: Term, today: dt.date) -> None:
    """Nobody is given access backwards in time, and a deputy has a last day. Raises `Refusal`."""
    if wanted.first < today:
        raise Refusal("holding.from_past", field="fran", today=today.isoformat(), day=wanted.first.isoformat())
    if wanted.last is not None and wanted.last < wanted.first:
        raise Refusal("holding.reversed", field="till", first=wanted.first.isoformat(), last=wanted.last.isoformat())
    if wanted.acting and wanted.last is None:
        raise Refusal("holding.acting_until", field="till")


def check_free(held: Iterable[Holding], person_id: UUID, name: str, office: Office, wanted: Term, *, but: UUID | None = None) -> None:
    """Nobody holds the same office twice on one day, and an office has ended when it has. Raises `Refusal`."""
    if not office.exists(wanted.last or wanted.first) or not office.exists(wanted.first) or (wanted.last is None and office.until_on):
        assert office.until_on is not None, "it exists for ever otherwise"
        raise Refusal("office.closed", field="befattning", title=office.title, day=swedish.long_date(office.until_on))
    for one in held:
        theirs = _lasted(one)
        if one.id != but and one.person_id == person_id and one.office.id == office.id and theirs is not None and theirs.meets(wanted):
            raise Refusal("holding.overlap", field="befattning", name=name, title=office.title, days=days(theirs))


def _lasted(one: Holding) -> Term | None:
    """The days that it really was held; None where it was taken back before its first day was over."""
    if one.ended_at is None or one.term.last is None:
        return one.term
    last = one.term.last - ONE_DAY
    return Term(one.term.first, last, one.term.acting) if last >= one.term.first else None


def check_own_key(role: str, *, myself: bool) -> None:
    """Who hands out keys does not hand the leader's to themselves: a promise needs two people's yes within a party. Raises `Refusal`."""
    if myself and role == LEADER:
        raise Refusal("office.own_key", field="befattning")


def is_later(last: dt.date | None, before: dt.date | None) -> bool:
    """Whether a last day lies after another; none is later than any."""
    return before is not None and (last is None or last > before)


def check_last_day(one: Holding, last: dt.date | None, today: dt.date) -> None:
    """Whether this may become the last day of a holding. Raises `Refusal`."""
    if one.is_over(today):
        raise Refusal("holding.over")
    if last is None and one.term.acting:
        raise Refusal("holding.acting_until", field="till")
    if last is not None and last < today:
        raise Refusal("holding.past_end", field="till", today=today.isoformat(), day=last.isoformat())
    if last is not None and last < one.term.first:
        raise Refusal("holding.reversed", field="till", first=one.term.first.isoformat(), last=last.isoformat())


def check_administrator_stays(held: Collection[Holding], losing: Collection[UUID], from_on: dt.date) -> None:
    """From that day on somebody must administer, with no end in sight; or nobody could let anyone in again. Raises `Refusal`."""
    lost = [one for one in held if one.id in losing and one.office.role == ADMINISTRATOR and not one.is_over(from_on)]
    stays = [
        one
        for one in held
        if one.id not in losing and one.office.role == ADMINISTRATOR and one.term.last is None and one.term.first <= from_on and one.ended_at is None
    ]
    if lost and not stays:
        raise Refusal("member.last_administrator", name=lost[0].name)


def check_change(one: Holding, wanted: Office, term: Term) -> None:
    """Whether a holding may go over into another office with these days. Raises `Refusal`."""
    if wanted.id == one.office.id:
        raise Refusal("holding.overlap", field="befattning", name=one.name, title=wanted.title, days=days(one.term))
    if term.last is not None and term.last < term.first:
        raise Refusal("holding.reversed", field="fran", first=term.first.isoformat(), last=term.last.isoformat())


def check_leaving(theirs: Sequence[Holding], last: dt.date | None, today: dt.date) -> list[Holding]:
    """What ends when somebody leaves after that day, or at once. Raises `Refusal` where nothing is left to end."""
    going = [one for one in theirs if not one.is_over(today) and (last is None or one.term.last is None or last < one.term.last)]
    if not going:
        raise Refusal("holding.over")
    return going


def check_closing(office: Office, held: Iterable[Holding], last: dt.date, today: dt.date) -> None:
    """An office closes when nobody holds it after its last day. Raises `Refusal`."""
    if last < today:
        raise Refusal("holding.past_end", field="till", today=today.isoformat(), day=last.isoformat())
    for one in held:
        lasted = _lasted(one)
        if one.office.id == office.id and lasted is not None and (lasted.last is None or lasted.last > last):
            raise Refusal("office.held", field="till", title=office.title, name=one.name)


# ---------------------------------------------------------------- what nobody holds
def vacancies(offices: Sequence[Office], held: Sequence[Holding], today: dt.date) -> list[Vacancy]:
    """The offices of leaders and coordinators that nobody holds today, and a role that nobody has because there is no office for it."""
    found = []
    for role in SEATS:
        alone = not any(one.office.role == role and one.holds(today) for one in held)
        existing = [one for one in offices if one.role == role and one.exists(today)]
        empty = [office for office in existing if not any(one.office.id == office.id and one.holds(today) for one in held)]
        found += [_vacancy(office, [one for one in held if one.office.id == office.id], today, alone=alone) for office in empty]
        if not existing:
            found.append(Vacancy(role, "", None, None, None, alone=True))
    return found


def _vacancy(office: Office, held: Sequence[Holding], today: dt.date, *, alone: bool) -> Vacancy:
    over = [term.last for one in held if one.is_over(today) and (term := _lasted(one)) is not None and term.last is not None]
    coming = [one.term.first for one in held if one.is_coming(today)]
    since = max(over) + ONE_DAY if over else None
    return Vacancy(office.role, office.title, office.id, since, min(coming, default=None), alone=alone)


def standing(held: Sequence[Holding], today: dt.date) -> dict[str, Any]:
    """What the first page says on top: how many people have access today, and how many more will."""
    return {
        "inside": len({one.person_id for one in held if one.holds(today)}),
        "coming": len({one.person_id for one in held if one.is_coming(today)} - {one.person_id for one in held if one.holds(today)}),
    }


def everybody(held: Sequence[Holding]) -> list[Holding]:
    """Everybody who belongs or belonged here, once each, by name."""
    return sorted({one.person_id: one for one in held}.values(), key=lambda one: swedish.sort_key(one.name))


def latest_first(held: Sequence[Holding]) -> list[Holding]:
    """A person's offices, the latest first."""
    return sorted(held, key=lambda one: one.term.first, reverse=True)


def open_offices(found: Iterable[Office], today: dt.date) -> list[Office]:
    """The offices that somebody may be given."""
    return [one for one in found if one.exists(today)]


def by_office(offices: Sequence[Office], held: Sequence[Holding]) -> Mapping[Office, list[Holding]]:
    """Each office with its holders over time, the latest first; leaders' offices first."""
    order = list(swedish.ROLES)
    ranked = sorted(offices, key=lambda one: (order.index(one.role), swedish.sort_key(one.title)))
    return {office: sorted((one for one in held if one.office.id == office.id), key=lambda one: one.term.first, reverse=True) for office in ranked}
