"""What a status update says in each channel, the hash that the keys bind to, its state, and what may be done with it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet import canonical, shield, swedish
from trygghet.agreements.rules import Subject
from trygghet.agreements.rules import agreed as both_keys
from trygghet.deliveries.rules import Planned
from trygghet.periods import instant, parse_day
from trygghet.swedish import Chip, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.connections.rules import Connection

KIND = "status_update"
"""What the keys call it."""
PAGE, FEED = "page", "feed"
OWN_CHANNELS = (PAGE, FEED)
"""Our own page and feed. Every update is told there first; a connection comes after them."""

LONGEST_TITLE, LONGEST_BODY, LONGEST_ALT, LONGEST_WHY = 120, 5000, 1000, 500
POST_LENGTH, LINK_LENGTH = 500, 23
"""Mastodon's usual limit, and what it counts every address as, whatever its length."""


@dataclass(frozen=True)
class Side:
    """A party of the promise, as far as updates need it. `concerns` is the municipality that a promise of the police alone is for."""

    organisation_id: UUID
    name: str
    short: str
    slug: str
    side: str
    concerns: str = ""

    @property
    def who(self) -> str:
        """Kommunen, Polisen, or the name of a third party."""
        return {"municipality": "Kommunen", "police": "Polisen"}.get(self.side, self.name)


@dataclass(frozen=True)
class Shown:
    """A picture of an update, without its bytes. An empty `alt` says that it is decoration."""

    id: UUID
    sha256: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Written:
    """What a coordinator has written. `channels` are ids of connections; our own page and feed always come on top."""

    title: str
    body: str
    connections: tuple[str, ...] = ()
    earliest_at: dt.datetime | None = None


@dataclass(frozen=True)
class Image:
    """A picture that has been checked and written anew, ready to be kept."""

    body: bytes
    mime: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True)
class Attached:
    """What the form says of the picture: a new one or none, whether the old one goes, and what it shows."""

    new: Image | None = None
    remove: bool = False
    alt: str = ""
    decorative: bool = False


@dataclass(frozen=True)
class Update:
    """A status update as it stands now. `shared_at` None: its author's organisation alone sees it."""

    id: UUID
    promise_id: UUID
    promise_title: str
    area_name: str
    organisation_id: UUID
    organisation_name: str
    title: str
    body: str
    picture: Shown | None
    channels: tuple[str, ...]
    earliest_at: dt.datetime | None
    version: int
    content_hash: str
    shared_at: dt.datetime | None
    published_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    withdrawn_why: str
    created_at: dt.datetime
    updated_at: dt.datetime
    follow_up_id: UUID | None = None  # the signed follow-up that it was written out of

    @property
    def subject(self) -> Subject:
        """What the keys bind to."""
        return Subject(self.promise_id, KIND, self.id, self.content_hash)

    @property
    def connections(self) -> tuple[str, ...]:
        """The ids of the accounts it goes to, beyond our own page and feed."""
        return tuple(one for one in self.channels if one not in OWN_CHANNELS)


@dataclass(frozen=True)
class Version:
    """A text that was shared once, and who wrote it."""

    version: int
    content: dict[str, Any]
    content_hash: str
    organisation_id: UUID
    by_name: str
    by_office: str
    at: dt.datetime


# ---------------------------------------------------------------- what is written
def check_words(written: Written) -> list[Refusal]:
    """What needs to be put right in title and text; empty when nothing does."""
    found = []
    for field, name, text, limit in (("rubrik", "Rubrik", written.title, LONGEST_TITLE), ("text", "Text", written.body, LONGEST_BODY)):
        try:
            shield.check_text(text, name, field=field, longest=limit, needed=True)
        except Refusal as refusal:
            found.append(refusal)
    return found


def check_picture(attached: Attached, *, has_picture: bool) -> list[Refusal]:
    """A picture is told in words, or said to be decoration; a description without a picture is of no harm."""
    if not has_picture or attached.decorative:
        return []
    if not attached.alt:
        return [Refusal("picture.alt", field="bildtext")]
    try:
        shield.check_text(attached.alt, "Bildtext", field="bildtext", longest=LONGEST_ALT)
    except Refusal as refusal:
        return [refusal]
    return []


