"""/lydelser/…/delar/…: what is said beside one part of a text, what one may say there, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.comments import actions
from trygghet.comments.reading import beside
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act
from trygghet.wordings.rules import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Typed:
    """What stands in the forms of a part's page, and a sentence for each field that is wrong."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@web.get("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/kommentera", may=Act.COMMENT)
async def open_part(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template:
    """The part, all that is said about it, and room to say more. Raises `NotFound`."""
    return await _part(request, wording_id, part_id, Typed())


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/kommentera", may=Act.COMMENT)
async def comment(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template | Redirect:
    """Says something."""
    typed, who = await web.form(request), web.asking(request)
    try:
        await actions.write(
            who.organisation, wording_id, part_id, typed.get("kommentar", ""), form_key=_form_key(typed), by=who, now=web.now(request)
        )
    except (Refusal, Slips) as no:
        return await _part(request, wording_id, part_id, Typed(typed, no.sentences))
    return await _said(request, wording_id, part_id)


@web.post("/lydelser/{wording_id:uuid}/delar/{part_id:uuid}/foresla", may=Act.COMMENT)
async def suggest(request: Request[Any, Any, Any], wording_id: FromPath[UUID], part_id: FromPath[UUID]) -> Template | Redirect:
    """Says what should stand in one field instead."""
    typed, who = await web.form(request), web.asking(request)
    name, words, why = (typed.get(one, "") for one in ("falt", "forslag", "varfor"))
    try:
        await actions.suggest(who.organisation, wording_id, part_id, name, words, why, form_key=_form_key(typed), by=who, now=web.now(request))
    except Refusal as no:
        place = {"kommentar": f"varfor-{name}", "forslag": f"forslag-{name}"}.get(no.field, no.field)
        return await _part(request, wording_id, part_id, Typed(typed, {place: no.sentence}))
    return await _said(request, wording_id, part_id)


@web.post("/kommentarer/{comment_id:uuid}/besvara", may=Act.COMMENT)
async def answer(request: Request[Any, Any, Any], comment_id: FromPath[UUID]) -> Template | Redirect:
    """Says that it is dealt with, in words if need be."""
    who, words = web.asking(request), (await web.form(request)).get("svar", "")
    try:
        done = await actions.answer(who.organisation, comment_id, words, by=who, now=web.now(request))
    except Refusal as no:
        return await _not_settled(request, comment_id, no)
    return await _said(request, done.wording_id, done.part_id)


@web.post("/kommentarer/{comment_id:uuid}/ta-in", may=Act.WRITE)
async def take(request: Request[Any, Any, Any], comment_id: FromPath[UUID]) -> Template | Redirect:
    """Puts a suggestion into the text. Where something else stands there by now nothing is done, and the part's page shows both."""
    who = web.asking(request)
    try:
        done = await actions.take(who.organisation, comment_id, by=who, now=web.now(request))
    except Conflict:
        return await _not_settled(request, comment_id, Refusal("suggestion.overtaken"))
    except Refusal as no:
        return await _not_settled(request, comment_id, no)
    return web.go(f"/lydelser/{done.wording_id}#del-{done.part_id}")  # the text is another now, and so are its keys


@web.post("/kommentarer/{comment_id:uuid}/avboj", may=Act.COMMENT)
async def decline(request: Request[Any, Any, Any], comment_id: FromPath[UUID]) -> Template | Redirect:
    """Leaves the text as it is."""
    who, words = web.asking(request), (await web.form(request)).get("svar", "")
    try:
        done = await actions.decline(who.organisation, comment_id, words, by=who, now=web.now(request))
    except Refusal as no:
        return await _not_settled(request, comment_id, no)
    return await _said(request, done.wording_id, done.part_id)


# ---------------------------------------------------------------- pieces
def _form_key(typed: Mapping[str, str]) -> UUID:
    try:
        return UUID(typed.get("form_key", ""))
    except ValueError:
        return uuid4()  # a form without its key is kept, only not protected from being sent twice


async def _not_settled(request: Request[Any, Any, Any], comment_id: UUID, no: Refusal) -> Template:
    """The part's page with what was typed and why it could not be done."""
    one, typed = await actions.read(web.asking(request).organisation, comment_id), await web.form(request)
    place = f"svar-{comment_id}" if no.field else ""
    return await _part(request, one.wording_id, one.part_id, Typed({f"svar-{comment_id}": typed.get("svar", "")}, {place: no.sentence}))


async def _said(request: Request[Any, Any, Any], wording_id: UUID, part_id: UUID) -> Template | Redirect:
    """What is beside the part now, for htmx; back to the text otherwise."""
    if not web.is_htmx(request):
        return web.go(f"/lydelser/{wording_id}#del-{part_id}")
    found = await beside(web.asking(request).organisation, wording_id, part_id)
    return web.page(request, "comments/_beside.html", beside=found, new_key=uuid4())


async def _part(request: Request[Any, Any, Any], wording_id: UUID, part_id: UUID, typed: Typed) -> Template:
    found = await beside(web.asking(request).organisation, wording_id, part_id)
    template = "comments/_beside.html" if web.is_htmx(request) else "comments/part.html"
    status = 422 if typed.errors else 200
    return web.page(request, template, status=status, beside=found, typed=typed.values, errors=typed.errors, opened=True, new_key=uuid4())


handlers = [open_part, comment, suggest, answer, take, decline]
