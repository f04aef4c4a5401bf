"""The reminder as a mail: subject, plain text and HTML, from what is true when it is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import letters, swedish
from trygghet.deliveries.rules import message_id
from trygghet.letters import Envelope
from trygghet.reminders import rules

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.notices.rules import Recipient
    from trygghet.reminders.rules import Owed
    from trygghet.settings import Settings


@dataclass(frozen=True)
class Story:
    """All that the letter tells."""

    owed: Owed
    seat: str
    lead: int
    to: Recipient
    organisation: str
    partners: tuple[str, ...]
    """The other parties that are still to do their part of the same duty."""
    remaining: tuple[Owed, ...]
    """What remains of the promise this year, nearest first."""
    today: dt.date


def write(story: Story, delivery_id: UUID, settings: Settings, *, now: dt.datetime) -> Letter:
    """The letter. The same delivery always has the same Message-ID, so that a repeat can be known for one."""
    envelope = Envelope(story.to.name, story.to.email, message_id(delivery_id, letters.host(settings)))
    return letters.write("reminder", _words(story, settings.public_url), envelope, at=now)


def _words(story: Story, public_url: str) -> dict[str, Any]:
    owed = story.owed
    number, total, following = rules.place(owed, story.lead, story.seat)
    return {
        "headline": rules.headline(owed, (owed.due_on - story.today).days),
        "to": story.to,
        "organisation": story.organisation,
        "area": owed.area_name,
        "what": _what(owed, story.today),
        "otherwise": _otherwise(owed, story.today),
        "action": _BUTTON[owed.kind],
        "link": f"{public_url}{_link(owed)}",
        "schedule_link": f"{public_url}/paminnelser",
        "remaining": story.remaining,
        "year": story.today.year,
        "which": f"Detta är påminnelse {number} av {total}." if story.lead > 0 else "Den här påminnelsen kommer varje vecka tills det är klart.",
        "following": following,
        "until": _UNTIL[owed.kind],
        "partners": story.partners,
        "reason": (_REASON if owed.promise_id else _OWN_REASON)[story.seat].format(area=owed.area_name, organisation=story.organisation),
    }


def _link(owed: Owed) -> str:
    """Where it is done."""
    if owed.kind == "follow_up":
        return f"/uppfoljning/{owed.obligation_id}"
    return "/lagen" if owed.kind == "statute" else f"/frister#frist-{owed.obligation_id}"


_BUTTON = {
    "renewal": "Se vad som behövs nu",
    "review": "Öppna översynen",
    "follow_up": "Öppna uppföljningen",
    "report": "Öppna fristen",
    "activity": "Öppna aktiviteten",
    "statute": "Anteckna vad som är gjort",
}

_REASON = {rules.COORDINATOR: "Du samordnar löftet i {area}.", rules.LEADER: "Du leder en av parterna i löftet i {area}."}

_OWN_REASON = {
    rules.COORDINATOR: "Du samordnar det brottsförebyggande arbetet hos {organisation}.",
    rules.LEADER: "Du leder arbetet hos {organisation}.",
}

_UNTIL = {
    "renewal": "Påminnelserna slutar när ett nytt löfte är undertecknat, när löftet är förlängt eller när er ledare har sagt att det inte blir något nytt.",
    "review": "Påminnelserna slutar när någon av er har antecknat att översynen är gjord.",
    "follow_up": "Påminnelserna slutar när alla parter har undertecknat uppföljningen.",
    "report": "Påminnelserna slutar när någon av er har antecknat att rapporten är lämnad.",
    "activity": "Påminnelserna slutar när någon av er har antecknat att aktiviteten är gjord.",
    "statute": "Påminnelserna slutar när ni har antecknat att det är gjort.",
}


def _what(owed: Owed, today: dt.date) -> str:
    """What has to be done, and by when."""
    day, verb = f"{swedish.weekday(owed.due_on)} {swedish.long_date(owed.due_on)}", "skulle ha varit" if today > owed.due_on else "ska vara"
    return {
        "renewal": f"Medborgarlöftet gäller till och med {day}. Något nytt löfte är inte undertecknat.",
        "review": f"Parterna ska se över medborgarlöftet senast {day}.",
        "follow_up": f"{owed.title} {verb} gjord senast {day}. Den är klar när alla parter har undertecknat den i dess rum.",
        "report": f"{owed.title} ska lämnas senast {day}.",
        "activity": f"Aktiviteten ”{owed.title}” ska vara gjord senast {day}.",
        "statute": f"{owed.title} {verb} klar senast {day}, enligt lagen om kommuners ansvar för brottsförebyggande arbete.",
    }[owed.kind]


def _otherwise(owed: Owed, today: dt.date) -> str:
    """What happens if nobody does anything, or has happened already."""
    if today > owed.due_on:
        return "Löftet har gått ut, och det står på den publika sidan." if owed.kind == "renewal" else "Fristen står nu som försenad hos er."
    after = swedish.day_month(owed.due_on + dt.timedelta(days=1))
    if owed.kind == "renewal":
        return f"Händer inget visar den publika sidan från den {after} att löftet har gått ut och att något nytt inte är undertecknat."
    return f"Händer inget står fristen som försenad hos er från den {after}."
