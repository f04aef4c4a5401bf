"""One ZIP out of many files, in pieces, the same each time."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from trygghet.dossiers.zipped import MANIFEST, File, zipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio
AT = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
FILES = [File("README.txt", "Åäö\n".encode()), File("lofte.json", b"{}\n" * 5000), File("uppdateringar/1/bild.jpg", bytes(range(256)) * 4000)]


async def given(files: list[File]) -> AsyncIterator[File]:
    for one in files:
        yield one


async def made(files: list[File], at: dt.datetime = AT) -> list[bytes]:
    return [piece async for piece in zipped(given(files), at=at)]


async def test_every_file_comes_out_as_it_went_in_and_the_manifest_tells_of_each() -> None:
    with zipfile.ZipFile(io.BytesIO(b"".join(await made(FILES)))) as found:
        assert found.testzip() is None
        assert found.namelist() == [*(one.path for one in FILES), MANIFEST]
        assert [found.read(one.path) for one in FILES] == [one.body for one in FILES]
        assert json.loads(found.read(MANIFEST))["files"] == [
            {"path": one.path, "bytes": len(one.body), "sha256": hashlib.sha256(one.body).hexdigest()} for one in FILES
        ]
        assert {entry.date_time for entry in found.infolist()} == {(2024, 10, 1, 8, 0, 0)}


async def test_the_same_files_at_the_same_time_are_the_same_bytes() -> None:
    assert await made(FILES) == await made(FILES)


async def test_it_is_sent_while_it_is_made() -> None:
    pieces = await made([File(f"{number}.jpg", bytes(300_000)) for number in range(20)])
    assert len(pieces) == 21
    assert max(len(piece) for piece in pieces) < 310_000
