"""/omrade: vilka kommuner ett lokalpolisområde omfattar. Polisens administratör för registret, kommunens läser det."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import periods, web
from trygghet.members import actions as members
from trygghet.organisations import actions, rules
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.tenancy import Asking


@web.get("/omrade", may=Act.MANAGE)
async def area(request: Request[Any, Any, Any]) -> Template:
    """The register, with a form where it is one's own to keep."""
    return await _area(request, {})


@web.post("/omrade", may=Act.MANAGE)
async def join(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Takes in a municipality."""
    who, fields = _keeper(request), await web.form(request)
    try:
        first, last = rules.days(fields.get("fran", ""), fields.get("till", ""), web.today(request))
        await actions.join(who.organisation, _municipality(fields), first, last, by=members.actor(who), now=web.now(request))
    except Refusal as no:
        return await _area(request, fields, no)
    return web.go("/omrade")


@web.post("/omrade/{area_membership_id:uuid}/avsluta", may=Act.MANAGE)
async def leave(request: Request[Any, Any, Any], area_membership_id: FromPath[UUID]) -> Redirect | Template:
    """Gives a municipality's membership its last day."""
    who, fields = _keeper(request), await web.form(request)
    try:
        last = periods.parse_day(fields.get("till", ""), "Sista dag", field="till")
        await actions.leave(who.organisation, area_membership_id, last, by=members.actor(who), now=web.now(request))
    except Refusal as no:
        return await _area(request, fields, no, row=area_membership_id)
    return web.go("/omrade")


def _keeper(request: Request[Any, Any, Any]) -> Asking:
    """Who keeps a register: somebody of a police area. For a municipality there is nothing here to change."""
    who = web.asking(request)
    if who.here.organisation_kind != rules.POLICE:
        raise NotFound
    return who


def _municipality(fields: Mapping[str, str]) -> UUID:
    try:
        return UUID(fields.get("kommun", ""))
    except ValueError:
        raise Refusal("area.unknown", field="kommun") from None


async def _area(request: Request[Any, Any, Any], fields: Mapping[str, str], no: Refusal | None = None, *, row: UUID | None = None) -> Template:
    who = web.asking(request)
    covered = await actions.covered(who.organisation, today=web.today(request))
    shown: dict[str, Any] = {"covered": covered, "keeps": who.here.organisation_kind == rules.POLICE}
    shown |= {
        "now_in": rules.inside(covered, web.today(request)),
        "municipalities": await actions.municipalities(who.organisation),
        "row": row,
        "fields": fields,
    }
    return web.page(request, "organisations/area.html", status=422 if no else 200, errors=no.sentences if no else {}, **shown)


handlers = [area, join, leave]
