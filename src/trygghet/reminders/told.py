"""A reminder as a matter of the day's letter: what is due, what happens otherwise, and why somebody gets it; from what is true when it goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.deliveries.rules import Matter, duty_link
from trygghet.reminders import rules
from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, DEPUTY, LEADER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.reminders.ladders import Ladders
    from trygghet.reminders.rules import Owed


@dataclass(frozen=True)
class Story:
    """All that the reminder tells. `via` is why it is for somebody outside its seat; `made_on` is when it was planned."""

    owed: Owed
    promise: str
    seat: str
    lead: int
    ladders: Ladders
    organisation: str
    office: str
    via: str
    made_on: dt.date
    partners: tuple[str, ...]
    """The other parties that are still to do their part of the same duty."""
    remaining: tuple[tuple[dt.date, str], ...]
    """What remains of the promise this year, nearest first."""
    today: dt.date
    settled: bool = False
    """Whether the organisation's own part is done, and it hears of it because another party's is not."""


def matter(story: Story, public_url: str) -> Matter:
    """The reminder in Swedish words."""
    owed = story.owed
    return assembled(
        story,
        public_url,
        promise=story.promise or "Enligt lagen",
        headline=rules.headline(owed, (owed.due_on - story.today).days),
        lines=(_what(owed, story.today), _others(story), _otherwise(owed, story.today), _gathered(story)),
        action=_BUTTON[owed.kind],
        notes=(_why(story), _which(story), _UNTIL[owed.kind]),
    )


def assembled(story: Story, public_url: str, *, promise: str, headline: str, lines: Sequence[str], action: str, notes: Sequence[str]) -> Matter:
    """The matter from its words, in whatever language; empty lines are left out. The ledger's own title is Swedish."""
    owed = story.owed
    left = (owed.due_on - story.today).days
    return Matter(
        kind="reminder",
        organisation=story.organisation,
        office=story.office,
        promise=promise,
        area=owed.area_name,
        left=left,
        headline=headline,
        lines=tuple(line for line in lines if line),
        action=action,
        link=f"{public_url}{link(owed)}",
        notes=tuple(line for line in notes if line),
        thread=str(owed.obligation_id),
        remaining=story.remaining,
        title=rules.headline(owed, left),
    )


def _why(story: Story) -> str:
    reason = (_REASON if story.owed.promise_id else _OWN_REASON)[story.seat].format(area=story.owed.area_name, organisation=story.organisation)
    return _VIA[story.via] if story.via else reason


def _which(story: Story) -> str:
    left = (story.owed.due_on - story.today).days
    number, total, following = rules.place(story.owed, story.ladders, min(story.lead, left), story.seat)
    which = f"Detta är påminnelse {number} av {total} före dagen." if left >= 0 and number <= total and not story.via else ""
    then = (
        f"Är det inte klart kommer nästa påminnelse {swedish.long_date(following)}." if following else "Fler påminnelser till dig är inte planerade."
    )
    together = f"Fristen är gemensam med {swedish.listed(story.partners)}." if story.partners else ""
    return " ".join(part for part in (which, then, together) if part)


def _others(story: Story) -> str:
    """Said to a leader whose own part is done."""
    return f"Er del är klar. Det som återstår är {swedish.genitive(swedish.listed(story.partners))}." if story.settled and story.partners else ""


def _gathered(story: Story) -> str:
    """Steps that went by unsaid are one reminder that says so."""
    day = story.owed.due_on - dt.timedelta(days=story.lead)
    if story.today <= day or story.via == "bounced":
        return ""
    if story.made_on > day:
        return f"Påminnelsen planerades först {swedish.long_date(story.made_on)}, när tidigare steg redan hade passerat. De är samlade i den här."
    return f"Påminnelsen skulle ha kommit {swedish.long_date(day)}, men gick inte fram då. Allt som skulle ha sagts sedan dess står här."


def link(owed: Owed) -> str:
    """Where it is done, without the host."""
    return duty_link(owed.kind, owed.obligation_id)


_BUTTON = {
    "renewal": "Se vad som behövs nu",
    "review": "Öppna översynen",
    "follow_up": "Öppna uppföljningen",
    "report": "Öppna fristen",
    "activity": "Öppna aktiviteten",
    "statute": "Anteckna vad som är gjort",
}

_REASON = {
    COORDINATOR: "Du samordnar löftet i {area}.",
    DEPUTY: "Du är tillförordnad för den som samordnar löftet i {area}.",
    LEADER: "Du leder en av parterna i löftet i {area}.",
    ADMINISTRATOR: "Du är administratör hos {organisation}, och det här har blivit mycket sent.",
}

_OWN_REASON = {
    COORDINATOR: "Du samordnar det brottsförebyggande arbetet hos {organisation}.",
    DEPUTY: "Du är tillförordnad för den som samordnar arbetet hos {organisation}.",
    LEADER: "Du leder arbetet hos {organisation}.",
    ADMINISTRATOR: "Du är administratör hos {organisation}, och det här har blivit mycket sent.",
}

_VIA = {
    "vacant": "Ingen har den plats som påminnelsen är till, så den går till dig.",
    "bounced": "Mejlet till den som påminnelsen är till kommer tillbaka, så den går till dig.",
    "handed_over": "Den som påminnelsen är till har överlämnat sina påminnelser till dig.",
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
    day, late = f"{swedish.weekday(owed.due_on)} {swedish.long_date(owed.due_on)}", today > owed.due_on
    verb = "skulle ha varit" if late else "ska vara"
    return {
        "renewal": f"Medborgarlöftet {'gällde' if late else 'gäller'} till och med {day}. Något nytt löfte är inte undertecknat.",
        "review": f"Parterna {'skulle ha sett' if late else 'ska se'} över medborgarlöftet senast {day}.",
        "follow_up": f"{owed.title} {verb} gjord senast {day}. Den är klar när alla parter har undertecknat den i dess rum.",
        "report": f"{owed.title} {'skulle ha lämnats' if late else 'ska lämnas'} senast {day}.",
        "activity": f"Aktiviteten ”{owed.title}” {verb} gjord senast {day}.",
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
