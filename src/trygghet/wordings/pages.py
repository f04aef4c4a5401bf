"""/loften, /loften/ny and /lydelser/…/skriv: begin a text, and write it, each part in place and each field by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.promises import actions as promises
from trygghet.promises import promise
from trygghet.swedish import NotFound
from trygghet.tenancy import Act
from trygghet.wordings import actions, desk, starting
from trygghet.wordings.desk import Desk
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.layout import mark, row_id
from trygghet.wordings.reading import as_id
from trygghet.wordings.rules import Typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.wordings.rules import Wording

NAMES = {name for kind in KINDS.values() for name in kind.names} | {"reason"}
"""Every field that a part may have."""


# ---------------------------------------------------------------- all promises, and a new one
@web.get("/loften", may=Act.READ)
async def list_promises(request: Request[Any, Any, Any]) -> Template:
    """What is being written first, then every promise of the organisation: in force, coming, ended."""
    who, today = web.asking(request), web.today(request)
    found = await promises.read_all(who.organisation)
    return web.page(
        request,
        "wordings/list.html",
        making=await actions.open_wordings(who.organisation),
        groups=promise.grouped(found, today),
        heading=promise.heading(found, today),
    )


@web.get("/loften/ny", may=Act.WRITE)
async def open_new(request: Request[Any, Any, Any]) -> Template:
    """What a new promise may begin from."""
    return await _new(request)


@web.post("/loften/ny", may=Act.WRITE)
async def begin(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Begins a private text, or one for each municipality that was chosen."""
    typed, who = await web.form(request), web.asking(request)
    chosen = [as_id(str(one)) for one in (await request.form()).getall("kommun", [])]
    source = as_id(typed.get("fran", ""))
    if None in chosen or (typed.get("fran") and source is None):
        raise NotFound
    made = await starting.begin_from(
        who.organisation,
        source,
        [one for one in chosen if one],
        form_key=as_id(typed.get("form_key", "")) or uuid4(),
        by=who,
        now=web.now(request),
        today=web.today(request),
    )
    return web.go(f"/lydelser/{made[0]}/skriv" if len(made) == 1 else "/loften#skrivs")


