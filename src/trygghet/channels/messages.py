"""What a channel is given, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID


@dataclass(frozen=True)
class Letter:
    """One mail to one person. `message_id` is the same at every attempt; `at` is the date in the head, None for the machine's time.

    `return_path` is where it comes back when it cannot be delivered, empty for the sender's own address. `headers` are further
    lines of the head, in ASCII: List-Unsubscribe, References.
    """

    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    at: dt.datetime | None = None
    return_path: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture with what it shows in words, which no channel may be without."""

    body: bytes = field(repr=False)
    mime: str
    alt: str


@dataclass(frozen=True)
class Account:
    """An organisation's account at a channel. The token stays sealed until the channel speaks to the server.

    `form` is how a webhook wants its posts (slack, teams), or which place a person posts to by hand. `account_id` is the place's own
    name for the account; `limits` are what its server said that it takes. `id` is our own, for a `Keeper`; none where it is being connected.
    """

    base_url: str
    token: str = field(repr=False)
    name: str
    form: str = ""
    account_id: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None


class Keeper(Protocol):
    """Who keeps accounts' secrets, for a channel whose tokens are renewed on the way."""

    def alone(self, account: Account) -> AbstractAsyncContextManager[Account]:
        """Waits until nobody else, in any process, is at this account, and gives it as it is stored then: somebody may have renewed it."""

    async def renewed(self, account: Account, sealed: str) -> None:
        """Stores a new secret, sealed, in place of the one that `account` holds; where it holds another by now, that one stays."""


@dataclass(frozen=True)
class Point:
    """One of the things that a post lists: what it is, where it leads, and what else there is to say."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Depicted:
    """A picture that a story has, without its bytes. An empty `alt` says that it is decoration; `url` is where our own page shows it."""

    sha256: str
    mime: str
    alt: str
    width: int
    height: int
    url: str = ""


@dataclass(frozen=True)
class Story:
    """What is told, before a channel gives it its form.

    `id` is the update's and never changes; `permalink` is our page with the host. `by` are those who say it, by name, and `voice` how:
    "Gemensamt", or the one party's name. `wording` are own words for this one channel instead of title and body; empty: none.
    `correction` says what has been put right ("Rättad 3 maj 2024: ..."), empty for what is told the first time. `promise` is the title of
    the promise that it tells of.
    """

    id: str
    title: str
    body: str
    permalink: str
    by: tuple[str, ...] = ()
    voice: str = ""
    picture: Depicted | None = None
    wording: str = ""
    correction: str = ""
    promise: str = ""


@dataclass(frozen=True)
class Rendered:
    """What a channel will be given of a story: the preview, and what the keys bind to, in one.

    `text` is as people will read it; `payload` is what is sent, in JSON's own types, but for the ids that a server gives pictures and
    what is minted for each attempt. `count` of at most `limit` (0: no limit) `unit` are used, counted as the server counts.
    `problems` are Swedish sentences, each of which must be put right before it can be shared. `picture_sha256` is the picture's own or that of the variant that is sent, empty without one.
    """

    text: str
    payload: Mapping[str, Any]
    count: int = 0
    limit: int = 0
    unit: str = "tecken"
    problems: tuple[str, ...] = ()
    picture_sha256: str = ""


@dataclass(frozen=True)
class Abilities:
    """What a kind of place can do. What it cannot is done by a person, and the update's page says so beforehand.

    `edit` is to change what has been posted in its place. `longest_side` and `largest_bytes` bound the pictures that it takes.
    """

    edit: bool = False
    retract: bool = False
    picture: bool = False
    longest_side: int = 1600
    largest_bytes: int = 5_000_000


@dataclass(frozen=True)
class Health:
    """How an account is: ok, warning or needs_human, with a Swedish sentence. `limits` are what its server says that it takes.

    `name` is what people call the account there, where its server says it: @amal@example.org.
    """

    state: str
    why: str = ""
    account_id: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    expires_at: dt.datetime | None = None
    name: str = ""


@dataclass(frozen=True)
class Post:
    """One publication in one channel.

    `key` is the same at every attempt. `permalink` is in the text, so that the post can be found again; `marker` is what
    `check_url` shows once our own page or feed has it. `payload` is what was approved, sent as it is. `minted` are names that
    were made when the delivery was planned and never change (`tid`, `slug`). `remote_id` and `remote_url` are of the post that is to be
    edited or retracted, empty where nobody knows them. `since` is when the first attempt was planned.
    """

    channel: str
    key: str
    text: str
    permalink: str
    marker: str
    check_url: str
    picture: Picture | None = None
    account: Account | None = None
    points: tuple[Point, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
    minted: Mapping[str, str] = field(default_factory=dict)
    act: str = "publish"
    remote_id: str = ""
    remote_url: str = ""
    since: dt.datetime | None = None


Message = Letter | Post


def letter(message: Message) -> Letter:
    """The message as a letter. Anything else is a fault of ours: a row's channel and its composer disagree."""
    if not isinstance(message, Letter):
        raise TypeError("this channel takes letters")
    return message


def post(message: Message) -> Post:
    """The message as a post. Anything else is a fault of ours: a row's channel and its composer disagree."""
    if not isinstance(message, Post):
        raise TypeError("this channel takes posts")
    return message


@dataclass(frozen=True)
class Receipt:
    """It is done. What the other side calls it, where it has a name."""

    remote_id: str = ""
    remote_url: str = ""


class NotSent(Exception):
    """Surely not done. `reason` is a Swedish sentence that says what to do where a person must do something.

    `permanent`: the same message will never pass. `after`: not before so long has passed. `account`: the account itself
    is refused, so nothing passes through it until somebody renews it.
    """

    def __init__(self, reason: str, *, permanent: bool = False, after: dt.timedelta | None = None, account: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.permanent, self.after, self.account = reason, permanent, after, account


class ByHand(Exception):
    """The channel has no machine at the other end: its turn has come, and a person does it. `reason` is a Swedish sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unclear(Exception):
    """It was sent, or may have been, and the answer was lost. `reason` is a Swedish sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """A kind of outside place. One attempt each time: it never sleeps for long and never tries again by itself."""

    repeatable: bool
    """Whether doing it twice is harmless."""

    async def send(self, message: Message) -> Receipt:
        """Does it. Raises `NotSent` or `Unclear`."""

    async def find(self, message: Message) -> Receipt | None:
        """Looks whether it was done; None is surely not. Raises `Unclear` when it cannot be told."""

    async def close(self) -> None:
        """Lets go of what it kept open between the messages of one task."""


class Place(Channel, Protocol):
    """A channel where an organisation has an account and residents read. Each has one file, and one test suite holds them all to this.

    A module in this package has, beside its class, `ABILITIES` and `render(story, limits)`, which are pure.
    """

    async def edit(self, message: Message) -> Receipt:
        """Changes what was posted (`remote_id`) to `payload`. Doing it twice is harmless. Raises `NotSent` or `Unclear`."""

    async def retract(self, message: Message) -> Receipt:
        """Takes the post away; what is gone already is well. Doing it twice is harmless. Raises `NotSent` or `Unclear`."""

    async def confirm(self, message: Message) -> Receipt | None:
        """Fetches the post (`remote_id`) as residents would and looks for our permalink; None is surely not there. Raises `Unclear`."""

    async def check(self, account: Account) -> Health:
        """Whether the account lets us write, without writing anything. Never raises; a server that is away is a warning."""