def earliest(day: str, time: str) -> dt.datetime | None:
    """The typed day and time on a Swedish clock, in UTC; a day without a time is 08.00 that day. Raises `Refusal`."""
    if not day and not time:
        return None
    if not day:
        raise Refusal("time.day", field="dag")
    on = parse_day(day, "Tidigast", field="dag")
    typed = re.fullmatch(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])", time or "08.00")
    if typed is None:
        raise Refusal("time.form", field="tid", name="Klockan", text=time)
    return instant(on, int(typed[1]), int(typed[2]))


def check_why(why: str) -> None:
    """A withdrawal says why, to residents. Raises `Refusal`."""
    shield.check_text(why, "Varför", field="varfor", longest=LONGEST_WHY, needed=True)


def address(sides: Sequence[Side], organisation: UUID, update_id: UUID) -> str:
    """The permanent address, without the host: on the author's page, or on the first municipality's where the police wrote it.

    Raises `Refusal` where the promise is for no municipality, since there is no page to stand on then.
    """
    homes = {one.organisation_id: one.slug for one in sides if one.side == "municipality"}
    first = next(iter(homes.values()), "") or next((one.concerns for one in sides if one.concerns), "")
    if not first:
        raise Refusal("update.no_page")
    return f"/{homes.get(organisation, first)}/uppdateringar/{update_id}"