@web.post("/loften/{promise_id:uuid}/lydelser", may=Act.WRITE)
async def propose(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Redirect:
    """Begins a change, an extension or an early end of a signed promise; or goes to the one that is open."""
    who, kind = web.asking(request), (await web.form(request)).get("kind", "")
    open_one = next((one for one in await actions.wordings(who.organisation, promise_id) if one.is_open), None)
    if open_one is not None:
        return web.go(f"/lydelser/{open_one.id}?pagar=ja")
    made = await starting.propose(who.organisation, promise_id, kind, by=who, now=web.now(request))
    return web.go(f"/lydelser/{made}/skriv")


# ---------------------------------------------------------------- writing
@web.get("/lydelser/{wording_id:uuid}/skriv", may=Act.WRITE)
async def write(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template:
    """The whole text to write in; with `kontroll` everything that stands in the way of sharing it."""
    opened = frozenset(request.query_params.getall("del", []))
    here = await desk.read(
        web.asking(request).organisation, wording_id, today=web.today(request), opened=opened, check="kontroll" in request.query_params
    )
    return await _whole(request, here, saved=request.query_params.get("sparat", ""))


@web.get("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}", may=Act.WRITE)
async def open_part(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template | Redirect:
    """The fields of one part, for the page that has it closed."""
    box = await _box(request, wording_id, part_id, "wordings/_opened.html")
    return box if web.is_htmx(request) else web.go(_at(wording_id, part_id))


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}", may=Act.WRITE)
async def save(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template | Redirect:
    """Keeps a part's fields: all of them without script, those that were changed as one writes."""
    who, typed = web.asking(request), await web.form(request)
    saved = await actions.save_part(who.organisation, wording_id, part_id, _typed(typed), by=who, now=web.now(request))
    if saved.is_whole and not web.is_htmx(request):
        return web.go(_at(wording_id, part_id, saved=True))
    here = await desk.after(who.organisation, saved, part_id, typed, by=who, today=web.today(request))
    if not web.is_htmx(request):
        return await _whole(request, here, status=here.status)
    return web.page(request, "wordings/_saved.html", status=here.status, desk=here, saved_part=part_id)


@web.post("/lydelser/{wording_id:uuid}/delar", may=Act.WRITE)
async def add(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Template | Redirect:
    """A new part, open to write in."""
    who, typed = web.asking(request), await web.form(request)
    kind, _, under = typed.get("till", "").partition(":")
    part_id = as_id(typed.get("ny", "")) or uuid4()
    await actions.add(who.organisation, wording_id, kind, _holder(under), part_id=part_id, by=who, now=web.now(request))
    if kind == "party":
        given = {"organisation": Typed(typed.get("organisation", ""), None)}
        await actions.save_part(who.organisation, wording_id, part_id, given, by=who, now=web.now(request))
        return web.go(f"/lydelser/{wording_id}/skriv#parter")
    return await _box(request, wording_id, part_id) if web.is_htmx(request) else web.go(_at(wording_id, part_id))


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/flytta", may=Act.WRITE)
async def move(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Response[Any] | Redirect:
    """One step up or down among its kind."""
    who, up = web.asking(request), (await web.form(request)).get("steg") == "upp"
    wording = await actions.move(who.organisation, wording_id, part_id, up=up, by=who, now=web.now(request))
    return _moved(request, wording, part_id)


@web.get("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/plats", may=Act.WRITE)
async def open_place(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template:
    """Where a part may hang instead."""
    wording = await actions.read(web.asking(request).organisation, wording_id)
    template = "wordings/_place.html" if web.is_htmx(request) else "wordings/place.html"
    return web.page(request, template, wording=wording, part=wording.manuscript.part(part_id), places=desk.places(wording.manuscript, part_id))


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/plats", may=Act.WRITE)
async def hang(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Response[Any] | Redirect:
    """Hangs a part, with all below it, under another."""
    who, under = web.asking(request), (await web.form(request)).get("under", "")
    wording = await actions.hang(who.organisation, wording_id, part_id, _holder(under), by=who, now=web.now(request))
    return _moved(request, wording, part_id)


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/ta-bort", may=Act.WRITE)
async def remove(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template | Redirect:
    """Takes a part away, with all below it; it can be put back."""
    who = web.asking(request)
    part = (await actions.read(who.organisation, wording_id)).manuscript.part(part_id)
    await actions.remove(who.organisation, wording_id, part_id, by=who, now=web.now(request))
    if not web.is_htmx(request):
        return web.go(f"/lydelser/{wording_id}/skriv#{'parter' if part.kind == 'party' else 'borttaget'}")
    return web.page(request, "wordings/_removed.html", part=part, wording_id=wording_id)


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/tillbaka", may=Act.WRITE)
async def put_back(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template | Redirect:
    """A removed part as it stood, with what was typed in it meanwhile."""
    who, typed = web.asking(request), await web.form(request)
    again = {name: Typed(_lines(typed[name]), None) for name in NAMES & typed.keys()}
    await actions.put_back(who.organisation, wording_id, part_id, again, by=who, now=web.now(request))
    return await _box(request, wording_id, part_id) if "pa_plats" in typed and web.is_htmx(request) else web.go(_at(wording_id, part_id))


@web.post("/lydelser/{wording_id:uuid}/slang", may=Act.WRITE)
async def discard(request: Request[Any, Any, Any], wording_id: FromPath[UUID]) -> Redirect:
    """Throws away a text that nobody else has seen."""
    who = web.asking(request)
    await actions.discard(who.organisation, wording_id, by=who, now=web.now(request))
    return web.go("/loften")


# ---------------------------------------------------------------- pieces
def _typed(form: Mapping[str, str]) -> dict[str, Typed]:
    """What was typed in each field that came with the mark of what its writer saw; the choice between two texts taken into account."""
    found = {}
    for name in NAMES & form.keys():
        choice = form.get(f"valj-{name}")
        was = form.get(f"sett-{name}" if choice == "min" else f"was-{name}")
        if was is not None and choice != "deras":
            found[name] = Typed(_lines(form[name]), was)
    return found


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _holder(typed: str) -> UUID | None:
    """What a part hangs under; nothing is the top. Raises `NotFound`."""
    found = as_id(typed)
    if typed and found is None:
        raise NotFound
    return found


def _at(wording_id: UUID, part_id: UUID, *, saved: bool = False) -> str:
    """The page at that part, with it open."""
    name = mark(part_id)
    return f"/lydelser/{wording_id}/skriv?del={name}{'&sparat=' + name if saved else ''}#del-{name}"


def _moved(request: Request[Any, Any, Any], wording: Wording, part_id: UUID) -> Response[Any] | Redirect:
    """Tells the page where the part is now, so that nothing that is being typed there is drawn anew."""
    if not web.is_htmx(request):
        return web.go(_at(wording.id, part_id))
    part = wording.manuscript.part(part_id)
    row = [one.id for one in wording.manuscript.of(part.kind, part.under)]
    after = row[row.index(part_id) + 1 :]
    place = {"del": f"del-{mark(part_id)}", "rad": row_id(part.kind, part.under), "fore": f"del-{mark(after[0])}" if after else ""}
    return Response(content="", headers={"HX-Trigger": json.dumps({"flyttad": place}), "HX-Reswap": "none"})


async def _box(request: Request[Any, Any, Any], wording_id: UUID, part_id: UUID, template: str = "wordings/_added.html") -> Template:
    """One part alone, open, to be put into the page. Raises `NotFound`."""
    here = await desk.read(web.asking(request).organisation, wording_id, today=web.today(request), opened=frozenset({mark(part_id)}))
    here.wording.manuscript.part(part_id)
    return web.page(request, template, desk=here, box=here.layout.boxes[part_id], new_key=uuid4())


async def _whole(request: Request[Any, Any, Any], here: Desk, *, status: int = 200, saved: str = "") -> Template:
    removed = desk.removed(await actions.removed(web.asking(request).organisation, here.wording.id))
    return web.page(
        request, "wordings/write.html", status=status, desk=here, removed=removed, saved=saved, opened="del" in request.query_params, new_key=uuid4
    )


async def _new(request: Request[Any, Any, Any]) -> Template:
    chosen, search = request.query_params.get("fran", ""), request.query_params.get("sok", "").strip()
    found = await starting.choices(web.asking(request).organisation, search, web.today(request))
    days = found.next_days(as_id(chosen))
    return web.page(request, "wordings/new.html", choices=found, chosen=chosen, search=search, next_days=days, form_key=uuid4())


handlers = [list_promises, open_new, begin, propose, write, open_part, save, add, move, open_place, hang, remove, put_back, discard]
