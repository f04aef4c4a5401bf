"""Which night is tried when, what proves it, and when it is red."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import periods, swedish
from trygghet.deliveries.rules import Planned

if TYPE_CHECKING:
    from collections.abc import Sequence

ORGANISATION = UUID("00000000-0000-4000-8000-6b616e617269")
"""The organisation that is nobody's. Its kind sets it apart: no list, picker or page of anybody else finds it."""
PERSON, OFFICE = UUID("00000000-0000-4000-8000-6b616e617270"), UUID("00000000-0000-4000-8000-6b616e61726f")
KIND, SLUG, NAME = "canary", "kanarie", "Kanariefågeln"
LOCAL_PART = "kanarie"
"""What its address begins with, before a plus sign."""
ADDRESS = "/health/kanarie"
"""The page that it alone writes to."""
GOES, BACK = 2, 7
"""Hours on a Swedish clock: when it is sent, and when the proof must be back."""
ON_ITS_WAY = dt.timedelta(minutes=1)
"""So long, on the wall, a letter that the mail server has taken may be on its way, also where the example's clock has leapt past the morning."""
KEPT = 35
"""Nights."""


def night_to_come(now: dt.datetime) -> dt.date:
    """The day whose 02.00 is the next."""
    today = swedish.local(now).date()
    return today if now < goes_at(today) else today + dt.timedelta(days=1)


def goes_at(night: dt.date) -> dt.datetime:
    """02.00 in Stockholm, in UTC. When the clocks go forward that is 03.00, when they go back the first of the two."""
    return periods.instant(night, GOES)


def back_by(night: dt.date) -> dt.datetime:
    """07.00 in Stockholm, in UTC."""
    return periods.instant(night, BACK)


def address(night: dt.date, secret_key: str, given: str, domain: str) -> str:
    """Where the night's letter goes: `given` is CANARY_MAIL, else the domain at which our mail comes in or is sent from.

    A new address each night, sealed so that nobody else can make one: what is wrong with one night's is not the next one's fault.
    """
    local, _, host = given.rpartition("@") if given else (LOCAL_PART, "", domain)
    return f"{local}+{_token(night, secret_key)}@{host}".lower()


