"""The state machine of a delivery: what follows from an answer, from silence and from a look-up.

    planned --claim--> sending --receipt--> sent
       ^                  |--not sent, for good or too many times---> failed
       |                  |--not sent this time--> planned, after a while, longer each time
       |                  '--no answer, or the worker died--> planned where repeating is harmless, else unclear
       |--a person tries again <-- failed                                                          |
       '--surely absent <-- looked up a few times <------------------------------------------------|
                  sent <-- found, or a person saw it <---------------------------------------------'

A planned row that is no longer wanted is deleted and not marked: its key would else stand in the way of a date that is moved away and back.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet.swedish import Chip, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

MAX_ATTEMPTS, LONGEST_WAIT = 12, dt.timedelta(hours=4)
"""Two minutes, four, eight, and from then on at most four hours: a mail server may be away overnight and nothing is given up."""
MAX_LOOKUPS = 3
LONGEST_ADDRESS = 500
_ADDRESS = re.compile(r"https?://[^\s@/?#]+\.[^\s@/?#]+([/?#]\S*)?")


class State(StrEnum):
    """Where a delivery is."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"
    SKIPPED = "skipped"
    MANUAL = "manual"


class Act(StrEnum):
    """What a publication does in its place. They go in this order, and a withdrawal passes every queue."""

    PUBLISH = "publish"
    EDIT = "edit"
    RETRACT = "retract"


CHIPS = {
    State.PLANNED: Chip("", "clock", "Planerad"),
    State.SENDING: Chip("info", "send", "Skickas"),
    State.SENT: Chip("good", "check", "Skickat"),
    State.FAILED: Chip("bad", "cross", "Misslyckad"),
    State.UNCLEAR: Chip("unclear", "q", "Oklart"),
    State.SKIPPED: Chip("", "stop", "Hoppades över"),
    State.MANUAL: Chip("warn", "hour", "Görs för hand"),
}
CHANNELS = {
    "mail": "Mejl",
    "page": "Publika sidan",
    "feed": "Flödet",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "wordpress": "WordPress",
    "hook": "Signerad webhook",
    "assisted": "För hand",
    "facebook": "Facebook",
    "webhook": "Chatt",
}
SEATS = {"coordinator": "Samordnare", "deputy": "Tillförordnad", "leader": "Ledare", "administrator": "Administratör"}
DAILY = ("reminder", "summary")
"""What goes to the same person on the same day is one letter."""
"""What states, channels and seats are called on every page."""


@dataclass(frozen=True)
class Planned:
    """A wish to send. `key` is made of stable ids and ISO dates only, so the same wish is the same row.

    `after_key` names the delivery that must have gone out before this one may; `words` are what the composer cannot look up then: of a
    publication `version`, the update's, and `minted`, the names that its post must have before it is posted.
    """

    organisation_id: UUID
    key: str
    kind: str
    channel: str
    title: str
    due_at: dt.datetime
    promise_id: UUID | None = None
    obligation_id: UUID | None = None
    status_update_id: UUID | None = None
    connection_id: UUID | None = None
    seat: str = ""
    person_id: UUID | None = None
    lead_days: int | None = None
    after_key: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    via: str = ""
    act: str = Act.PUBLISH


@dataclass(frozen=True)
class Delivery:
    """One message, one recipient, one channel, one state. Attempts are counted when they begin.

    Of a publication that has gone out: `confirmed_at` is when it was fetched back with our mark in it, `vanished_at` when it was found gone,
    `looked_at` when it was looked for the last time.
    """

    id: UUID
    organisation_id: UUID
    key: str
    kind: str
    channel: str
    title: str
    promise_id: UUID | None
    obligation_id: UUID | None
    status_update_id: UUID | None
    connection_id: UUID | None
    seat: str
    person_id: UUID | None
    lead_days: int | None
    due_at: dt.datetime
    state: State
    after_id: UUID | None
    attempts: int
    lookups: int
    fence: int
    handed_out_until: dt.datetime | None
    address: str
    reason: str
    message_id: str
    remote_id: str
    remote_url: str
    created_at: dt.datetime
    settled_at: dt.datetime | None
    words: Mapping[str, Any] = field(default_factory=dict)
    via: str = ""
    bounced_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    act: str = Act.PUBLISH
    confirmed_at: dt.datetime | None = None
    vanished_at: dt.datetime | None = None
    looked_at: dt.datetime | None = None


@dataclass(frozen=True)
class Matter:
    """One thing that a day's letter tells somebody, as whoever holds an office in one organisation.

    `left` is days until it is due, negative when it is late; the most urgent stands first. `promise` is what it is told under.
    `notes` are small print; `thread` names the duty, so that letters about it stand together; `remaining` is what else remains, by day.
    What is `silenceable` may be turned off; `kind` says as what. `links` are where the lines lead, one for each, where they lead anywhere.
    `title` is what the ledger and the inbox call it from now on, in Swedish whatever the letter's language; empty: as it was planned.
    """

    kind: str
    organisation: str
    office: str
    promise: str
    area: str
    left: int
    headline: str
    lines: tuple[str, ...]
    action: str
    link: str
    notes: tuple[str, ...] = ()
    thread: str = ""
    remaining: tuple[tuple[dt.date, str], ...] = ()
    silenceable: bool = False
    links: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Skip:
    """A composer's answer: what made the row wanted is no longer so. The reason is a Swedish sentence.

    `silenced`: it is true, and its person has turned its kind off as mail. It stands in their inbox all the same.
    """

    reason: str
    silenced: bool = False


