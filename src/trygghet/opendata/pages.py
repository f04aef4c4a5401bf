"""/medlemmar/nycklar: nycklar till API:et, för den som behöver fråga oftare än alla får."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.members import actions as members
from trygghet.opendata import actions, rules
from trygghet.swedish import Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping


@web.get("/medlemmar/nycklar", may=Act.MANAGE)
async def show_keys(request: Request[Any, Any, Any]) -> Template:
    """The organisation's keys."""
    return await _page(request)


@web.post("/medlemmar/nycklar", may=Act.MANAGE)
async def issue(request: Request[Any, Any, Any]) -> Template:
    """A new key, shown this once: there is no address to come back to it by."""
    who, fields = web.asking(request), await web.form(request)
    try:
        key = await actions.issue(who.organisation, fields.get("namn", ""), by=members.actor(who), now=web.now(request))
    except Refusal as no:
        return await _page(request, fields, no.sentences)
    return await _page(request, key=key)


@web.post("/medlemmar/nycklar/{key_id:uuid}/aterkalla", may=Act.MANAGE)
async def revoke(request: Request[Any, Any, Any], key_id: FromPath[UUID]) -> Redirect:
    """Takes a key back."""
    who = web.asking(request)
    await actions.revoke(who.organisation, key_id, by=members.actor(who), now=web.now(request))
    return web.go("/medlemmar/nycklar")


async def _page(
    request: Request[Any, Any, Any], fields: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, key: str = ""
) -> Template:
    limits = {"usual": rules.PER_MINUTE, "with_key": rules.PER_MINUTE_WITH_KEY}
    found = await actions.keys(web.asking(request).organisation)
    return web.page(
        request, "opendata/keys.html", status=422 if errors else 200, keys=found, limits=limits, fields=fields or {}, errors=errors or {}, key=key
    )


handlers = [show_keys, issue, revoke]
