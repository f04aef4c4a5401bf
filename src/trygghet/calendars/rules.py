"""Whose calendar an address opens, and how a duty reads in it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import swedish
from trygghet.calendars.ics import Entry
from trygghet.obligations import rules as obligations
from trygghet.obligations.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trygghet.obligations.cancelled import Cancelled
    from trygghet.obligations.rules import Obligation

NONCE = 16
_ID = 16
ENDING = ".ics"
CARRIED = dt.timedelta(days=400)
"""So long a calendar says that a duty is cancelled: longer than anybody leaves a calendar unread and still plans by it."""


# ---------------------------------------------------------------- the address
class Address(NamedTuple):
    """Somebody's own address: what it is made of, and since when there has been no other."""

    id: UUID
    person_id: UUID
    nonce: bytes
    renewed_at: dt.datetime


NOBODYS = Address(UUID(int=0), UUID(int=0), b"", dt.datetime.min.replace(tzinfo=dt.UTC))
"""Stands for an address that is not, so that finding out takes as long as for one that is."""


def token(address: Address, secret: str) -> str:
    """The end of the address: its id, and a seal on id and nonce that only who has SECRET_KEY can make.

    Nothing of it is stored, so a copy of the database opens no calendar; a new nonce makes every older address worthless.
    """
    seal = hmac.new(secret.encode(), b"calendar:" + address.id.bytes + address.nonce, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(address.id.bytes + seal).decode()


def named_by(name: str) -> UUID | None:
    """Which address the last part of a path claims to be; None for what is none of ours."""
    try:
        found = base64.b64decode(name.removesuffix(ENDING).encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return UUID(bytes=found[:_ID]) if name.endswith(ENDING) and len(found) == _ID + hashlib.sha256().digest_size else None


def fits(name: str, address: Address, secret: str) -> bool:
    """Whether it is that address as it is now. Takes the same time wherever the two begin to differ."""
    return hmac.compare_digest(name.encode(), f"{token(address, secret)}{ENDING}".encode())


def path(address: Address, secret: str) -> str:
    """Where the calendar is read."""
    return f"/kalender/{token(address, secret)}{ENDING}"


# ---------------------------------------------------------------- what is in it
class Owed(NamedTuple):
    """What one organisation owes, and what it owes no more."""

    organisation: str
    duties: Sequence[Obligation]
    cancelled: Sequence[Cancelled]


def entries(every: Sequence[Owed], public_url: str) -> list[Entry]:
    """Each duty once, by its day. Who acts for several organisations reads in brackets which of them owes it."""
    duties = {one.id: one for owed in every for one in owed.duties}
    gone = {one.id: one for owed in every for one in owed.cancelled}
    several = len(every) > 1
    found = [_entry(one, _names(every, one.id) if several else [], public_url) for one in duties.values()]
    found += [_cancelled(one, _names(every, one.id) if several else [], public_url) for one in gone.values() if one.id not in duties]
    return sorted(found, key=lambda one: (one.day, swedish.sort_key(one.summary), one.key))


def _names(every: Iterable[Owed], id_: UUID) -> list[str]:
    return [owed.organisation for owed in every if id_ in {*(one.id for one in owed.duties), *(one.id for one in owed.cancelled)}]


def _entry(one: Obligation, names: Sequence[str], public_url: str) -> Entry:
    """A promise that takes over settles the end of the one before without a change of the duty itself, so that is counted here."""
    settled, followed = one.settled_at, one.followed if one.done_at is None else None
    address = f"{public_url}{one.room or one.law_section or f'/frister/{one.id}'}"
    return Entry(
        _key(one.id),
        one.duty.due_on,
        ("Klar: " if settled else "") + _summary(one.duty.title, one.area_name, names),
        "\n".join([*_about(one), address]),
        address,
        one.sequence + (1 if followed else 0),
        max(one.changed_at, followed.since) if followed else one.changed_at,
        done=settled is not None,
    )


def _cancelled(one: Cancelled, names: Sequence[str], public_url: str) -> Entry:
    summary = f"Inställd: {_summary(one.title, one.area_name, names)}"
    said = "Fristen gäller inte längre, eftersom löftet eller ett sammanträde har ändrats."
    address = f"{public_url}/frister"
    return Entry(_key(one.id), one.due_on, summary, f"{said}\n{address}", address, one.sequence, one.at, cancelled=True)


def _key(id_: UUID) -> str:
    return f"frist-{id_}"


def _summary(title: str, area: str, names: Sequence[str]) -> str:
    """Gemensam uppföljning för 2024, Åmål (LPO Fyrbodal); a name that stands there already is not said again."""
    return f"{title}, {area}" + (f" ({swedish.listed(names)})" if names and list(names) != [area] else "")


_TO_DO = {
    Kind.FOLLOW_UP: "Följ upp året i uppföljningens rum: bedöm var för sig, jämför, skriv texten och godkänn.",
    Kind.REPORT: "Gör underlaget och lämna rapporten.",
    Kind.RENEWAL: "Bestäm vad som ska gälla sedan: ett nytt löfte, en förlängning, eller inget nytt.",
    Kind.REVIEW: "Se över löftet tillsammans.",
    Kind.ACTIVITY: "Aktiviteten ska vara gjord.",
    Kind.STATUTE: "Gör det lagen kräver och anteckna det.",
}


def _about(one: Obligation) -> list[str]:
    lines = [one.promise_title] if one.promise_title else []
    settled = one.settled_at
    lines.append(f"Klar {swedish.long_date(swedish.local(settled).date())}." if settled else _TO_DO[one.duty.kind])
    return [*lines, obligations.why(one)]


def ahead(found: Sequence[Entry]) -> list[Entry]:
    """What remains to be done, nearest first."""
    return [one for one in found if not (one.done or one.cancelled)]
