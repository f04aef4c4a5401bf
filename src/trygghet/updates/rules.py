"""What a status update says in each channel, the hash that the keys bind to, its state, and what may be done with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet import canonical, shield, swedish
from trygghet.agreements.rules import Subject
from trygghet.agreements.rules import agreed as both_keys
from trygghet.deliveries import publications
from trygghet.swedish import Chip, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval

KIND = "status_update"
"""What the keys call it."""

OCCASIONS = frozenset({"activity", "quarter", "follow_up", "signed", "ended"})
JOINT, OWN = "joint", "own"
"""Who says it: all parties, each with its key, or the author's organisation alone."""
LONGEST_TITLE, LONGEST_BODY, LONGEST_ALT, LONGEST_WHY, LONGEST_CORRECTION = 120, 5000, 1000, 500, 300


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
    mime: str = "image/jpeg"


@dataclass(frozen=True)
class Written:
    """What a coordinator has written. `connections` are ids; our own page and feed always come on top.

    `wordings` are own words for some of them and `ways` how a correction reaches them, both by id. `voice` is "joint", or "own" where the
    author's organisation alone says it. `not_after`: what has not gone out by then is old news. `correction` says what is put right in what
    residents have read. `activity` is the one that it tells of, `occasion` what it was begun out of.
    """

    title: str
    body: str
    connections: tuple[str, ...] = ()
    earliest_at: dt.datetime | None = None
    not_after: dt.datetime | None = None
    voice: str = JOINT
    wordings: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)
    correction: str = ""
    activity: UUID | None = None
    occasion: str = ""


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
    voice: str = JOINT
    occasion: str = ""
    activity_id: UUID | None = None
    not_after: dt.datetime | None = None
    wordings: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)
    rendered: Mapping[str, Any] = field(default_factory=dict)  # all that is shown anywhere, as it was saved; empty in what is older than it
    correction: str = ""
    published_hash: str = ""  # of what residents read now

    @property
    def subject(self) -> Subject:
        """What the keys bind to."""
        return Subject(self.promise_id, KIND, self.id, self.content_hash)

    @property
    def connections(self) -> tuple[str, ...]:
        """The ids of the accounts it goes to, beyond our own page and feed."""
        return tuple(one for one in self.channels if one not in publications.OWN)


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
    for where, name, text, limit in (("rubrik", "Rubrik", written.title, LONGEST_TITLE), ("text", "Text", written.body, LONGEST_BODY)):
        try:
            shield.check_text(text, name, field=where, longest=limit, needed=True)
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
def is_rendered(update: Update) -> bool:
    """Whether what would be shown is what was saved, and what the hash is of."""
    said = update.rendered
    return bool(said) and (said["title"], said["body"]) == (update.title, update.body) and canonical.hashed(said) == update.content_hash


def check_rendering(update: Update) -> None:
    """Raises `Refusal` when what would be shown is no longer what was saved, so that nobody turns a key on something else."""
    if not is_rendered(update):
        raise Refusal("update.rendered")


def holders(update: Update, sides: Collection[Side]) -> list[UUID]:
    """Whose keys are needed: every party's, or the author's alone where it speaks for itself."""
    return [one.organisation_id for one in sides if update.voice == JOINT or one.organisation_id == update.organisation_id]


def check_repeat(update: Update, promise_id: UUID, content_hash: str) -> None:
    """A form that comes again must say what it said before; another text would be lost in silence. Raises `Refusal`."""
    if promise_id != update.promise_id or content_hash != update.content_hash:
        raise Refusal("update.form_used")


def agreed(update: Update, sides: Collection[Side], approvals: Iterable[Approval]) -> bool:
    """Whether every key that is needed is turned on exactly what stands here now: on the kept hash, and the kept hash is true.

    What residents read was let out by its keys, also where they fell since for a correction that came to nothing.
    """
    is_out = update.published_at is not None and not is_correcting(update)
    return is_rendered(update) and (is_out or both_keys(holders(update, sides), approvals, update.content_hash))


# ---------------------------------------------------------------- what may be done
class State(StrEnum):
    """Where an update is in its life. Computed from its times and its keys."""

    DRAFT = "draft"
    SHARED = "shared"
    AGREED = "agreed"
    PUBLISHED = "published"
    CORRECTING = "correcting"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def state(update: Update, *, agreed: bool, now: dt.datetime | None = None) -> State:
    """The state at that moment; without one nothing has become too late. What residents read and what is to replace it may differ."""
    if update.withdrawn_at:
        return State.WITHDRAWN
    if update.published_at:
        return State.CORRECTING if is_correcting(update) else State.PUBLISHED
    if update.shared_at is None:
        return State.DRAFT
    if now and has_expired(update, now):
        return State.EXPIRED
    return State.AGREED if agreed else State.SHARED


def is_correcting(update: Update) -> bool:
    """Whether the text that stands here is to replace the one that residents read."""
    return update.published_at is not None and update.published_hash != update.content_hash


def has_expired(update: Update, now: dt.datetime) -> bool:
    """Whether it is too late for it to be news."""
    return update.not_after is not None and update.not_after <= now and update.published_at is None


