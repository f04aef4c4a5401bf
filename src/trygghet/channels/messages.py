"""What a channel is given, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt


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
    """An organisation's account at a channel. The token stays sealed until the channel speaks to the server."""

    base_url: str
    token: str = field(repr=False)
    name: str
    form: str = ""
    """How a webhook wants its posts: slack or teams."""


@dataclass(frozen=True)
class Point:
    """One of the things that a post lists: what it is, where it leads, and what else there is to say."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Post:
    """One publication in one channel.

    `key` is the same at every attempt. `permalink` is in the text, so that the post can be found again; `marker` is what
    `check_url` shows once our own page or feed has it.
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
