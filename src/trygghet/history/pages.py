"""/loften/{id}/historik: all that has been done about a promise, by whom, and whether the log is whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Template

from trygghet import web
from trygghet.history import actions, log, rules
from trygghet.tenancy import Act


@web.get("/loften/{promise_id:uuid}/historik", may=Act.READ)
async def show_log(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """The log by day, latest first."""
    asked = request.query_params
    found = await actions.read(web.asking(request).organisation, promise_id, kind=asked.get("slag", ""), number=log.number(asked.get("sida", "")))
    return web.page(request, "history/log.html", log=found, promise_id=promise_id, kinds=rules.KINDS)


@web.get("/loften/{promise_id:uuid}/historik.json", may=Act.READ)
async def download_json(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Response[bytes]:
    """The log with the hashes, as it is stored."""
    return _file(await actions.as_json(web.asking(request).organisation, promise_id), "application/json", "historik.json")


@web.get("/loften/{promise_id:uuid}/historik.csv", may=Act.READ)
async def download_csv(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Response[bytes]:
    """The log with the hashes, as it reads."""
    return _file(await actions.as_csv(web.asking(request).organisation, promise_id), "text/csv", "historik.csv")


def _file(body: bytes, media_type: str, name: str) -> Response[bytes]:
    return Response(body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


handlers = [show_log, download_json, download_csv]
