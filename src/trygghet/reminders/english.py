"""The same reminder in English, for whoever has chosen to have their letters so. Names, titles and what people wrote stay as they are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet.reminders import rules, told
from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, DEPUTY, LEADER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.deliveries.rules import Matter
    from trygghet.reminders.rules import Owed
    from trygghet.reminders.told import Story

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAW = "Under the law"


def long_date(day: dt.date) -> str:
    """31 December 2024."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def matter(story: Story, public_url: str) -> Matter:
    """The reminder in English words."""
    owed = story.owed
    return told.assembled(
        story,
        public_url,
        promise=story.promise or LAW,
        headline=headline(owed, (owed.due_on - story.today).days),
        lines=(_what(owed, story.today), _others(story), _otherwise(owed, story.today), _gathered(story)),
        action=_BUTTON[owed.kind],
        notes=(_why(story), _which(story), _UNTIL[owed.kind]),
    )


def headline(owed: Owed, left: int) -> str:
    """The whole news in one line; `left` is days until the due day, negative when it has passed."""
    when, late = _when(left), left < 0
    return {
        "renewal": f"The promise in {owed.area_name} {'ended' if late else 'ends'} {when}",
        "review": f"The promise in {owed.area_name} {'was' if late else 'is'} to be reviewed {when}",
        "follow_up": f"The follow-up of {owed.covered} in {owed.area_name} {'was' if late else 'is'} due {when}",
        "report": f"The report to {owed.receiver} on the promise in {owed.area_name} {'was' if late else 'is'} due {when}",
        "activity": f"“{owed.title}” in {owed.area_name} {'was' if late else 'is'} due {when}",
        "statute": f"{owed.title} in {owed.area_name} {'was' if late else 'is'} due {when}",
    }[owed.kind]


def _when(left: int) -> str:
    if left in {0, 1}:
        return "today" if left == 0 else "tomorrow"
    days = f"{abs(left)} day{'' if abs(left) == 1 else 's'}"
    return f"in {days}" if left > 0 else f"{days} ago"


def _what(owed: Owed, today: dt.date) -> str:
    day, verb = f"{_WEEKDAYS[owed.due_on.weekday()]} {long_date(owed.due_on)}", "was to be" if today > owed.due_on else "is to be"
    return {
        "renewal": f"The promise {'was' if today > owed.due_on else 'is'} valid until {day}. No new promise has been signed.",
        "review": f"The parties {'were' if today > owed.due_on else 'are'} to review the promise by {day}.",
        "follow_up": f"{owed.title} {verb} done by {day}. It is done when all parties have signed it in its room.",
        "report": f"{owed.title} {verb} handed in by {day}.",
        "activity": f"The activity “{owed.title}” {verb} done by {day}.",
        "statute": f"{owed.title} {verb} done by {day}, under the act on municipalities’ responsibility for crime prevention.",
    }[owed.kind]


def _otherwise(owed: Owed, today: dt.date) -> str:
    if today > owed.due_on:
        return "The promise has ended, and the public page says so." if owed.kind == "renewal" else "It now stands as late with you."
    after = long_date(owed.due_on + dt.timedelta(days=1))
    if owed.kind == "renewal":
        return f"If nothing happens, from {after} the public page says that the promise has ended and that no new one is signed."
    return f"If nothing happens, it stands as late with you from {after}."


def _others(story: Story) -> str:
    return f"Your part is done. What remains is up to {_listed(story.partners)}." if story.settled and story.partners else ""


def _gathered(story: Story) -> str:
    day = story.owed.due_on - dt.timedelta(days=story.lead)
    if story.today <= day or story.via == "bounced":
        return ""
    if story.made_on > day:
        return f"This reminder was planned as late as {long_date(story.made_on)}, when earlier steps had passed. They are gathered in it."
    return f"This reminder was to come on {long_date(day)}, but did not get through. All that should have been said since then is here."


def _why(story: Story) -> str:
    if story.via:
        return _VIA[story.via]
    return (_REASON if story.owed.promise_id else _OWN_REASON)[story.seat].format(area=story.owed.area_name, organisation=story.organisation)


def _which(story: Story) -> str:
    left = (story.owed.due_on - story.today).days
    number, total, following = rules.place(story.owed, story.ladders, min(story.lead, left), story.seat)
    which = f"This is reminder {number} of {total} before the day." if left >= 0 and number <= total and not story.via else ""
    then = f"If it is not done, the next reminder comes on {long_date(following)}." if following else "No more reminders to you are planned."
    together = f"The duty is shared with {_listed(story.partners)}." if story.partners else ""
    return " ".join(part for part in (which, then, together) if part)


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


_BUTTON = {
    "renewal": "See what is needed now",
    "review": "Open the review",
    "follow_up": "Open the follow-up",
    "report": "Open the duty",
    "activity": "Open the activity",
    "statute": "Record what is done",
}
_LATE = "You are an administrator at {organisation}, and this has become very late."
_REASON = {
    COORDINATOR: "You coordinate the promise in {area}.",
    DEPUTY: "You stand in for whoever coordinates the promise in {area}.",
    LEADER: "You lead one of the parties to the promise in {area}.",
    ADMINISTRATOR: _LATE,
}
_OWN_REASON = {
    COORDINATOR: "You coordinate crime prevention at {organisation}.",
    DEPUTY: "You stand in for whoever coordinates the work at {organisation}.",
    LEADER: "You lead the work at {organisation}.",
    ADMINISTRATOR: _LATE,
}
_VIA = {
    "vacant": "Nobody holds the office that this reminder is for, so it comes to you.",
    "bounced": "Mail to the person whom this reminder is for comes back, so it comes to you.",
    "handed_over": "The person whom this reminder is for has handed their reminders over to you.",
}
_UNTIL = {
    "renewal": "The reminders end when a new promise is signed, when the promise is extended, or when your leader has said that there will be none.",
    "review": "The reminders end when one of you has recorded that the review is done.",
    "follow_up": "The reminders end when all parties have signed the follow-up.",
    "report": "The reminders end when one of you has recorded that the report is handed in.",
    "activity": "The reminders end when one of you has recorded that the activity is done.",
    "statute": "The reminders end when you have recorded that it is done.",
}
