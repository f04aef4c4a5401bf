"""What a resident may follow and how often, when asking is one time too many, and the secret end of a follower's own link."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from trygghet import shield, swedish
from trygghet.deliveries.rules import Planned
from trygghet.members import offices
from trygghet.swedish import Refusal, Slips
from trygghet.tongue import ENGLISH, SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TONGUES = (SWEDISH, ENGLISH)
"""The languages that letters are written in."""
KIND = "follow"
"""The kind of every delivery to a follower."""


class Scope(StrEnum):
    """What is followed: a promise, all promises of a municipality or of a police area, or all that have a focus area of that name."""

    PROMISE = "promise"
    MUNICIPALITY = "municipality"
    AREA = "area"
    THEME = "theme"


class Pace(StrEnum):
    """How often a follower is told: of each thing, once a month, or a single time, when it has been followed up."""

    EACH = "each"
    MONTHLY = "monthly"
    FOLLOWED_UP = "followed_up"


def how_often(pace: Pace, t: Tongue) -> str:
    """Inside a sentence: en gång i månaden, om något har hänt."""
    return {
        Pace.EACH: t("varje gång något händer"),
        Pace.MONTHLY: t("en gång i månaden, om något har hänt"),
        Pace.FOLLOWED_UP: t("bara när det har följts upp"),
    }[pace]


LONGEST_SUBJECT = 300
"""Characters of a slug, a promise's id or a focus area's heading, as they are asked for."""

PENDING = dt.timedelta(days=3)
"""So long somebody has to say yes; then the address is forgotten."""
GRACE = dt.timedelta(minutes=10)
"""So long a letter waits after what it tells of, so that a slip can be put right or taken back before it is in thousands of mailboxes."""
KEPT = dt.timedelta(days=30)
"""So long it is known that a letter went out: mail that cannot be delivered comes back within five days (RFC 5321 section 4.5.4.1)."""
MORNING = dt.timedelta(hours=7)
"""How long after midnight the month's letter goes."""
REMEMBERED = dt.timedelta(days=365)
"""So long the hash of an address that has left is kept."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. `slug` is the page's they ask on; `subject` names the promise or the focus area where the scope is one.

    `language` is the code of the one that they read the page in.
    """

    email: str
    scope: Scope
    slug: str
    subject: str
    pace: Pace
    language: str = SWEDISH.code


@dataclass(frozen=True)
class Follower:
    """Somebody who follows, or has asked to (`confirmed_at` None). `name` is what the subject is called today; empty where it is no more."""

    id: UUID
    organisation_id: UUID
    email: str
    scope: Scope
    subject: str
    pace: Pace
    round: int
    confirmed_at: dt.datetime | None
    slug: str
    name: str
    language: str

    @property
    def tongue(self) -> Tongue:
        """The language of their letters."""
        return next(one for one in TONGUES if one.code == self.language)

    @property
    def what(self) -> str:
        """Inside a sentence: löftet ”Trygg i Björken”, alla löften i Björkens kommun."""
        t = self.tongue
        return {
            Scope.PROMISE: t("löftet ”{name}”", name=self.name),
            Scope.MUNICIPALITY: t("alla löften i {name}", name=self.name),
            Scope.AREA: t("alla löften i {name}", name=self.name),
            Scope.THEME: t("löften om {name} i alla kommuner", name=self.name),
        }[self.scope]

    @property
    def home(self) -> str:
        """The page of what is followed, without the host."""
        return {
            Scope.PROMISE: f"/{self.slug}/loften/{self.subject}",
            Scope.MUNICIPALITY: f"/{self.slug}",
            Scope.AREA: f"/polisomrade/{self.slug}",
            Scope.THEME: "/",
        }[self.scope]


# ---------------------------------------------------------------- what was asked for
def wish(fields: Mapping[str, Any], t: Tongue = SWEDISH) -> Wish:
    """What a form, a program or an embed asks for: `epost`, `vad` (what is followed, see `named`) and `takt`. Raises `Slips`.

    `t` is the language that it is asked in, and answered in.
    """
    slips: list[Refusal] = []
    email, named_, pace = "", (Scope.PROMISE, "", ""), Pace.EACH
    try:
        email = offices.email(_text(fields, "epost"))
    except Refusal as no:
        slips.append(no)
    try:
        named_ = named(_text(fields, "vad"))
    except Refusal as no:
        slips.append(no)
    try:
        pace = Pace(_text(fields, "takt"))
    except ValueError:
        slips.append(Refusal("follow.pace", field="takt"))
    if slips:
        raise Slips(slips)
    return Wish(email, *named_, pace, t.code)


def _text(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name, "")
    return found if isinstance(found, str) else ""


def named(text: str) -> tuple[Scope, str, str]:
    """What is followed, as forms carry it: scope, the page's slug, and the subject where there is one, with colons between.

    Raises `Refusal`.
    """
    scope, _, rest = text.partition(":")
    slug, _, subject = rest.partition(":")
    try:
        found = Scope(scope)
        if found is Scope.PROMISE:
            subject = str(UUID(subject))
    except ValueError as error:
        raise Refusal("follow.what", field="vad") from error
    if shield.seen(text) != text.strip():  # what nobody can see is in no name of ours, and NUL in nothing that is kept
        raise Refusal("follow.what", field="vad")
    wants_subject = found in {Scope.PROMISE, Scope.THEME}
    if not slug or len(text) > LONGEST_SUBJECT or bool(subject) != wants_subject:
        raise Refusal("follow.what", field="vad")
    return found, slug, " ".join(subject.lower().split())