@dataclass(frozen=True)
class Hold:
    """A composer's answer: it is true and must wait for a person. The row stays planned and uncounted, and says why in a Swedish sentence."""

    reason: str


@dataclass(frozen=True)
class Fan:
    """A composer's answer: the seat is held by several. The row takes the first, siblings are made for the others."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Unseat:
    """A composer's answer: the person that the row had found has left. It is planned anew, for whoever sits there now."""


@dataclass(frozen=True)
class Broken:
    """A composer's answer: a fault of ours. The row is tried again later, and holds nobody else up."""


@dataclass(frozen=True)
class Patience:
    """How long to wait, in wall time, all of it measured in the lease: the time after which a silent worker is taken for dead."""

    lease: dt.timedelta = dt.timedelta(seconds=120)

    @property
    def send(self) -> dt.timedelta:
        """The longest one message may take. An attempt begins only while so much of the lease is left."""
        return self.lease / 4

    @property
    def queue(self) -> dt.timedelta:
        """How long a row may lie in the queue before it is handed out anew."""
        return self.lease / 2

    def look(self, lookups: int) -> dt.timedelta:
        """How long to wait before looking the next time: with the usual lease 5 s, 25 s and 2 min."""
        return self.lease * 5.0**lookups / 24


@dataclass(frozen=True)
class Settled:
    """What a row becomes. `due_at` None keeps the moment it has. `silenced` stands in its person's inbox, though it was skipped.

    `lookups` are the looks that have found nothing since the last attempt.
    """

    state: State
    reason: str = ""
    due_at: dt.datetime | None = None
    silenced: bool = False
    lookups: int = 0


def sibling_key(key: str, person_id: UUID) -> str:
    """The key of the row that a seat's further holder gets."""
    return f"{key}:{person_id}"


def not_sent(reason: str, *, permanent: bool, after: dt.timedelta | None, attempts: int, now: dt.datetime) -> Settled:
    """What follows when it surely did not go out."""
    if permanent or attempts >= MAX_ATTEMPTS:
        return Settled(State.FAILED, reason)
    wait = min(dt.timedelta(minutes=2**attempts), LONGEST_WAIT)
    return Settled(State.PLANNED, reason, now + max(wait, after or wait))


def no_answer(reason: str, *, repeatable: bool, attempts: int, now: dt.datetime) -> Settled:
    """What follows when it may have gone out and the answer was lost: repeated only where that is harmless."""
    if not repeatable:
        return Settled(State.UNCLEAR, reason)
    return not_sent(reason, permanent=False, after=None, attempts=attempts, now=now)


def silence(*, repeatable: bool, attempts: int, now: dt.datetime) -> Settled:
    """What follows when the worker that held the row died. A repeat need not wait: nobody has refused anything."""
    if not repeatable:
        return Settled(State.UNCLEAR, "Avbröts medan det skickades. Ingen vet om det hann fram.")
    if attempts >= MAX_ATTEMPTS:
        return Settled(State.FAILED, "Avbröts gång på gång medan det skickades. Försök igen, och säg till den som sköter driften om det upprepas.")
    return Settled(State.PLANNED, "Avbröts medan det skickades och görs om.", now)


def absent(*, lookups: int, attempts: int, now: dt.datetime) -> Settled | None:
    """What follows when a look-up did not find it; None is to look once more.

    The first look proves nothing: the other side may still be at work with the request whose answer was lost.
    """
    if lookups < 1:
        return None
    reason = "Det hade inte kommit fram och görs om."
    if attempts >= MAX_ATTEMPTS:
        return Settled(State.FAILED, "Det kom inte fram trots flera försök. Försök igen om en stund.")
    return Settled(State.PLANNED, reason, now, lookups=lookups + 1)


def duty_link(kind: str, obligation_id: object) -> str:
    """Where a duty of that kind is done, without the host: what is sent about it, and what stands in an inbox, leads there."""
    return {"follow_up": f"/uppfoljning/{obligation_id}", "statute": "/lagen"}.get(kind, f"/frister/{obligation_id}")


def check_address(url: str, *, needed: bool) -> str:
    """Where a person has put it, as they typed it. Raises `Refusal`."""
    typed = url.strip()
    if not typed and not needed:
        return ""
    if len(typed) > LONGEST_ADDRESS or not typed.isprintable() or not _ADDRESS.fullmatch(typed):
        raise Refusal("delivery.address", field="adress", text=typed[:80])
    return typed


def may_retry(delivery: Delivery) -> bool:
    """A person may try again what failed for good."""
    return delivery.state is State.FAILED


def may_finish(delivery: Delivery) -> bool:
    """A person may say that they have done what waits for their hand."""
    return delivery.state is State.MANUAL


def may_decide(delivery: Delivery) -> bool:
    """A person may say what became of an unclear delivery, also while it is still being looked up."""
    return delivery.state is State.UNCLEAR
