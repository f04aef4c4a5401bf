"""/indikatorer: trygghetsmätningar och annan statistik över åren, för hand, ur ett kalkylark eller ur Kolada."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import kolada, web
from trygghet.indicators import actions, rules, sheet, typed
from trygghet.indicators.rules import Observation, Series
from trygghet.kolada import Kolada
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

SUGGESTED = {"N07403": "anmälda våldsbrott per 100\u00a0000 invånare", "U07417": "anmälda stöld- och tillgreppsbrott per 1\u00a0000 invånare"}
"""What is often wanted. The title itself is always read from Kolada."""


# ---------------------------------------------------------------- all of them
@web.get("/indikatorer", may=Act.READ)
async def show_all(request: Request[Any, Any, Any]) -> Template:
    """The organisation's own series."""
    return web.page(request, "indicators/list.html", found=await actions.read_all(web.asking(request).organisation), kinds=rules.KINDS)


@web.get("/indikatorer/ny", may=Act.WRITE)
async def open_new(request: Request[Any, Any, Any]) -> Template:
    """An empty form."""
    return await _new(request, {}, {})


@web.post("/indikatorer/ny", may=Act.WRITE)
async def add(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Lays up a series; its values come afterwards."""
    who, fields = web.asking(request).organisation, await web.form(request)
    key = typed.form_key(fields.get("form_key", ""))
    try:
        if fields.get("slag") == "kolada":
            kpi, code = kolada.kpi_id(fields.get("kpi", "")), kolada.code(fields.get("kommunkod", ""))
            made = await actions.add_kpi(who, kpi, code, _server(request), form_key=key, now=web.now(request))
        else:
            made = await actions.add(who, typed.about(fields), form_key=key, now=web.now(request))
    except (Slips, Refusal) as no:
        return await _new(request, fields, no.sentences)
    return web.go(f"/indikatorer/{made}")


async def _new(request: Request[Any, Any, Any], fields: Mapping[str, str], errors: dict[str, str]) -> Template:
    code = await actions.municipality_code(web.asking(request).organisation)
    filled = {"slag": "survey", "kommunkod": code, "form_key": str(uuid.uuid4()), **fields}
    shown = {"fields": filled, "errors": errors, "kinds": rules.KINDS, "directions": rules.DIRECTIONS, "suggested": SUGGESTED}
    return web.page(request, "indicators/new.html", status=422 if errors else 200, fetches=bool(_server(request).url), **shown)


# ---------------------------------------------------------------- one
@web.get("/indikatorer/{series_id:uuid}", may=Act.READ)
async def show(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Template:
    """A series with all its values, also to the other parties of a promise where it stands."""
    return await _whole(request, series_id)


@web.get("/indikatorer/{series_id:uuid}/andra", may=Act.WRITE)
async def open_description(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Template:
    """The form with what is said of it."""
    found = await _own(request, series_id)
    return _description(request, found, typed.about_fields(found.about), {})


@web.post("/indikatorer/{series_id:uuid}/andra", may=Act.WRITE)
async def describe(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Redirect | Template:
    """Says in other words what it is of."""
    who, fields = web.asking(request), await web.form(request)
    found = await _own(request, series_id)
    try:
        about = typed.about(fields, kind=found.about.kind)
        await actions.describe(who.organisation, series_id, about, by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return _description(request, found, fields, no.sentences)
    return web.go(f"/indikatorer/{series_id}?sparat=uppgifter")


@web.post("/indikatorer/{series_id:uuid}/slang", may=Act.WRITE)
async def discard(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Redirect | Template:
    """Takes away one that never had a value."""
    try:
        await actions.discard(web.asking(request).organisation, series_id)
    except Refusal as no:
        return await _whole(request, series_id, errors=no.sentences)
    return web.go("/indikatorer")


# ---------------------------------------------------------------- its values
@web.post("/indikatorer/{series_id:uuid}/varden", may=Act.WRITE)
async def observe(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Redirect | Template:
    """Adds the value of a year."""
    who, fields = web.asking(request), await web.form(request)
    try:
        await actions.observe(who.organisation, series_id, typed.value(fields, web.today(request)), by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return await _whole(request, series_id, fields=fields, errors=no.sentences)
    return web.go(f"/indikatorer/{series_id}?sparat=varde")


@web.get("/indikatorer/{series_id:uuid}/varden/{observation_id:uuid}/andra", may=Act.WRITE)
async def open_revision(request: Request[Any, Any, Any], series_id: FromPath[UUID], observation_id: FromPath[UUID]) -> Template:
    """The form with what a value says."""
    found = await _own(request, series_id)
    old = _observation(found, observation_id)
    return _revision(request, found, old, typed.value_fields(old.measured), {})


@web.post("/indikatorer/{series_id:uuid}/varden/{observation_id:uuid}/andra", may=Act.WRITE)
async def revise(request: Request[Any, Any, Any], series_id: FromPath[UUID], observation_id: FromPath[UUID]) -> Redirect | Template:
    """Replaces a value by a new row that says why; an empty value takes it back."""
    who, fields = web.asking(request), await web.form(request)
    found = await _own(request, series_id)
    old = _observation(found, observation_id)
    try:
        new = typed.value(fields, web.today(request), year=old.year)
        await actions.revise(who.organisation, series_id, old.id, new, fields.get("skal", ""), by=who, now=web.now(request))
    except (Slips, Refusal) as no:
        return _revision(request, found, old, fields, no.sentences)
    return web.go(f"/indikatorer/{series_id}?sparat=andring")


# ---------------------------------------------------------------- many at once
@web.get("/indikatorer/mall.csv", may=Act.READ)
async def send_template() -> Response[bytes]:
    """A file to fill in."""
    return _file(sheet.template(), "indikator-mall.csv")


@web.get("/indikatorer/{series_id:uuid}/varden.csv", may=Act.READ)
async def send_values(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Response[bytes]:
    """The values that stand, as a file that can be taken in again."""
    found, _ = await actions.read(web.asking(request).organisation, series_id)
    return _file(sheet.written(found), f"indikator-{series_id}.csv")


@web.post("/indikatorer/{series_id:uuid}/import", may=Act.WRITE)
async def read_in(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Redirect | Template:
    """Shows what a file would do, and does it when it comes again from that page."""
    who, fields = web.asking(request), await web.form(request)
    try:
        if "innehall" in fields:
            kept = await actions.read_in(
                who.organisation, series_id, fields["innehall"].encode(), seen=fields.get("sett", ""), by=who, now=web.now(request)
            )
            return web.go(f"/indikatorer/{series_id}?sparat=fil&nya={kept.new}&andrade={kept.changed}&samma={kept.same}")
        body = await _upload(request)
        planned = await actions.plan(who.organisation, series_id, body, today=web.today(request))
    except Refusal as no:
        return await _whole(request, series_id, errors=no.sentences)
    found = await _own(request, series_id)
    return web.page(request, "indicators/preview.html", series=found, planned=planned, content=sheet.again(body), seen=sheet.mark(planned))


@web.post("/indikatorer/{series_id:uuid}/hamta", may=Act.WRITE)
async def pull(request: Request[Any, Any, Any], series_id: FromPath[UUID]) -> Redirect | Template:
    """Fetches a KPI's values from Kolada."""
    who = web.asking(request)
    try:
        kept = await actions.pull(who.organisation, series_id, _server(request), by=who, now=web.now(request))
    except Refusal as no:
        return await _whole(request, series_id, errors={"hamta": no.sentence})
    return web.go(f"/indikatorer/{series_id}?sparat=hamtat&nya={kept.new}&andrade={kept.changed}&samma={kept.same}")


# ---------------------------------------------------------------- beside goals
@web.post("/indikatorer/{series_id:uuid}/mal/{goal_id:uuid}", may=Act.WRITE)
async def attach(request: Request[Any, Any, Any], series_id: FromPath[UUID], goal_id: FromPath[UUID]) -> Redirect:
    """Draws it beside a goal."""
    who = web.asking(request)
    await actions.attach(who.organisation, series_id, goal_id, by=who, now=web.now(request))
    return web.go(f"/indikatorer/{series_id}?sparat=mal")


@web.post("/indikatorer/{series_id:uuid}/mal/{goal_id:uuid}/ta-bort", may=Act.WRITE)
async def detach(request: Request[Any, Any, Any], series_id: FromPath[UUID], goal_id: FromPath[UUID]) -> Redirect:
    """Takes it away from a goal."""
    who = web.asking(request)
    await actions.detach(who.organisation, series_id, goal_id, by=who, now=web.now(request))
    return web.go(f"/indikatorer/{series_id}?sparat=mal-bort")


# ---------------------------------------------------------------- pieces
def _server(request: Request[Any, Any, Any]) -> Kolada:
    settings = request.app.state.settings
    return Kolada(settings.kolada_url, "Påhittade värden i exemplet, inte Kolada") if settings.example else Kolada(settings.kolada_url)


async def _own(request: Request[Any, Any, Any], series_id: UUID) -> Series:
    """A series that is the asker's to write in; another's is not there for that."""
    who = web.asking(request).organisation
    found, _ = await actions.read(who, series_id)
    if found.organisation_id != who:
        raise NotFound
    return found


def _observation(found: Series, observation_id: UUID) -> Observation:
    old = next((one for one in found.recorded if one.id == observation_id), None)
    if old is None:
        raise NotFound
    return old


async def _whole(
    request: Request[Any, Any, Any], series_id: UUID, *, fields: Mapping[str, str] | None = None, errors: dict[str, str] | None = None
) -> Template:
    who = web.asking(request)
    found, places = await actions.read(who.organisation, series_id)
    shown: dict[str, Any] = {
        "series": found,
        "places": places,
        "lines": rules.lines(found.recorded),
        "kinds": rules.KINDS,
        "directions": rules.DIRECTIONS,
    }
    shown |= {"own": found.organisation_id == who.organisation, "fields": fields or {}, "errors": errors or {}, "saved": dict(request.query_params)}
    return web.page(request, "indicators/series.html", status=422 if errors else 200, fetches=bool(_server(request).url), **shown)


def _description(request: Request[Any, Any, Any], found: Series, fields: Mapping[str, str], errors: dict[str, str]) -> Template:
    shown = {"series": found, "fields": fields, "errors": errors, "directions": rules.DIRECTIONS}
    return web.page(request, "indicators/describe.html", status=422 if errors else 200, **shown)


def _revision(request: Request[Any, Any, Any], found: Series, old: Observation, fields: Mapping[str, str], errors: dict[str, str]) -> Template:
    shown = {"series": found, "old": old, "fields": fields, "errors": errors}
    return web.page(request, "indicators/revise.html", status=422 if errors else 200, **shown)


async def _upload(request: Request[Any, Any, Any]) -> bytes:
    found = (await request.form()).get("fil")
    if not isinstance(found, UploadFile):
        raise Refusal("csv.empty", field="fil")
    return await found.read()


def _file(body: bytes, name: str) -> Response[bytes]:
    return Response(body, media_type="text/csv; charset=utf-8", headers={"content-disposition": f'attachment; filename="{name}"'})


handlers = [
    show_all,
    open_new,
    add,
    show,
    open_description,
    describe,
    discard,
    observe,
    open_revision,
    revise,
    send_template,
    send_values,
    read_in,
    pull,
    attach,
    detach,
]
