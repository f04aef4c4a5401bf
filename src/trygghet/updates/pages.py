"""/uppdateringar: write what residents are to be told, hand it over, turn the key, take it back, and see where it arrived."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import swedish, web
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act
from trygghet.updates import actions, pictures, rules
from trygghet.updates.rules import Attached, Written
from trygghet.updates.standing import grouped, heading
from trygghet.updates.typed import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.connections.rules import Connection
    from trygghet.updates.standing import Standing
    from trygghet.updates.store import Promised

LARGEST_FORM = 24_000_000
"""Room for a telephone's picture, so that one that is too large is answered with a sentence and not with a cut connection."""


@dataclass(frozen=True)
class UpdateForm:
    """What stands in the form, and a sentence for each field that is wrong."""

    action: str
    typed: Mapping[str, str]
    chosen: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    lost_picture: bool = False


# ---------------------------------------------------------------- reading
@web.get("/uppdateringar", may=Act.READ)
async def list_updates(request: Request[Any, Any, Any]) -> Template:
    """Everything that is told or is to be: what waits for our key first."""
    organisation = web.asking(request).organisation
    found = await actions.read_all(organisation)
    return web.page(
        request,
        "updates/list.html",
        groups=grouped(found, organisation),
        heading=heading(found, organisation),
        promises=await actions.promises(organisation),
    )


