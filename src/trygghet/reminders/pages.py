"""/paminnelser: what goes out to us, when, to whom and why; the same list as the command `trygghet schedule`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Request, Response
from litestar.response import Template

from trygghet import periods, web
from trygghet.deliveries.rules import SEATS
from trygghet.reminders import actions, lines, rules
from trygghet.reminders.lines import Line
from trygghet.swedish import Refusal
from trygghet.tenancy import Act


@web.get("/paminnelser", may=Act.READ)
async def show_schedule(request: Request[Any, Any, Any]) -> Template:
    """The ladders of each promise between two days; a year ahead unless something else is asked for."""
    asked = _asked(request)
    try:
        found = await actions.schedule(web.asking(request).organisation, *_days(asked), now=web.now(request))
    except Refusal as refusal:
        return _shown(request, asked, [], status=422, errors=refusal.sentences)
    return _shown(request, asked, found)


@web.get("/paminnelser.csv", may=Act.READ)
async def download_schedule(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same list as a table that Swedish spreadsheets open as it is."""
    found = await actions.schedule(web.asking(request).organisation, *_days(_asked(request)), now=web.now(request))
    return Response(lines.as_csv(found), media_type="text/csv", headers={"content-disposition": 'attachment; filename="paminnelser.csv"'})


def _shown(
    request: Request[Any, Any, Any], asked: dict[str, str], found: list[Line], *, status: int = 200, errors: dict[str, str] | None = None
) -> Template:
    promises, words = lines.by_promise(found), {"seats": SEATS, "chips": lines.CHIPS, "why": rules.why_these_days, "distance": rules.distance}
    return web.page(request, "reminders/schedule.html", status=status, promises=promises, count=len(found), asked=asked, errors=errors or {}, **words)


def _asked(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What the two fields say: as they were typed, or a year from today."""
    today = web.today(request)
    return {
        "fran": request.query_params.get("fran", today.isoformat()),
        "till": request.query_params.get("till", periods.year_later(today).isoformat()),
    }


def _days(asked: dict[str, str]) -> tuple[dt.date, dt.date]:
    return periods.parse_day(asked["fran"], "Från och med", field="fran"), periods.parse_day(asked["till"], "Till och med", field="till")


handlers = [show_schedule, download_schedule]
