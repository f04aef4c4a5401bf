"""Files into one ZIP as they come, so that no more than one of them is held in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from trygghet.swedish import local

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator

MANIFEST = "manifest.json"
PACKED = (".jpg", ".png", ".webp")
"""What gets no smaller by being compressed."""


class File(NamedTuple):
    """One file: its path in the ZIP, and its bytes."""

    path: str
    body: bytes


class _Passing(io.RawIOBase):
    """Takes what the ZIP's writer writes and hands it on; nothing can be taken back, so the writer never looks back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        body = bytes(data)  # type: ignore[call-overload]
        self.waiting += body
        return len(body)

    def taken(self) -> bytes:
        """What has come since last time."""
        body = bytes(self.waiting)
        self.waiting.clear()
        return body


async def zipped(files: AsyncIterable[File], *, at: dt.datetime) -> AsyncIterator[bytes]:
    """The ZIP in pieces, with a manifest last: the SHA-256 and the length of every file before it.

    `at` stands on each entry, on a Swedish clock. The same files and the same `at` give the same bytes.
    """
    passing, found = _Passing(), []
    with zipfile.ZipFile(passing, "w") as archive:
        async for one in files:
            _add(archive, one, at)
            found.append({"path": one.path, "bytes": len(one.body), "sha256": hashlib.sha256(one.body).hexdigest()})
            yield passing.taken()
        told = json.dumps({"algorithm": "SHA-256", "files": found}, ensure_ascii=False, indent=1) + "\n"
        _add(archive, File(MANIFEST, told.encode()), at)
    yield passing.taken()


def _add(archive: zipfile.ZipFile, one: File, at: dt.datetime) -> None:
    entry = zipfile.ZipInfo(one.path, local(at).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if one.path.endswith(PACKED) else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # as on Linux, whatever it runs on
    archive.writestr(entry, one.body)
