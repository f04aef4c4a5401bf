"""The same summary in English, for whoever has chosen to have their letters so. Names and titles stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet.reminders import english as reminders
from trygghet.silence.rules import Kind
from trygghet.silence.summary import Part, Wording

if TYPE_CHECKING:
    from trygghet.silence.rules import Quiet


def _silence(quiet: Quiet) -> str:
    what = "residents have been told nothing" if quiet.kind is Kind.TOLD else "nothing done has been recorded"
    return f"{what} since {'' if quiet.heard else 'the promise began on '}{reminders.long_date(quiet.since)}"


def _more(count: int, part: Part) -> str:
    return f"{count} more {_PARTS[part][count > 1]}."


_PARTS = {
    Part.LATE: ("is late", "are late"),
    Part.COMING: ("is near", "are near"),
    Part.QUIET: ("is quiet", "are quiet"),
    Part.TOLD: ("has gone out", "have gone out"),
}


def _headline(late: int, coming: int, quiet: int) -> str:
    said = [
        _counted(late, "duty is late", "duties are late"),
        _counted(coming, "duty is due within two weeks", "duties are due within two weeks"),
        _counted(quiet, "promise is quiet", "promises are quiet"),
    ]
    found = [one for one in said if one]
    return f"The week: {', '.join(found)}" if found else "The week: residents have been told more"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


_COMES = "The summary comes on the first working day of the week, but not when there is nothing to say."
ENGLISH = Wording(
    title="The week in summary",
    late="Late: {what}.",
    coming="{day}: {what}.",
    quiet="Quiet in {area} ({days}): {what}.",
    told="Residents were told on {day}: “{title}” ({area}).",
    action="Open the overview",
    notes={
        "": f"You lead the work at {{organisation}}. {_COMES}",
        "handed_over": f"Whoever leads the work at {{organisation}} has handed their reminders over to you. {_COMES}",
    },
    duty=reminders.headline,
    long_day=reminders.long_date,
    day=reminders.long_date,
    days=lambda count: f"{count} day{'' if count == 1 else 's'}",
    silence=_silence,
    more=_more,
    headline=_headline,
)
