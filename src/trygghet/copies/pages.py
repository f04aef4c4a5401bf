"""/uppdateringar/.../kopior: what went out, as it was shown there and then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Template

from trygghet import web
from trygghet.copies import actions
from trygghet.tenancy import Act


@web.get("/uppdateringar/{update_id:uuid}/kopior", may=Act.READ)
async def show(request: Request[Any, Any, Any], update_id: FromPath[UUID]) -> Template:
    """Every copy of an update."""
    return web.page(request, "copies/copies.html", copies=await actions.of_update(web.asking(request).organisation, update_id))


@web.get("/kopior/{copy_id:uuid}", may=Act.READ)
async def read(request: Request[Any, Any, Any], copy_id: FromPath[UUID]) -> Template:
    """One copy, whole."""
    return web.page(request, "copies/copy.html", copy=await actions.read(web.asking(request).organisation, copy_id))


handlers = [show, read]