@web.get("/uppdateringar/{update_id:uuid}", may=Act.READ)
async def show_update(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template:
    """One update: the text, the keys, where it has arrived."""
    return await _shown(request, update_id)


@web.get("/uppdateringar/{update_id:uuid}/bild", may=Act.READ)
async def show_picture(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Response[bytes]:
    """The picture, for those who may see the update."""
    body, mime = await actions.picture(web.asking(request).organisation, update_id)
    return Response(body, media_type=mime)


# ---------------------------------------------------------------- writing
@web.get("/loften/{promise_id:uuid}/uppdateringar/ny", may=Act.WRITE)
async def open_new(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """An empty form."""
    promised, accounts = await actions.choices(web.asking(request).organisation, promise_id)
    chosen = tuple(str(one.id) for one in accounts if one.organisation_id == web.asking(request).organisation)
    return _form(request, promised, accounts, UpdateForm(request.url.path, {"form_key": str(uuid4())}, chosen))


@web.post("/loften/{promise_id:uuid}/uppdateringar/ny", may=Act.WRITE, request_max_body_size=LARGEST_FORM)
async def write(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template | Redirect:
    """Saves a new draft that only our own organisation sees."""
    who = web.asking(request)
    try:
        written, attached = await _typed(request)
        form_key = _form_key(await web.form(request))
        update_id = await actions.write(
            who.organisation, promise_id, written, attached, form_key=form_key, public_url=_public_url(request), by=who, now=web.now(request)
        )
    except (Slips, Refusal) as slip:
        promised, accounts = await actions.choices(who.organisation, promise_id)
        return _form(request, promised, accounts, await _again(request, slip))
    return web.go(f"/uppdateringar/{update_id}")


@web.get("/uppdateringar/{update_id:uuid}/andra", may=Act.WRITE)
async def open_edit(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template:
    """The form with what stands there now."""
    standing = await actions.read(web.asking(request).organisation, update_id)
    rules.may_edit(standing.update, standing.update.content_hash, web.asking(request).organisation)
    return await _edit_form(request, standing, UpdateForm(request.url.path, _filled(standing), standing.update.connections))


@web.post("/uppdateringar/{update_id:uuid}/andra", may=Act.WRITE, request_max_body_size=LARGEST_FORM)
async def edit(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Saves a change; keys that bound to the old text fall with it."""
    who = web.asking(request)
    try:
        written, attached = await _typed(request)
        await actions.edit(
            who.organisation, update_id, written, attached, seen=await _seen(request), public_url=_public_url(request), by=who, now=web.now(request)
        )
    except (Slips, Refusal) as slip:
        return await _edit_form(request, await actions.read(who.organisation, update_id), await _again(request, slip))
    return web.go(f"/uppdateringar/{update_id}")


@web.post("/uppdateringar/{update_id:uuid}/slang", may=Act.WRITE)
async def discard(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Redirect:
    """Throws a draft away."""
    who = web.asking(request)
    await actions.discard(who.organisation, update_id, by=who, now=web.now(request))
    return web.go("/uppdateringar")


# ---------------------------------------------------------------- the keys
@web.post("/uppdateringar/{update_id:uuid}/dela", may=Act.SHARE)
async def share(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Hands the draft over for approval: the other parties see it from now on."""
    who = web.asking(request)
    try:
        await actions.share(who.organisation, update_id, seen=await _seen(request), by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


@web.post("/uppdateringar/{update_id:uuid}/godkann", may=Act.APPROVE)
async def approve(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Turns our key on exactly the text that the form was shown with."""
    who = web.asking(request)
    try:
        await actions.approve(who.organisation, update_id, seen=await _seen(request), by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


@web.post("/uppdateringar/{update_id:uuid}/dra-tillbaka", may=Act.SHARE)
async def withdraw(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Takes the update back, and says why."""
    who, why = web.asking(request), (await web.form(request)).get("varfor", "")
    try:
        await actions.withdraw(who.organisation, update_id, why, by=who, now=web.now(request))
    except Refusal as refusal:
        return await _shown(request, update_id, refusal)
    return await _changed(request, update_id)


# ---------------------------------------------------------------- pieces
async def _changed(request: Request[Any, Any, Any], update_id: UUID) -> Template | Redirect:
    return await _shown(request, update_id) if web.is_htmx(request) else web.go(f"/uppdateringar/{update_id}")


async def _shown(request: Request[Any, Any, Any], update_id: UUID, refusal: Refusal | None = None) -> Template:
    """The update for htmx, the whole page otherwise; with the refusal and 422 where something was refused."""
    standing = await actions.read(web.asking(request).organisation, update_id)
    template = "updates/_update.html" if web.is_htmx(request) else "updates/update.html"
    return web.page(request, template, status=422 if refusal else 200, standing=standing, errors=refusal.sentences if refusal else {})


def _form(
    request: Request[Any, Any, Any], promised: Promised, accounts: list[Connection], form: UpdateForm, standing: Standing | None = None
) -> Template:
    return web.page(
        request,
        "updates/form.html",
        status=422 if form.errors else 200,
        promised=promised,
        accounts=accounts,
        form=form,
        standing=standing,
        longest=rules.LONGEST_TITLE,
    )


async def _edit_form(request: Request[Any, Any, Any], standing: Standing, form: UpdateForm) -> Template:
    promised, accounts = await actions.choices(web.asking(request).organisation, standing.update.promise_id)
    return _form(request, promised, accounts, form, standing)


def _filled(standing: Standing) -> dict[str, str]:
    update, earliest = standing.update, standing.update.earliest_at
    picture = update.picture
    return {
        "rubrik": update.title,
        "text": update.body,
        "lydelse": update.content_hash,
        "bildtext": picture.alt if picture else "",
        "dekorativ": "ja" if picture and not picture.alt else "",
        "dag": swedish.local(earliest).date().isoformat() if earliest else "",
        "tid": swedish.clock_time(earliest) if earliest else "",
    }


def _form_key(typed: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(typed.get("form_key", ""))
    except ValueError:
        return None  # a form without its key is saved, only not protected from being sent twice


def _public_url(request: Request[Any, Any, Any]) -> str:
    found: str = request.app.state.settings.public_url
    return found


async def _seen(request: Request[Any, Any, Any]) -> str:
    return (await web.form(request)).get("lydelse", "")


async def _typed(request: Request[Any, Any, Any]) -> tuple[Written, Attached]:
    """The form as what was written. Raises `Slips` with everything that cannot be read, together with what the words lack."""
    typed, slips, earliest, image = await web.form(request), [], None, None
    try:
        earliest = moment(typed.get("dag", ""), typed.get("tid", ""), name="Tidigast", day_field="dag", time_field="tid")
    except Refusal as refusal:
        slips.append(refusal)
    try:
        body = await _upload(request)
        image = await asyncio.to_thread(pictures.read, body) if body else None
    except Refusal as refusal:
        slips.append(refusal)
    written = Written(typed.get("rubrik", ""), typed.get("text", "").replace("\r\n", "\n"), await _chosen(request), earliest)
    if slips:
        raise Slips([*rules.check_words(written), *slips])
    return written, Attached(image, "ta_bort" in typed, typed.get("bildtext", ""), "dekorativ" in typed)


async def _upload(request: Request[Any, Any, Any]) -> bytes:
    found = (await request.form()).get("bild")
    if not isinstance(found, UploadFile):
        return b""
    await found.seek(0)  # a form that is given back asks a second time
    return await found.read()


async def _chosen(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    return tuple(str(one) for one in (await request.form()).getall("kanaler", []))


async def _again(request: Request[Any, Any, Any], slip: Slips | Refusal) -> UpdateForm:
    typed = await web.form(request)
    if "" in slip.sentences:
        typed["form_key"] = str(uuid4())  # nothing in the fields is wrong: it was saved already, and is a new one the next time
    return UpdateForm(request.url.path, typed, await _chosen(request), slip.sentences, bool(await _upload(request)))


handlers = [list_updates, show_update, show_picture, open_new, write, open_edit, edit, discard, share, approve, withdraw]