# ---------------------------------------------------------------- one time too many
class Limits(NamedTuple):
    """How often somebody may ask: letters to one address in a day, to one that has left, from one network in an hour, by one organisation's pages in an hour."""

    address: int = 3
    left: int = 1
    network: int = 20
    organisation: int = 300


LIMITS = Limits()
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class Asked(NamedTuple):
    """How often it has been asked lately: for the address in a day, from the network and by the organisation's pages in an hour; whether it has left."""

    address: int
    network: int
    organisation: int
    has_left: bool


def may_write(asked: Asked, limits: Limits = LIMITS) -> bool:
    """Whether a letter goes to the address this time. Who asks is not told: it would tell whose address is known.

    Raises `Refusal` where too much comes from the same network, or by the same organisation's pages.
    """
    if asked.network >= limits.network or asked.organisation >= limits.organisation:
        raise Refusal("follow.later")
    return asked.address < (limits.left if asked.has_left else limits.address)


def mark(email: str, secret_key: str) -> str:
    """An address as a salted hash: the same address gives the same one, and only who has SECRET_KEY can try addresses against it."""
    return hmac.new(secret_key.encode(), b"trygghet follower:" + email.encode(), hashlib.sha256).hexdigest()


def network(address: str, day: dt.date, secret_key: str) -> str:
    """The network that somebody asks from as a salted hash, another each day: a /24 of IPv4, a /48 of IPv6, as one house or household has it."""
    try:
        found = ipaddress.ip_address(address)
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        whole = str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))  # noqa: PLR2004 - the versions of IP
    except ValueError:
        whole = address
    return hmac.new(secret_key.encode(), f"trygghet network:{day.isoformat()}:{whole}".encode(), hashlib.sha256).hexdigest()


# ---------------------------------------------------------------- the follower's own link
_PURPOSE = b"trygghet follow:"
_ID, _SEAL = 16, 20


def token(follower_id: UUID, secret_key: str) -> str:
    """The end of a follower's own address: who, and a seal that only who has SECRET_KEY can make. It opens nothing once they have left."""
    return base64.urlsafe_b64encode(_seal(follower_id.bytes, secret_key) + follower_id.bytes).decode().rstrip("=")


def named_by(link: str, secret_keys: Sequence[str]) -> UUID | None:
    """Whose the address is, sealed with this key or one before it; None for what is none of ours."""
    try:
        found = base64.b64decode(link.encode() + b"=" * (-len(link) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    seal, named_ = found[:_SEAL], found[_SEAL:]
    if len(named_) != _ID or not any(hmac.compare_digest(seal, _seal(named_, key)) for key in secret_keys):
        return None
    return UUID(bytes=named_)


def _seal(named_: bytes, secret_key: str) -> bytes:
    return hmac.new(secret_key.encode(), _PURPOSE + named_, hashlib.sha256).digest()[:_SEAL]


# ---------------------------------------------------------------- letters as deliveries
class Happening(StrEnum):
    """What a letter is about."""

    ASKED = "asked"
    PROMISE = "promise"
    UPDATE = "update"
    CORRECTION = "correction"
    FOLLOW_UP = "follow_up"
    MONTH = "month"


class Event(NamedTuple):
    """Something that a follower is to be told: `subject` is the promise's, update's or follow-up's id, `number` which correction. Residents could
    read it first at `since`, and as it is from `at`.
    """

    follower_id: UUID
    organisation_id: UUID
    pace: Pace
    happening: Happening
    subject: UUID
    number: int
    title: str
    since: dt.datetime
    at: dt.datetime


def settled(events: Sequence[Event], until: dt.datetime) -> list[Event]:
    """Which of one follower's events are told now: in the order in which residents could read them first, as far as nothing is waited for.

    An event that was changed after `until` waits, and so does what came after it: who has been told up to a moment has been told of all before it.
    """
    while waiting := [one.since for one in events if one.since <= until < one.at]:
        until = min(waiting) - dt.timedelta(microseconds=1)
    return [one for one in events if one.at <= until]


ONCE = "once"
"""What the key of the only letter ends with that somebody gets who wants a single one."""


def asked(follower_id: UUID, organisation: UUID, number: int, now: dt.datetime) -> Planned:
    """The letter that somebody who asked is sent: to say yes to, or where they follow already, to change it by."""
    words = {"follower": str(follower_id), "happening": Happening.ASKED, "round": number}
    return Planned(organisation, f"follow:{follower_id}:asked:{number}", KIND, "mail", "Bekräfta att du vill följa", now, words=words)


def told(event: Event, now: dt.datetime) -> Planned:
    """The letter about one thing. At most one for each follower and thing, however often it is planned."""
    words = {"follower": str(event.follower_id), "happening": event.happening, "subject": str(event.subject), "number": event.number}
    thing = f"{event.happening}:{event.subject}" + (f":{event.number}" if event.number else "")
    key = f"follow:{event.follower_id}:{ONCE if event.pace is Pace.FOLLOWED_UP else thing}"
    return Planned(event.organisation_id, key, KIND, "mail", event.title[:200], now, words=words)


def monthly(follower_id: UUID, organisation: UUID, since: dt.datetime, turn: dt.datetime) -> Planned:
    """The letter about what happened between the two moments; it goes on the morning after the month's `turn`."""
    month = f"{swedish.local(turn) - dt.timedelta(days=1):%Y-%m}"
    words = {"follower": str(follower_id), "happening": Happening.MONTH, "since": since.isoformat(), "until": turn.isoformat()}
    return Planned(organisation, f"follow:{follower_id}:month:{month}", KIND, "mail", f"Månaden {month}", turn + MORNING, words=words)


def month_turn(now: dt.datetime) -> dt.datetime:
    """When this month began in Sweden."""
    return swedish.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
