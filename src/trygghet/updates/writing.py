"""/uppdateringar: the form in which they are written, begun out of facts where one likes, and what each channel would be given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import kept, web
from trygghet.deliveries.rules import CHANNELS
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act
from trygghet.updates import actions, forms, occasions, rendering, rules
from trygghet.updates.forms import UpdateForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.updates.standing import Standing

LARGEST_FORM = 24_000_000
"""Room for a telephone's picture, so that one that is too large is answered with a sentence and not with a cut connection."""


# ---------------------------------------------------------------- a new one
@web.get("/loften/{promise_id:uuid}/uppdateringar/ny", may=Act.WRITE)
async def open_new(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """An empty form, or one that is begun out of facts. Nothing is saved before a person saves it."""
    who = web.asking(request)
    choices = await actions.choices(who.organisation, promise_id, today=web.today(request))
    chosen = tuple(str(one.id) for one in choices.accounts if one.organisation_id == who.organisation)
    typed = {"form_key": str(uuid4()), **await _begun(request, promise_id)}
    return _form(request, choices, UpdateForm(request.url.path, typed, chosen))


async def _begun(request: Request[Any, Any, Any], promise_id: UUID) -> dict[str, str]:
    occasion = occasions.BY_NAME.get(request.query_params.get("mall", ""))
    if occasion is None:
        return {}
    activity = forms.as_id(request.query_params.get("aktivitet", ""))
    begun = await actions.begin(web.asking(request).organisation, promise_id, occasion, activity, today=web.today(request))
    return {"rubrik": begun.title, "text": begun.body, "mall": begun.occasion, "aktivitet": str(begun.activity or "")}


@web.post("/loften/{promise_id:uuid}/uppdateringar/ny", may=Act.WRITE, request_max_body_size=LARGEST_FORM)
async def write(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template | Redirect:
    """Saves a new draft that only our own organisation sees."""
    who, now = web.asking(request), web.now(request)
    try:
        written, attached = await forms.written(request)
        key = forms.key(await web.form(request))
        update_id = await actions.write(
            who.organisation, promise_id, written, attached, form_key=key, public_url=_public_url(request), by=who, now=now
        )
    except (Slips, Refusal) as slip:
        choices = await actions.choices(who.organisation, promise_id, today=web.today(request))
        return _form(request, choices, await forms.again(request, slip))
    return web.go(f"/uppdateringar/{update_id}")


@web.post("/loften/{promise_id:uuid}/uppdateringar/visa", may=Act.WRITE, request_max_body_size=LARGEST_FORM)
async def preview_new(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """What each channel would be given of what stands in the form; nothing is saved."""
    form = await _tried(request, promise_id, None)
    if web.is_htmx(request):
        return _looks(request, form, None)
    form = replace(form, action=f"/loften/{promise_id}/uppdateringar/ny")
    return _form(request, await actions.choices(web.asking(request).organisation, promise_id, today=web.today(request)), form)


# ---------------------------------------------------------------- one that there is
@web.get("/uppdateringar/{update_id:uuid}/andra", may=Act.WRITE)
async def open_edit(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template:
    """The form with what stands there now."""
    organisation = web.asking(request).organisation
    standing = await actions.read(organisation, update_id, now=web.now(request))
    rules.may_edit(standing.update, standing.update.content_hash, organisation)
    form = UpdateForm(request.url.path, forms.filled(standing), standing.update.connections, posts=standing.posts)
    return await _edit_form(request, standing, form)


@web.post("/uppdateringar/{update_id:uuid}/andra", may=Act.WRITE, request_max_body_size=LARGEST_FORM)
async def edit(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template | Redirect:
    """Saves a change; keys that bound to the old text fall with it."""
    who, now = web.asking(request), web.now(request)
    try:
        written, attached = await forms.written(request)
        seen = await forms.seen(request)
        await actions.edit(who.organisation, update_id, written, attached, seen=seen, public_url=_public_url(request), by=who, now=now)
    except (Slips, Refusal) as slip:
        return await _edit_form(request, await actions.read(who.organisation, update_id, now=now), await forms.again(request, slip))
    return web.go(f"/uppdateringar/{update_id}")


@web.post("/uppdateringar/{update_id:uuid}/visa", may=Act.WRITE, request_max_body_size=LARGEST_FORM)
async def preview_edit(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template:
    """What each channel would be given of what stands in the form; nothing is saved."""
    standing = await actions.read(web.asking(request).organisation, update_id, now=web.now(request))
    form = await _tried(request, standing.update.promise_id, update_id)
    if web.is_htmx(request):
        return _looks(request, form, standing)
    return await _edit_form(request, standing, replace(form, action=f"/uppdateringar/{update_id}/andra"))


@web.post("/uppdateringar/{update_id:uuid}/slang", may=Act.WRITE)
async def discard(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Redirect:
    """Throws a draft away."""
    who = web.asking(request)
    await actions.discard(who.organisation, update_id, by=who, now=web.now(request))
    return web.go("/uppdateringar")


# ---------------------------------------------------------------- pieces
async def _tried(request: Request[Any, Any, Any], promise_id: UUID, update_id: UUID | None) -> UpdateForm:
    """The form as it was sent, with what the channels would be given or with what is wrong."""
    who, now = web.asking(request), web.now(request)
    try:
        written, attached = await forms.written(request)
        await _check_all(request)
        key = forms.key(await web.form(request))
        content = await actions.preview(
            who.organisation, promise_id, written, attached, update_id=update_id, form_key=key, public_url=_public_url(request), now=now
        )
    except (Slips, Refusal) as slip:
        return await forms.again(request, slip)
    typed = UpdateForm("", await web.form(request), await forms.chosen(request), lost_picture=attached.new is not None)
    return replace(typed, posts=tuple(content["posts"].values()), is_tried=True)


async def _check_all(request: Request[Any, Any, Any]) -> None:
    """What may never be stored is said before somebody tries to. Raises `Refusal`."""
    if (found := await kept.objection(request)) is not None:
        raise found.refusal


def _looks(request: Request[Any, Any, Any], form: UpdateForm, standing: Standing | None) -> Template:
    """The previews alone, for htmx to put beside the form."""
    status = 422 if form.errors else 200
    return web.page(request, "updates/_preview.html", status=status, form=form, standing=standing, channel_names=CHANNELS)


def _form(request: Request[Any, Any, Any], choices: actions.Choices, form: UpdateForm, standing: Standing | None = None) -> Template:
    return web.page(
        request,
        "updates/form.html",
        status=422 if form.errors else 200,
        choices=choices,
        promised=choices.promised,
        accounts=choices.accounts,
        form=form,
        standing=standing,
        longest=rules.LONGEST_TITLE,
        ways=_ways(choices),
        channel_names=CHANNELS,
    )


def _ways(choices: actions.Choices) -> Mapping[str, tuple[str, ...]]:
    return {one.channel: rendering.ways(one.channel) for one in choices.accounts}


async def _edit_form(request: Request[Any, Any, Any], standing: Standing, form: UpdateForm) -> Template:
    choices = await actions.choices(web.asking(request).organisation, standing.update.promise_id, today=web.today(request))
    return _form(request, choices, form, standing)


def _public_url(request: Request[Any, Any, Any]) -> str:
    found: str = request.app.state.settings.public_url
    return found


handlers = [open_new, write, preview_new, open_edit, edit, preview_edit, discard]
