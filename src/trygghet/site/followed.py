"""What residents read of a signed follow-up: the frozen content itself, with its checksum and how to reckon it again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trygghet.followups.frozen import Frozen, Turned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


@dataclass(frozen=True)
class Followed:
    """One year's follow-up. `text` is the canonical JSON, whose SHA-256 is the checksum, and `slug` the municipality's whose page it is on."""

    id: UUID
    promise_id: UUID
    slug: str
    key: str
    text: str
    found: Frozen

    @property
    def address(self) -> str:
        """Its page, without the host."""
        return f"/{self.slug}/loften/{self.promise_id}/uppfoljning/{self.key}"

    @property
    def file_name(self) -> str:
        """uppfoljning-2024-bjorken, what its files are saved as."""
        return f"uppfoljning-{self.key}-{self.slug}"


def followed(row: Mapping[str, Any]) -> Followed:
    """A row of `published_follow_up` with the `slug` of a page that its promise is on."""
    keys = tuple(Turned(one["party"], one["side"], one["name"], one["office"], dt.datetime.fromisoformat(one["at"])) for one in row["approvals"])
    found = _read(row["frozen"], row["content_hash"], row["signed_at"], keys)
    return Followed(row["id"], row["promise_id"], row["slug"], row["key"], row["frozen"], found)


@lru_cache(maxsize=100)
def _read(text: str, content_hash: str, signed_at: dt.datetime, keys: tuple[Turned, ...]) -> Frozen:
    """What is signed never changes, so what has been read of it holds."""
    return Frozen(json.loads(text), content_hash, signed_at, keys)
