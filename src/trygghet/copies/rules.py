"""A copy of a publication, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

ACTS = {"publish": "Publicerad", "edit": "Rättad", "retract": "Borttagen"}
PLACES = {"page": "Publika sidan", "feed": "Flödet"}


@dataclass(frozen=True)
class Copy:
    """What went out in one place, once. `shown` is what was sent, of a withdrawal why; `sha256` is of the picture, empty without one."""

    id: UUID
    update_id: UUID
    title: str
    version: int
    act: str
    channel: str
    place: str
    shown: Mapping[str, Any]
    sha256: str
    remote_url: str
    at: dt.datetime

    @property
    def where(self) -> str:
        """Our page, our feed, or the account."""
        return PLACES.get(self.channel, self.place or "Bortkopplat konto")

    @property
    def what(self) -> str:
        """Publicerad, Rättad, Borttagen."""
        return ACTS[self.act]

    @property
    def text(self) -> str:
        """As people read it there."""
        if self.act == "retract":
            return str(self.shown.get("why", ""))
        if "text" in self.shown:
            return str(self.shown["text"])
        told = [self.shown.get("title", ""), self.shown.get("body", ""), *(one["text"] for one in self.shown.get("corrections", ()))]
        return "\n\n".join(one for one in told if one)

    @property
    def as_data(self) -> dict[str, Any]:
        """As it stands in a file that somebody keeps."""
        return {
            "uppdatering": str(self.update_id),
            "rubrik": self.title,
            "lydelse": self.version,
            "vad": self.what,
            "kanal": self.channel,
            "plats": self.where,
            "visades": dict(self.shown),
            "bildens_sha256": self.sha256,
            "adress": self.remote_url,
            "tid": self.at.isoformat(),
        }
