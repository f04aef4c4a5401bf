"""The log of who let whom do what, in sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.members import offices

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.members.offices import Holding, Term


@dataclass(frozen=True)
class Actor:
    """Who does something: a person in an office, or whoever runs the installation from its command line."""

    name: str
    office: str = ""
    person_id: UUID | None = None
    email: str = ""


OPERATIONS = Actor("Den som sköter driften")


@dataclass(frozen=True)
class Happened:
    """One act. `about` is the person, the address, the municipality or the channel as it was called then; `colleague` who gets its reminders."""

    act: str
    about: str = ""
    person_id: UUID | None = None
    office: str = ""
    role: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    at_once: bool = False
    colleague: str = ""


@dataclass(frozen=True)
class Event:
    """An act as it stands in the log."""

    at: dt.datetime
    by: Actor
    happened: Happened

    @property
    def sentence(self) -> str:
        """What was done, without who did it."""
        return _SENTENCES[self.happened.act].format(
            what=self.happened, office=_office(self.happened), days=_days(self.happened), end=_end(self.happened)
        )

    @property
    def signed(self) -> str:
        """Who did it."""
        return f"{self.by.name}, {self.by.office}" if self.by.office else self.by.name


_SENTENCES = {
    "organisation_added": "Organisationen {what.about} lades upp.",
    "organisation_renamed": "Namnet i adresser ändrades från {what.about} till {what.office}.",
    "office_added": "Befattningen {office} lades till.",
    "office_closed": "Befattningen {office} avslutas, sista dag {end}.",
    "invited": "{what.about} bjöds in som {office}, {days}.",
    "invited_again": "{what.about} fick en ny inbjudan som {office}, {days}. Den tidigare länken slutade gälla.",
    "revoked": "Inbjudan till {what.about} som {office} återkallades.",
    "joined": "{what.about} tog emot sin inbjudan som {office}, {days}.",
    "appointed": "{what.about} fick befattningen {office}, {days}.",
    "days_changed": "{what.about}, {office}: dagarna ändrades till {days}.",
    "ended": "{what.about}, {office}: slutar, {end}.",
    "handed_over": "{what.about}: påminnelserna går till {what.colleague}, {days}.",
    "handover_ended": "{what.about}: påminnelserna går inte längre till {what.colleague}.",
    "area_added": "{what.about} lades till i polisområdet, {days}.",
    "area_ended": "{what.about} lämnar polisområdet, sista dag {end}.",
    "channel_connected": "Kanalen {what.about} anslöts.",
    "channel_renewed": "Kanalen {what.about} förnyades.",
    "channel_secret_changed": "Hemligheten för {what.about} byttes.",
    "channel_paused": "Kanalen {what.about} pausades.",
    "channel_resumed": "Kanalen {what.about} togs i bruk igen.",
    "channel_removed": "Kanalen {what.about} togs bort.",
    "ladder_changed": "Stegen för påminnelser om {what.about} ändrades.",
    "ladder_reset": "Stegen för påminnelser om {what.about} blev åter Tryggets egna.",
    "publishing_stopped": "All publicering stoppades: {what.about}",
    "publishing_resumed": "Publiceringen släpptes fri. Den hade stoppats så här: {what.about}",
    "profile_changed": "Hur organisationen visar sig för invånarna ändrades: {what.about}.",
    "mail_resumed": "Stoppet för mejl till {what.about} lyftes.",
}


def _office(one: Happened) -> str:
    return f"{one.office} ({swedish.ROLES[one.role]})" if one.role else one.office


def _days(one: Happened) -> str:
    return offices.days(offices.Term(one.first, one.last)) if one.first else ""


def _end(one: Happened) -> str:
    if one.at_once:
        return "med omedelbar verkan"
    return f"{swedish.long_date(one.last)}" if one.last else "tills vidare"


def about(act: str, one: Holding, term: Term | None = None, *, at_once: bool = False) -> Happened:
    """An act about somebody in an office; `term` where its days became others than the holding has."""
    days = term or one.term
    return replace(of_term(act, one.name, one.office, days, person_id=one.person_id), at_once=at_once)


def of_term(act: str, name: str, office: offices.Office, term: Term, *, person_id: UUID | None = None) -> Happened:
    """An act that gives somebody an office for some days."""
    return Happened(act, name, person_id, swedish.signed_as(office.title, acting=term.acting), office.role, term.first, term.last)
