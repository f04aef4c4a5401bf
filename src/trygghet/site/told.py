"""An update as residents read it: who tells it, what has been put right in it, and whether it has been taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.tongue import SWEDISH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.tongue import Tongue

WITHDRAWN_DAYS = 30
"""So long a feed says that an update has been taken back; then every reader that still asks has heard it."""
VOICES = {"joint": "Gemensamt", "municipality": "Kommunen berättar", "police": "Polisen berättar"}
"""What stands at an update: together, or whose own voice it is."""


class Correction(NamedTuple):
    """What was put right in an update after residents could read it."""

    on: dt.date
    text: str

    @property
    def heading(self) -> str:
        """Rättad 3 maj 2024."""
        return self.heading_in(SWEDISH)

    def heading_in(self, t: Tongue) -> str:
        """The same in a language."""
        return t("Rättad {day}", day=self.on)

    @property
    def line(self) -> str:
        """Rättad 3 maj 2024: Mötet är den 12 maj."""
        return f"{self.heading}: {self.text}"


@dataclass(frozen=True)
class Told:
    """A published status update. `withdrawn_at`: it has been taken back, and only its heading and the reason are shown."""

    id: UUID
    promise_id: UUID
    content: dict[str, Any]
    published_at: dt.datetime
    changed_at: dt.datetime
    withdrawn_at: dt.datetime | None
    withdrawn_why: str

    @property
    def urn(self) -> str:
        """Its name in feeds; never changes."""
        return f"urn:uuid:{self.id}"

    @property
    def title(self) -> str:
        """The heading, which says so where it has been taken back."""
        return f"ÅTERKALLAD: {self.content['title']}" if self.withdrawn_at else str(self.content["title"])

    @property
    def on(self) -> dt.date:
        """The day in Sweden when residents could read it first."""
        return swedish.local(self.published_at).date()

    @property
    def voice(self) -> str:
        """Who tells it: joint, or the side of the one party whose own voice it is (municipality, police)."""
        return str(self.content["voice"])

    @property
    def teller(self) -> str:
        """Björkens kommun och LPO Skogen, or the one party whose own voice it is."""
        return swedish.listed(self.content["parties"])

    @property
    def voice_words(self) -> str:
        """Gemensamt, Kommunen berättar or Polisen berättar."""
        return VOICES[self.voice]

    def voice_in(self, t: Tongue) -> str:
        """Gemensamt: Björkens kommun och LPO Skogen; or Kommunen berättar: Björkens kommun."""
        return f"{t.known(self.voice_words)}: {t.listed(self.content['parties'])}"

    @property
    def corrections(self) -> list[Correction]:
        """What has been put right, the first first. What was published before anything could be corrected lacks them."""
        return [Correction(dt.date.fromisoformat(one["on"]), one["text"]) for one in self.content.get("corrections", [])]


def since(today: dt.date) -> dt.datetime:
    """What was taken back before then is no longer told of in feeds."""
    return dt.datetime.combine(today - dt.timedelta(days=WITHDRAWN_DAYS), dt.time.min, dt.UTC)


def last_change(updates: Sequence[Told], otherwise: dt.datetime) -> dt.datetime:
    """When anything in the list was told, put right or taken back the last time."""
    return max((one.changed_at for one in updates), default=otherwise)
