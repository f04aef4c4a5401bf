"""A follow-up to save: as a PDF and as a Word file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from trygghet import web
from trygghet.followups import documents
from trygghet.followups.documents import File
from trygghet.tenancy import Act

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@web.get("/uppfoljning/{room_id:uuid}/pdf", may=Act.READ)
async def download_pdf(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Response[bytes]:
    """The follow-up to read, print and file; what is not signed says so on every page."""
    return _saved(await documents.pdf(web.asking(request).organisation, room_id, now=web.now(request)), "application/pdf")


@web.get("/uppfoljning/{room_id:uuid}/word", may=Act.READ)
async def download_word(request: Request[Any, Any, Any], room_id: FromPath[UUID]) -> Response[bytes]:
    """The same for the case systems."""
    return _saved(await documents.word(web.asking(request).organisation, room_id, now=web.now(request)), WORD)


def _saved(file: File, media_type: str) -> Response[bytes]:
    return Response(file.body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{file.name}"'})


handlers = [download_pdf, download_word]