def chip(found: State, update: Update) -> Chip:
    """Väntar på nycklar."""
    at = update.earliest_at
    when = f"Går ut {swedish.weekday(swedish.local(at).date())} {swedish.short_moment(at)}" if at else "Överens, går ut nu"
    return {
        State.DRAFT: Chip("", "doc", "Utkast"),
        State.SHARED: Chip("warn", "key", "Väntar på nycklar"),
        State.AGREED: Chip("info", "clock", when),
        State.PUBLISHED: Chip("good", "check", "Publicerad"),
        State.CORRECTING: Chip("warn", "key", "Publicerad, rättelse väntar"),
        State.WITHDRAWN: Chip("", "stop", "Tillbakadragen"),
        State.EXPIRED: Chip("", "late", "Hann inte ut"),
    }[found]


def may_edit(update: Update, seen: str, organisation: UUID) -> None:
    """Raises `Refusal`: what is withdrawn stands, nobody writes in another party's name, or over a text that they have not read."""
    _not_withdrawn(update)
    _own(update, organisation)
    if seen != update.content_hash:
        raise Refusal("update.stale")


def check_written(update: Update, written: Written, organisation: UUID, now: dt.datetime) -> list[Refusal]:
    """What needs to be put right in the time, the voice and the correction."""
    found = []
    if written.not_after and written.not_after <= max(now, written.earliest_at or now) and not update.published_at:
        found.append(Refusal("update.not_after", field="senast_dag"))
    if written.voice == OWN and organisation != update.organisation_id:
        found.append(Refusal("update.voice", field="avsandare"))
    if update.published_at and written.voice != update.voice:
        found.append(Refusal("update.voice_told", field="avsandare"))  # or one party alone could rewrite what all have said
    if update.published_at:
        try:
            shield.check_text(written.correction, "Vad rättas", field="rattelse", longest=LONGEST_CORRECTION, needed=True)
        except Refusal as refusal:
            found.append(refusal)
    for connection, text in written.wordings.items():
        try:
            shield.check_text(text, "Egen text", field=f"text-{connection}", longest=LONGEST_BODY)
        except Refusal as refusal:
            found.append(refusal)
    return found


def heard(update: Update, written: Written) -> Written:
    """What was written, as far as it has a meaning there: only what residents have read can be put right."""
    return written if update.published_at else replace(written, correction="", ways={})


def may_share(update: Update, seen: str, organisation: UUID, now: dt.datetime) -> None:
    """Raises `Refusal`."""
    _still_open(update)
    _own(update, organisation)
    if has_expired(update, now):
        raise Refusal("update.expired")
    if update.shared_at is not None:
        raise Refusal("update.shared")
    if seen != update.content_hash:
        raise Refusal("update.stale")


def check_problems(found: Collection[tuple[str, str]]) -> None:
    """Raises `Refusal` while a channel cannot take what it is to be given. `found` are accounts and sentences."""
    if found:
        raise Refusal("update.problems", said=" ".join(f"{name}: {sentence}" for name, sentence in found))


def may_approve(update: Update, organisation: UUID, now: dt.datetime) -> None:
    """Raises `Refusal`; whose key it is and on what is decided in agreements. What a party says alone is shared by its key."""
    _not_withdrawn(update)
    _own(update, organisation)
    if update.published_at and update.published_hash == update.content_hash:
        raise Refusal("update.published")
    if has_expired(update, now):
        raise Refusal("update.expired")
    if update.shared_at is None and update.voice != OWN:
        raise Refusal("update.private")


def may_stop(update: Update, why: str, organisation: UUID) -> None:
    """Raises `Refusal`. One person of one party suffices; what is out is withdrawn instead, and a correction of it can be stopped."""
    _not_withdrawn(update)
    if update.published_at is not None and not is_correcting(update):
        raise Refusal("update.published")
    _own(update, organisation)
    if update.shared_at is None:
        raise Refusal("update.private")
    check_why(why)


def may_withdraw(update: Update, why: str, organisation: UUID) -> None:
    """Raises `Refusal`. One person of one party suffices, in every state but a private draft."""
    _not_withdrawn(update)
    _own(update, organisation)
    if update.shared_at is None:
        raise Refusal("update.private")
    check_why(why)


def may_discard(update: Update) -> None:
    """Raises `Refusal`: only what nobody else has seen may vanish."""
    if update.shared_at is not None:
        raise Refusal("update.shared")


def check_day(title: str, public_after: dt.date | None, day: dt.date) -> None:
    """Raises `Refusal` where the activity may not be told of that day: `public_after` is the first day of which it may."""
    if public_after and day < public_after:
        raise Refusal("update.secret", field="dag", title=title, day=swedish.long_date(public_after))


def _own(update: Update, organisation: UUID) -> None:
    if update.voice == OWN and organisation != update.organisation_id:
        raise Refusal("update.own_voice", name=update.organisation_name)


def _not_withdrawn(update: Update) -> None:
    if update.withdrawn_at is not None:
        raise Refusal("update.withdrawn")


def _still_open(update: Update) -> None:
    _not_withdrawn(update)
    if update.published_at is not None:
        raise Refusal("update.published")
