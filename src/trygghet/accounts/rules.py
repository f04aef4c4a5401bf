"""What may be connected and how it is typed, how a connection stands, and what its owner is told."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from trygghet import swedish
from trygghet.connections.rules import ASSISTED, HOOK, NEEDS_HUMAN, OFF, OK, WARNING, days_left
from trygghet.deliveries.rules import CHANNELS
from trygghet.notices.rules import ADMINISTRATOR, Notice
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.connections.rules import Connection

MINUTES = dt.timedelta(minutes=10)
"""So long somebody may be at another server giving us leave."""
OVERLAP = dt.timedelta(hours=24)
"""So long the secret before still signs, so that the receiver can change when it suits."""
RECENT = dt.timedelta(days=3)
"""Who has not been told within so many days what is wrong with a connection is not told any more."""
SOON = 7
"""Days before it ends in which a connection stands on the overview."""
BY_HAND = {"facebook": "Facebook", "instagram": "Instagram", "linkedin": "LinkedIn", "polisen": "polisen.se", "website": "En annan webbplats"}
"""Where a person posts by hand."""
PLACES = {
    "mastodon": ("Mastodon", "Ni loggar in hos er egen server och godkänner. Inget lösenord skrivs här."),
    "bluesky": ("Bluesky", "Kontots namn och ett app-lösenord."),
    "wordpress": ("WordPress", "Er webbplats. Ni godkänner där, eller klistrar in ett applikationslösenord."),
    "hook": ("Signerad webhook", "Ett eget system får varje publicering, undertecknad. Sitevision och andra kopplas så."),
    "assisted": ("För hand", "Facebook, Instagram, LinkedIn, polisen.se: texten görs klar, en människa lägger upp den."),
    "facebook": ("Facebook", "En sida på Facebook, med en systemanvändares nyckel."),
}
"""What can be connected: what people call it, and what it takes."""


# ---------------------------------------------------------------- the secrets of a program that is told
class Keys(NamedTuple):
    """What a signed webhook is stored with: its address and what it is signed with, the present secret first. `until` ends the one before."""

    url: str
    secrets: tuple[str, ...]
    until: str = ""

    @property
    def stored(self) -> str:
        """As it is sealed."""
        return json.dumps({"url": self.url, "secrets": list(self.secrets), "until": self.until})


def keys(stored: str) -> Keys:
    """What was sealed."""
    found = json.loads(stored)
    return Keys(found["url"], tuple(found["secrets"]), found.get("until", ""))


def rotated(before: Keys, fresh: str, now: dt.datetime) -> Keys:
    """The new secret first; the one before still signs until the overlap is over, and older ones no more."""
    return Keys(before.url, (fresh, before.secrets[0]), (now + OVERLAP).isoformat())


def settled(before: Keys, now: dt.datetime) -> Keys:
    """Without the old secret, once its time is over."""
    is_over = bool(before.until) and dt.datetime.fromisoformat(before.until) <= now
    return Keys(before.url, before.secrets[:1]) if is_over else before


# ---------------------------------------------------------------- how it stands
class Waits(NamedTuple):
    """What waits because of a connection: how many deliveries, and the title of the first."""

    many: int
    first: str


NOTHING = Waits(0, "")


class Shown(NamedTuple):
    """A connection on its page. `owner` is the name of whoever connected it and is here still, empty for nobody."""

    connection: Connection
    owner: str
    waits: Waits
    today: dt.date

    @property
    def place(self) -> str:
        """Which kind of place it is."""
        return label(self.connection)

    @property
    def left(self) -> int | None:
        """Days until a person must have renewed it."""
        return days_left(self.connection, self.today)

    @property
    def state(self) -> str:
        """Its state; one that ends within a month is a warning whatever its server says."""
        ends = self.left is not None and self.left <= 30  # noqa: PLR2004 - the first of the warnings
        return WARNING if self.connection.state == OK and ends else self.connection.state

    @property
    def place_in_list(self) -> tuple[int, str, str]:
        """What needs somebody stands first."""
        return ((NEEDS_HUMAN, WARNING, OK, OFF).index(self.state), self.connection.channel, self.connection.name)

    @property
    def chip(self) -> Chip:
        """The state as a mark."""
        return _STATES[self.state]

    @property
    def is_off(self) -> bool:
        """Whether it is switched off."""
        return self.connection.state == OFF

    @property
    def needs_human(self) -> bool:
        """Whether nothing passes until somebody connects it again."""
        return self.connection.state == NEEDS_HUMAN

    @property
    def why(self) -> str:
        """What is the matter, and until when, in words."""
        said = self.connection.state_why
        if self.left is None or self.is_off:
            return said
        return f"{said} {_ends(self.left)}".strip()

    @property
    def since(self) -> dt.datetime | None:
        """Since when it has been as it is; None for one that is a warning only because its end is near."""
        return (self.connection.state_at or self.connection.created_at) if self.state == self.connection.state else None

    @property
    def stands_out(self) -> bool:
        """Whether it is shown on the overview: nothing passes, or soon nothing will."""
        return self.needs_human or (not self.is_off and self.left is not None and self.left <= SOON)

    @property
    def waiting(self) -> str:
        """What waits, in words."""
        return waiting(self.waits)

    @property
    def is_hook(self) -> bool:
        """Whether a program of theirs is told, with a secret that can be changed."""
        return self.connection.channel == HOOK

    @property
    def renewal(self) -> str:
        """Where it is connected anew, filled in as far as it is no secret; empty where there is nothing to renew."""
        one = self.connection
        known = {"mastodon": {"server": one.base_url}, "bluesky": {"konto": one.name}, "wordpress": {"adress": one.base_url}}
        more = known.get(one.channel, {"namn": one.name} if one.channel == HOOK else {"sida": one.name})
        return "" if self.is_assisted else f"/kopplingar/ny/{one.channel}?{urlencode({'fornyar': str(one.id), **more})}"

    @property
    def is_assisted(self) -> bool:
        """Whether a person posts."""
        return self.connection.channel == ASSISTED


def label(connection: Connection) -> str:
    """Which kind of place a connection leads to."""
    if connection.channel == ASSISTED:
        return f"{BY_HAND[connection.form]}, för hand"
    return CHANNELS[connection.channel]


def waiting(waits: Waits) -> str:
    """What waits, in words; empty where nothing does."""
    if not waits.many:
        return ""
    return f"”{waits.first}” väntar." if waits.many == 1 else f"{swedish.first_up(swedish.word(waits.many))} utskick väntar, först ”{waits.first}”."


def _ends(left: int) -> str:
    if left < 0:
        return "Tiden har gått ut."
    if left == 0:
        return "Den går ut i dag."
    return f"Den går ut om {swedish.word(left)} {'dag' if left == 1 else 'dagar'}."


_STATES = {
    OK: Chip("good", "check", "Ok"),
    WARNING: Chip("warn", "q", "Varning"),
    NEEDS_HUMAN: Chip("bad", "late", "Måste återanslutas"),
    OFF: Chip("", "stop", "Avstängd"),
}


# ---------------------------------------------------------------- what its owner is told
@dataclass(frozen=True)
class Case:
    """A connection that somebody must be told of. `owner_id` is None where its owner has left; then the administrators are told."""

    connection: Connection
    owner_id: UUID | None
    waits: Waits

    @property
    def to(self) -> dict[str, Any]:
        """Who is told."""
        home = self.connection.organisation_id
        return {"people": {home: (self.owner_id,)}} if self.owner_id else {"seats": {home: (ADMINISTRATOR,)}}

    @property
    def because(self) -> str:
        """Why they are told."""
        return "Du anslöt kontot." if self.owner_id else "Den som anslöt kontot är inte kvar, och du är administratör."


def refused(case: Case) -> Notice:
    """Nothing passes until somebody connects it again. Told once for each time it happens."""
    one = case.connection
    lines = (
        one.state_why,
        *([f"{waiting(case.waits)} Det går ut när kopplingen är återansluten, om det inte är för gammalt då."] * bool(case.waits.many)),
    )
    at = one.state_at.isoformat() if one.state_at else ""
    return _notice(case, f"connection:{one.id}:needs_human:{at}", f"{label(one)} måste återanslutas: {one.name}", lines, "Återanslut")


def ends_soon(case: Case, step: int, left: int) -> Notice:
    """Somebody must renew it within so many days."""
    one = case.connection
    assert one.expires_at is not None
    day = one.expires_at.date()
    lines = (f"Kopplingen slutar fungera {swedish.long_date(day)}. Förnya den före dess, så väntar ingenting.",)
    headline = f"{label(one)} {_ends(left).removeprefix('Den ').rstrip('.')}: {one.name}" if left >= 0 else f"{label(one)} har gått ut: {one.name}"
    return _notice(case, f"connection:{one.id}:ends:{day.isoformat()}:{step}", headline, lines, "Förnya")


def switched_off(case: Case, now: dt.datetime) -> Notice:
    """A program that has not answered for days is told no more."""
    one = case.connection
    lines = ("Den har inte tagit emot något på fem dagar. Inget mer skickas dit förrän någon slår på den igen.", one.state_why)
    return _notice(case, f"connection:{one.id}:off:{now.date().isoformat()}", f"{label(one)} är avstängd: {one.name}", lines, "Se vad som är fel")


def _notice(case: Case, key: str, headline: str, lines: tuple[str, ...], action: str) -> Notice:
    return Notice(key, headline, tuple(line for line in lines if line), "/kopplingar", action, case.because, kind=None, **case.to)


OFF_BY_ITSELF = "Den stängdes av för att inget hade kommit fram på fem dagar."


def for_who_waits(reason: str) -> str:
    """A reason that a channel gives, to somebody who is at it: what the worker does by itself they do themselves."""
    return reason.replace("Vi försöker igen.", "Försök igen om en stund.")


class Gone(NamedTuple):
    """A connection that has been taken away, and what only a person can do at the place itself; empty where nothing is left."""

    name: str
    left: str


def leftover(connection: Connection) -> str:
    """What a person can do at the place itself when a connection is taken away and we cannot. Empty where nothing is left."""
    return {
        "mastodon": f"Ta också bort Trygghet under Godkända appar på {connection.host}.",
        "bluesky": "Ta också bort app-lösenordet under Inställningar i Bluesky.",
        "wordpress": "Ta också bort applikationslösenordet under användarens profil i WordPress.",
        "facebook": "Ta också bort systemanvändarens nyckel i Metas företagsinställningar.",
        "hook": "Ta också bort hemligheten i systemet som tog emot.",
    }.get(connection.channel, "")
