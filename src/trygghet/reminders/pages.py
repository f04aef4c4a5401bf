"""/paminnelser: what goes out to us, when, to whom and why; the same list as the command `trygghet schedule`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from litestar import Request, Response
from litestar.response import Template

from trygghet import periods, web
from trygghet.deliveries.rules import SEATS
from trygghet.reminders import actions, lines, reasons, rules, stairs
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.reminders.lines import Line

MONTHS_AHEAD = 18
SHOWN_WHOLE = 4
"""With more promises than so many, each is a row that leads to its own ladders."""
BY_LAW = "lagen"


class Asked(NamedTuple):
    """What the form says, as it was typed."""

    first: str
    last: str
    promise: str
    person: str


@web.get("/paminnelser", may=Act.READ)
async def show_schedule(request: Request[Any, Any, Any]) -> Template:
    """The ladders of each promise between two days, or the letters of one colleague; eighteen months ahead unless something else is asked for."""
    asked = _asked(request)
    try:
        found = await actions.schedule(web.asking(request).organisation, *_days(asked), now=web.now(request))
    except Refusal as refusal:
        return _shown(request, asked, [], status=422, errors=refusal.sentences)
    return _shown(request, asked, found)


@web.get("/paminnelser.csv", may=Act.READ)
async def download_schedule(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same list as a table that Swedish spreadsheets open as it is."""
    asked = _asked(request)
    found = await actions.schedule(web.asking(request).organisation, *_days(asked), now=web.now(request))
    return Response(
        lines.as_csv(_chosen(asked, found)), media_type="text/csv", headers={"content-disposition": 'attachment; filename="paminnelser.csv"'}
    )


def _shown(request: Request[Any, Any, Any], asked: Asked, found: list[Line], *, status: int = 200, errors: dict[str, str] | None = None) -> Template:
    today, person = web.today(request), _id(asked.person)
    everything, chosen = stairs.by_promise(found, today), _chosen(asked, found)
    groups = stairs.by_promise(chosen, today)
    words = {"seats": SEATS, "chips": lines.CHIPS, "distance": rules.distance, "every": reasons.every, "by_law": BY_LAW}
    return web.page(
        request,
        "reminders/schedule.html",
        status=status,
        asked=asked,
        errors=errors or {},
        everything=everything,
        groups=groups,
        whole=len(groups) <= SHOWN_WHOLE,
        months=stairs.letters(chosen, today) if person else [],
        people=stairs.readers(found, today),
        readers=stairs.readers(chosen, today),
        colleague=next((one for one in stairs.readers(found, today) if one.person_id == person), None),
        **words,
    )


def _chosen(asked: Asked, found: list[Line]) -> list[Line]:
    """What the form leaves of it: one promise, one person, or both."""
    if asked.promise:
        promise_id = _id(asked.promise)
        found = [line for line in found if line.owed.promise_id == promise_id]
    person = _id(asked.person)
    return lines.of_person(found, person) if person else found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _asked(request: Request[Any, Any, Any]) -> Asked:
    """What the fields say: as they were typed, or eighteen months from today."""
    today, typed = web.today(request), request.query_params
    until = periods.months_before(today, -MONTHS_AHEAD)
    return Asked(typed.get("fran", today.isoformat()), typed.get("till", until.isoformat()), typed.get("lofte", ""), typed.get("person", ""))


def _days(asked: Asked) -> tuple[dt.date, dt.date]:
    return periods.parse_day(asked.first, "Från och med", field="fran"), periods.parse_day(asked.last, "Till och med", field="till")


handlers = [show_schedule, download_schedule]