def is_ours(recipient: str, secret_key: str, domain: str) -> bool:
    """Whether we made that address at our own domain."""
    local, _, host = recipient.lower().rpartition("@")
    word, _, token = local.partition("+")
    try:
        night = dt.datetime.strptime(token[:_DAY], "%Y%m%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return False
    return (word, host) == (LOCAL_PART, domain) and hmac.compare_digest(token.encode(), _token(night, secret_key).encode())


_DAY, _SEAL = 8, 10


def _token(night: dt.date, secret_key: str) -> str:
    key = hmac.digest(secret_key.encode(), b"trygghet canary", "sha256")  # a key of its own: nothing else is sealed with it
    return f"{night:%Y%m%d}{hmac.digest(key, night.isoformat().encode(), 'sha256')[:_SEAL].hex()}"


def planned(night: dt.date, obligation_id: UUID, marker: str) -> list[Planned]:
    """The night's two deliveries: a reminder as any other, and a publication on a page that nobody reads."""
    when, title = goes_at(night), f"Kanariefågelns prov {swedish.long_date(night)}"
    letter = f"reminder:{obligation_id}:{night.isoformat()}:0:{ORGANISATION}:coordinator"
    return [
        Planned(ORGANISATION, letter, "reminder", "mail", title, when, obligation_id=obligation_id, seat="coordinator", lead_days=0),
        Planned(ORGANISATION, page_key(night), KIND, "page", title, when, words={"marker": marker, "night": night.isoformat()}),
    ]


def page_key(night: dt.date) -> str:
    """The key of a night's publication."""
    return f"canary:{night.isoformat()}"


class Proof(StrEnum):
    """What has to come back."""

    LETTER = "letter"
    PAGE = "page"


WORDS = {Proof.LETTER: "provbrevet kom inte tillbaka", Proof.PAGE: "provsidan visade inte det som publicerades"}


@dataclass(frozen=True)
class Night:
    """One night as it went. `taken_at`: the mail server took the letter. `read_at`: the page was read back. `why`: what was said instead."""

    night: dt.date
    taken_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    published_wall: dt.datetime | None = None
    why: str = ""

    def letter_at(self, *, comes_back: bool) -> dt.datetime | None:
        """When the letter was proved; where no mail comes in the mail server's receipt is all there is."""
        return self.returned_at if comes_back else self.returned_at or self.taken_at

    def proved_at(self, *, comes_back: bool) -> dt.datetime | None:
        """When both proofs were there."""
        letter = self.letter_at(comes_back=comes_back)
        return max(letter, self.read_at) if letter and self.read_at else None

    def lacks(self, *, comes_back: bool) -> tuple[Proof, ...]:
        """What has not come back."""
        lacking = {Proof.LETTER: self.letter_at(comes_back=comes_back) is None, Proof.PAGE: self.read_at is None}
        return tuple(proof for proof, is_lacking in lacking.items() if is_lacking)

    def is_on_its_way(self, wall: dt.datetime) -> bool:
        """Whether all has been sent this very minute."""
        return bool(self.taken_at and self.read_at and self.published_wall) and wall - (self.published_wall or wall) < ON_ITS_WAY


class State(StrEnum):
    """How the last night that is over by its morning went."""

    UNTRIED = "untried"
    WELL = "well"
    RED = "red"


@dataclass(frozen=True)
class Canary:
    """How it stands. `comes_back`: letters come all the way back; without that the proof is only that the mail server took it."""

    state: State
    comes_back: bool
    night: dt.date | None = None
    lacking: tuple[Proof, ...] = ()
    last_proof_at: dt.datetime | None = None
    why: str = ""

    @property
    def trouble(self) -> str:
        """What is wrong, in a sentence; empty when it is well."""
        if self.state is not State.RED or self.night is None:
            return ""
        return f"Nattens prov gick inte igenom {swedish.long_date(self.night)}: {' och '.join(WORDS[one] for one in self.lacking)}."

    @property
    def trouble_with_reason(self) -> str:
        """The same, with what was said instead, for whoever mends it."""
        return f"{self.trouble} {self.why}".strip()

    @property
    def found(self) -> str:
        """How it went when it went well."""
        weaker = "" if self.comes_back else ". Beviset är bara mejlserverns kvitto: med RETURN_DOMAIN och INBOUND_PORT prövas hela vägen tillbaka"
        if self.night is None or self.last_proof_at is None:
            return f"har inte prövats än; nästa prov är kl. 02.00{weaker}"
        return f"provet kom tillbaka {swedish.long_moment(self.last_proof_at)}{weaker}"


ADVICE = "Påminnelser och publiceringar kan vara försenade. Säg till den som sköter driften: trygghet doctor visar vad som är fel."
"""For an administrator, who has no way to the machine."""
MEND = (
    "Se i arbetarens och tidtabellens loggar varför: går de, når de mejlservern i SMTP_URL, och svarar webben på READ_BACK_URL? "
    "Det blir grönt när beviset kommer, senast efter nästa natt."
)


def standing(nights: Sequence[Night], now: dt.datetime, wall: dt.datetime, *, comes_back: bool, may_speak: bool = True) -> Canary:
    """Not judged where nothing may leave: no night can come back there. Otherwise judged by the last night that was planned and is past its morning: one that nobody was there to plan says nothing.

    `nights` are the latest first.
    """
    proofs = [at for night in nights if (at := night.proved_at(comes_back=comes_back))]
    last = max(proofs, default=None)
    over = next((night for night in nights if back_by(night.night) <= now), None)
    if not may_speak or over is None or (over.lacks(comes_back=comes_back) and over.is_on_its_way(wall)):
        return Canary(State.UNTRIED, comes_back, over.night if over else None, last_proof_at=last)
    lacking = over.lacks(comes_back=comes_back)
    return Canary(State.RED if lacking else State.WELL, comes_back, over.night, lacking, last, over.why if lacking else "")
