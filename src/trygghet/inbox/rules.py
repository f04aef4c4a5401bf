"""What stands in somebody's inbox: how each row reads, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet.deliveries.rules import duty_link
from trygghet.swedish import Chip, NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

PAGE_LENGTH = 30
LONGEST_NUMBER = 5
"""Digits of a page's number: further back than any inbox reaches, and short enough to be reckoned with."""
KINDS = {"reminder": "Påminnelse", "notice": "Besked", "summary": "Sammanfattning"}
UNREAD, READ = Chip("info", "dot", "Oläst"), Chip("", "check", "Läst")
VIA = {
    "vacant": "Den kom till dig eftersom ingen annan har den plats som den var till.",
    "bounced": "Den kom till dig eftersom mejl till den som den var till inte kommer fram.",
    "handed_over": "Den kom till dig i stället för till en kollega.",
}
"""Why something is for somebody outside its seat (`Delivery.via`)."""


@dataclass(frozen=True)
class Item:
    """One thing that has come. `link` leads to what it is about; `reason` is why no mail, or not a readable one, did."""

    id: UUID
    kind: str
    title: str
    at: dt.datetime
    link: str
    about: str = ""
    read_at: dt.datetime | None = None
    via: str = ""
    reason: str = ""
    bounced: bool = False
    silenced: bool = False

    @property
    def chip(self) -> Chip:
        """Read or not, as a mark."""
        return READ if self.read_at else UNREAD

    @property
    def what(self) -> str:
        """Its kind, and the place that it is about."""
        return f"{KINDS[self.kind]}, {self.about}" if self.about else KINDS[self.kind]

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say about how it came."""
        mail = "Inget mejl: du har valt bort sådana." if self.silenced else "Mejlet kom inte fram till dig." if self.bounced or self.reason else ""
        return tuple(one for one in (VIA.get(self.via, ""), mail) if one)


@dataclass(frozen=True)
class Inbox:
    """One page of it, the latest first. `latest` is the newest of all that was shown when it was opened: what comes later is not read with it."""

    number: int
    items: Sequence[Item]
    more: bool
    unread: int

    @property
    def latest(self) -> UUID | None:
        """The newest item on the page."""
        return self.items[0].id if self.items else None


def link(kind: str, words: object, obligation: tuple[UUID, str] | None, promise_id: UUID | None) -> str:
    """Where it leads: straight to the thing. `obligation` is the duty's id and kind, where it still is one."""
    if isinstance(words, dict) and str(words.get("link", "")).startswith("/"):
        return str(words["link"])
    if obligation is not None:
        return duty_link(obligation[1], obligation[0])
    return f"/loften/{promise_id}" if promise_id else "/oversikt" if kind == "summary" else "/frister"


def number(typed: str) -> int:
    """A page's number as it stands in an address; the first where it cannot be read."""
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER else 1


def item_id(typed: str) -> UUID:
    """The id that a form carries. Raises `NotFound`."""
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None
