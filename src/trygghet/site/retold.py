"""A promise retold in easy Swedish or in another language, as residents read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet.retellings.languages import LANGUAGES, Language

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


@dataclass(frozen=True)
class Retold:
    """A row of `published_retelling`. `withdrawn_at`: it has been taken back, and only the reason is shown."""

    promise_id: UUID
    code: str
    content: dict[str, Any]
    published_at: dt.datetime
    withdrawn_at: dt.datetime | None
    withdrawn_why: str

    @property
    def language(self) -> Language:
        """What it is written in."""
        return LANGUAGES[self.code]

    def is_old(self, version: int) -> bool:
        """Whether the promise has been changed since the text was written; `version` is the promise's now."""
        return int(self.content["promise_version"]) < version


def in_order(found: list[Retold]) -> list[Retold]:
    """Those that can be read, easy Swedish first, then as languages are listed."""
    order = {code: place for place, code in enumerate(LANGUAGES)}
    return sorted((one for one in found if one.withdrawn_at is None and one.code in order), key=lambda one: order[one.code])
