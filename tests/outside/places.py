"""What the conformance suite needs to know of a server outside: an adapter for each kind, and what residents see there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.outside.wire import Wire
    from trygghet.channels import Account, Place

KEY = "k" * 40
"""The SECRET_KEY that every account in these tests is sealed with."""


@dataclass(frozen=True)
class Seen:
    """One post as residents see it now: its words without mark-up, what its pictures show in words, and the id of the post that it answers."""

    id: str
    url: str
    text: str
    alts: tuple[str, ...] = ()
    answers: str = ""


class Outside(ABC):
    """One server with one account of ours. It is started when the first test asks for it, and shared by all of the module.

    The account's address is that of the wire, so that every request of ours can be lost, cut or answered in the server's stead.
    """

    channel: ClassVar[str]
    """The name in `channels.CHANNELS`."""
    writes: ClassVar[str]
    """How the request begins that publishes."""
    edits: ClassVar[bool] = True
    """Whether what is posted can be changed in its place."""
    edits_alts: ClassVar[bool] = True
    """Whether an edit changes what a picture shows in words: mastodon_mock and snac leave it as it was."""
    deletes: ClassVar[bool] = True
    """Whether the server can take a post away; where not, a person must, and is told so."""
    finds: ClassVar[bool] = True
    """Whether one can look what has been posted."""
    tells_absence: ClassVar[bool] = True
    """Whether it is certain that what one does not find is not there."""
    confirms: ClassVar[bool] = True
    """Whether a post can be read back."""
    answers: ClassVar[bool] = False
    """Whether a post can answer another."""
    wire: Wire

    @classmethod
    @abstractmethod
    def start(cls, home: Path) -> Self:
        """Starts the server, with its data in `home`. Skips where it cannot be had, and says why."""

    @abstractmethod
    def stop(self) -> None:
        """Stops it."""

    @abstractmethod
    def empty(self) -> None:
        """Nobody has posted anything yet, the token is good, and no fault waits."""

    @abstractmethod
    def place(self) -> Place:
        """Our channel, made anew."""

    @abstractmethod
    def account(self) -> Account:
        """Our account there, through the wire, with the limits that its server has told."""

    @abstractmethod
    def posts(self) -> list[Seen]:
        """What residents see there, newest first, read past our own code."""

    def away(self) -> Account:
        """The same account at a server where nobody listens."""
        return replace(self.account(), base_url="http://127.0.0.1:9")

    @abstractmethod
    def expired(self) -> Account:
        """The same account with what the server does not accept any more: only a person can renew it."""

    @abstractmethod
    def too_many(self, seconds: int) -> None:
        """The next try to publish is refused for so long, in the way in which this server says it."""

    @abstractmethod
    def unacceptable(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The payload with something in it that the server will never take."""

    @property
    @abstractmethod
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen in an error, a log or a repr."""