# ---------------------------------------------------------------- what is agreed on
def content(written: Written, picture: Shown | None, where: str, follow_up: UUID | None = None) -> dict[str, Any]:
    """All that is shown anywhere, channel by channel: this and nothing less is what a key binds to.

    `follow_up` is the one that it was written out of: its page is linked to.
    """
    channels = sorted({*OWN_CHANNELS, *written.connections}, key=_page_first)
    earliest_at = written.earliest_at.astimezone(dt.UTC).isoformat() if written.earliest_at else None
    return {
        "title": written.title,
        "body": written.body,
        "address": where,
        "picture": {"sha256": picture.sha256, "alt": picture.alt} if picture else None,
        "earliest_at": earliest_at,
        "channels": channels,
        "posts": {one: post_text(written.title, written.body, where) for one in channels if one not in OWN_CHANNELS},
        **({"follow_up": str(follow_up)} if follow_up else {}),
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one fixed spelling."""
    return canonical.hashed(content)


def content_of(update: Update, where: str) -> dict[str, Any]:
    """The content of an update as it stands now."""
    return content(Written(update.title, update.body, update.connections, update.earliest_at), update.picture, where, update.follow_up_id)


def check_repeat(update: Update, promise_id: UUID, written: Written, attached: Attached, where: str) -> None:
    """A form that comes again must say what it said before; another text would be lost in silence. Raises `Refusal`."""
    new = attached.new
    alt = "" if attached.decorative else attached.alt
    picture = Shown(update.id, new.sha256, alt, new.width, new.height) if new else None
    if promise_id != update.promise_id or content_hash(content(written, picture, where, update.follow_up_id)) != update.content_hash:
        raise Refusal("update.form_used")


def _page_first(channel: str) -> tuple[int, str]:
    return (OWN_CHANNELS.index(channel) if channel in OWN_CHANNELS else len(OWN_CHANNELS), channel)


def post_text(title: str, body: str, link: str) -> str:
    """Title, text and the address last, shortened at a word so that it fits. The same words whatever the address is."""
    words = f"{title}\n\n{body}"
    room = POST_LENGTH - LINK_LENGTH - len("\n\n")
    if _post_length(words) > room:
        kept = words[: room - 2]
        while _post_length(kept) > room - 2:  # addresses count as 23 even when they are shorter
            kept = kept[:-1]
        words = re.sub(r"\s+\S*$", "", kept).rstrip(" ,.;:–-") + " …"
    return f"{words}\n\n{link}"


def _post_length(text: str) -> int:
    return len(re.sub(r"https?://\S+", "x" * LINK_LENGTH, text))


def check_rendering(update: Update, where: str) -> None:
    """Raises `Refusal` when what would be shown is no longer what was saved, so that nobody turns a key on something else."""
    if content_hash(content_of(update, where)) != update.content_hash:
        raise Refusal("update.rendered")


def agreed(update: Update, sides: Collection[Side], approvals: Iterable[Approval], where: str) -> bool:
    """Whether every party has turned its key on exactly what stands here now: on the kept hash, and the kept hash is true."""
    parties = [one.organisation_id for one in sides]
    return content_hash(content_of(update, where)) == update.content_hash and both_keys(parties, approvals, update.content_hash)


# ---------------------------------------------------------------- what may be done
class State(StrEnum):
    """Where an update is in its life. Computed from its times and its keys."""

    DRAFT = "draft"
    SHARED = "shared"
    AGREED = "agreed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


def state(update: Update, *, agreed: bool) -> State:
    """The state now."""
    if update.withdrawn_at:
        return State.WITHDRAWN
    if update.published_at:
        return State.PUBLISHED
    if update.shared_at is None:
        return State.DRAFT
    return State.AGREED if agreed else State.SHARED


def chip(found: State, update: Update) -> Chip:
    """Väntar på nycklar."""
    when = f"Går ut tidigast {swedish.short_moment(update.earliest_at)}" if update.earliest_at else "Överens, går ut nu"
    return {
        State.DRAFT: Chip("", "doc", "Utkast"),
        State.SHARED: Chip("warn", "key", "Väntar på nycklar"),
        State.AGREED: Chip("info", "clock", when),
        State.PUBLISHED: Chip("good", "check", "Publicerad"),
        State.WITHDRAWN: Chip("", "stop", "Tillbakadragen"),
    }[found]


def may_edit(update: Update, seen: str) -> None:
    """Raises `Refusal`: what is published or withdrawn stands, and nobody writes over a text that they have not read."""
    _still_open(update)
    if seen != update.content_hash:
        raise Refusal("update.stale")


def may_share(update: Update, seen: str) -> None:
    """Raises `Refusal`."""
    _still_open(update)
    if update.shared_at is not None:
        raise Refusal("update.shared")
    if seen != update.content_hash:
        raise Refusal("update.stale")


def may_approve(update: Update) -> None:
    """Raises `Refusal`; whose key it is and on what is decided in agreements."""
    _still_open(update)
    if update.shared_at is None:
        raise Refusal("update.private")


def may_withdraw(update: Update, why: str) -> None:
    """Raises `Refusal`. One person of one party suffices, in every state but a private draft."""
    if update.withdrawn_at is not None:
        raise Refusal("update.withdrawn")
    if update.shared_at is None:
        raise Refusal("update.private")
    check_why(why)


def may_discard(update: Update) -> None:
    """Raises `Refusal`: only what nobody else has seen may vanish."""
    if update.shared_at is not None:
        raise Refusal("update.shared")


def _still_open(update: Update) -> None:
    if update.withdrawn_at is not None:
        raise Refusal("update.withdrawn")
    if update.published_at is not None:
        raise Refusal("update.published")


# ---------------------------------------------------------------- how it goes out
def deliveries(update: Update, accounts: Mapping[str, Connection], now: dt.datetime) -> list[Planned]:
    """One delivery for each channel, each after the one before: page, feed, then the accounts, each in its owner's name.

    `accounts` are the parties' accounts by their id as text. Raises `Refusal` where one that was chosen is gone.
    """
    due = max(now, update.earliest_at) if update.earliest_at else now
    found: list[Planned] = []
    for one in sorted(update.channels, key=_page_first):
        account = None if one in OWN_CHANNELS else accounts.get(one)
        if account is None and one not in OWN_CHANNELS:
            raise Refusal("update.account_gone")
        found.append(
            Planned(
                organisation_id=account.organisation_id if account else update.organisation_id,
                key=f"publication:{update.id}:{one}",
                kind="publication",
                channel=account.channel if account else one,
                title=update.title,
                due_at=due,
                promise_id=update.promise_id,
                status_update_id=update.id,
                connection_id=account.id if account else None,
                after_key=found[-1].key if found else None,
            )
        )
    return found
