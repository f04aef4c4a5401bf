"""What a bounce does to an address, and how that is told."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trygghet import swedish
from trygghet.deliveries.rules import Planned
from trygghet.notices.rules import Notice
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

DAYS, WITHIN, PAUSE = 3, dt.timedelta(days=14), dt.timedelta(days=7)
"""Bounces that may pass, on so many different days within so long, and nothing is sent to the address for a week."""
CALM = dt.timedelta(days=1)
"""A letter that has not come back for so long has arrived, so far as anybody can tell."""

LOOK_BACK = dt.timedelta(days=3)
"""So long after a letter failed it is still of use to remind somebody else."""

SPEAKS = dt.timedelta(days=5)
"""So long after a letter was sent its return says something of the address. Servers try for four or five days (RFC 5321 section 4.5.4.1)."""


class Tier(StrEnum):
    """How an address from which mail comes back is treated: counted; not written to until a day; not until somebody lifts it."""

    WATCHED = "watched"
    PAUSED = "paused"
    STOPPED = "stopped"


_NO_MAILBOX = re.compile(r"5\.(1\.(?!7$|8$|9$)\d+|2\.1)")
"""No such address, or one that is closed (RFC 3463 sections 3.2 and 3.3). 5.1.7 to 5.1.9 are about the sender's own."""


def is_hard(status: str) -> bool:
    """Whether there is no such mailbox, so that writing again is of no use. A full one (5.2.2) and a refusal of the letter may pass."""
    return _NO_MAILBOX.fullmatch(status) is not None


@dataclass(frozen=True)
class Standing:
    """Where an address stands after a bounce."""

    tier: Tier
    until: dt.datetime | None = None


def standing(*, hard: bool, days: Collection[dt.date], now: dt.datetime) -> Standing:
    """What follows from a bounce. `days` are those of the bounces within `WITHIN`, this one's among them."""
    if hard:
        return Standing(Tier.STOPPED)
    if len(set(days)) >= DAYS:
        return Standing(Tier.PAUSED, now + PAUSE)
    return Standing(Tier.WATCHED)


def reason(said: str, status: str) -> str:
    """The sentence in the ledger."""
    why = f" Mottagarens mejlserver svarade: {said}" if said else f" Koden var {status}." if status else ""
    return f"Mejlet kom tillbaka.{why}"


@dataclass(frozen=True)
class Came:
    """A row of the letter that came back. `key` tells which rung it was for; `words` are the row's own."""

    id: UUID
    organisation_id: UUID
    key: str
    kind: str
    title: str
    promise_id: UUID | None
    obligation_id: UUID | None
    seat: str
    person_id: UUID | None
    lead_days: int | None
    address: str
    words: Mapping[str, Any]
    settled_at: dt.datetime | None


def is_old(sent_at: dt.datetime | None, lifted_at: dt.datetime | None, arrived_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a report that there is no mailbox comes too late to be believed: long after the letter, or when the address has been mended since.

    `lifted_at` is when somebody last lifted the address, `arrived_at` when the latest letter was sent to it that has not come back.
    """
    if sent_at is None:
        return False
    return now - sent_at > SPEAKS or any(since is not None and since > sent_at for since in (lifted_at, arrived_at))


INSTEAD = "studs"


def instead_key(key: str, person_id: UUID | None) -> str:
    """The key of the row for somebody instead; for nobody in particular where there is nobody left to name."""
    return f"{key}:{INSTEAD}:{person_id or 'ingen'}"


def instead(row: Came, person_id: UUID | None, now: dt.datetime) -> Planned:
    """The same reminder to somebody who can be reached, at the next whole minute: what comes back together goes on as one letter."""
    return Planned(
        row.organisation_id,
        instead_key(row.key, person_id),
        row.kind,
        "mail",
        row.title,
        _whole_minute(now),
        promise_id=row.promise_id,
        obligation_id=row.obligation_id,
        seat=row.seat,
        person_id=person_id,
        lead_days=row.lead_days,
        words=row.words,
        via="bounced",
    )


def _whole_minute(now: dt.datetime) -> dt.datetime:
    past = dt.timedelta(seconds=now.second, microseconds=now.microsecond)
    return now - past + dt.timedelta(minutes=1) if past else now


def rung_of(key: str) -> str:
    """What all rows of the same reminder to the same seat have in common, whoever got it."""
    return ":".join(key.split(":")[:6])


def duty_of(key: str) -> str:
    """What all reminders of one duty and its due day have in common, whichever rung and seat."""
    return ":".join(key.split(":")[:3])


def may_ask_again(key: str) -> bool:
    """Whether the whole ladder may be asked for somebody: once for each reminder, or an organisation that nobody reaches would be asked for ever."""
    return not key.endswith(f":{INSTEAD}:ingen")


@dataclass(frozen=True)
class Bouncing:
    """An address of one of the organisation's people from which mail comes back."""

    id: UUID
    email: str
    name: str
    person_id: UUID
    tier: Tier
    until: dt.datetime | None
    bounces: int
    said: str
    last_at: dt.datetime

    def is_written_to(self, now: dt.datetime) -> bool:
        """Whether mail goes there these days."""
        return self.tier is Tier.WATCHED or (self.tier is Tier.PAUSED and self.until is not None and self.until <= now)

    def chip(self, now: dt.datetime) -> Chip:
        """How it is treated, as a mark."""
        if self.tier is Tier.STOPPED:
            return Chip("bad", "stop", "Stoppad")
        if self.tier is Tier.PAUSED and self.until is not None and not self.is_written_to(now):
            return Chip("warn", "clock", f"Pausad till {swedish.day_month(swedish.local(self.until).date())}")
        return Chip("", "ring", "Bevakas")

    def sentence(self, now: dt.datetime) -> str:
        """What that means for the one who is to be reminded."""
        if self.tier is Tier.STOPPED:
            return (
                "Adressen finns inte enligt mottagarens mejlserver. Påminnelser går till nästa i tur tills adressen är rättad eller stoppet är lyft."
            )
        if not self.is_written_to(now):
            return "Mejl har kommit tillbaka tre dagar inom två veckor. Påminnelser går till nästa i tur så länge."
        return "Vi fortsätter att skriva hit. Kommer mejl tillbaka tre dagar inom två veckor gör vi uppehåll en vecka."


def told(name: str, email: str, suppression_id: UUID, seats: Mapping[UUID, tuple[str, ...]], at: Standing) -> Notice:
    """The letter to whoever can mend it, by the organisation's seats; once for each address however often it bounces."""
    stopped = at.tier is Tier.STOPPED
    until = swedish.long_date(swedish.local(at.until).date()) if at.until else "någon har rättat adressen eller lyft stoppet"
    return Notice(
        key=f"studs:{suppression_id}",
        headline=f"Mejl till {name} kommer tillbaka",
        lines=(
            f"Adressen är {email}. {'Mottagarens mejlserver säger att den inte finns.' if stopped else 'Mejl har kommit tillbaka tre dagar inom två veckor.'}",
            f"Vi skriver inte dit förrän {until}. Under tiden går påminnelserna till nästa i tur.",
        ),
        link="/utskick/adresser",
        action="Se vad mejlservern svarade",
        because="Beskedet går till administratörerna, och där ingen av dem kan nås till den som leder eller samordnar arbetet.",
        seats=seats,
        kind=None,
    )
