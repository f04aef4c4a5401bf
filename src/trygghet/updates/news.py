"""What people are told of an update: that it waits for their key, and that it did not arrive where it should."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import workdays
from trygghet.deliveries.rules import CHANNELS
from trygghet.notices.rules import BOTH, COORDINATOR, LEADER, Notice, key
from trygghet.periods import instant
from trygghet.swedish import local, long_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.updates.rules import Update


REMINDED = (3, 7, 12, 20, 40)
"""Working days after which a party is reminded of a text that waits for its key."""


def asked(update: Update, content_hash: str, parties: Sequence[UUID], by: Asking, *, again: bool) -> Notice:
    """To every party's leader: this text waits for a key. `again` when it is another text than the one that was asked about before."""
    what = (
        "Texten ändrades, så de godkännanden som fanns gäller inte längre."
        if again
        else "Den går ut när en ledare hos varje part har godkänt samma text."
    )
    return Notice(
        key=_asked_key(update.id, content_hash),
        headline=f"”{update.title}” väntar på ert godkännande",
        lines=(_wish(update, by), what, "Tystnad är inget godkännande."),
        link=f"/uppdateringar/{update.id}",
        action="Läs och godkänn",
        because="Du leder en av löftets parter.",
        seats=dict.fromkeys(parties, (LEADER,)),
        by=by.person_id,
    )


def _wish(update: Update, by: Asking) -> str:
    if update.published_at:
        return f"{by.here.organisation_name} vill rätta det som invånarna redan kan läsa. Till dess alla har godkänt står den gamla texten kvar."
    return f"{by.here.organisation_name} vill berätta ”{update.title}” för invånarna."


def asked_keys(update: Update, organisation: UUID) -> list[str]:
    """The rows that ask that party's leaders, which are of no use once one of them has turned the key."""
    return [f"notice:{_asked_key(update.id, update.content_hash)}:{organisation}:{LEADER}"]


def _asked_key(update_id: UUID, content_hash: str) -> str:
    return f"update_asked:{update_id}:{content_hash[:16]}"


def reminders(update: Update, content_hash: str, parties: Sequence[UUID], now: dt.datetime) -> list[tuple[Notice, dt.datetime]]:
    """To each party whose key is missing then, with when: its leaders first, and those who coordinate too when that has not helped.

    None is sent once it is too late for it to be news. Who turns the key, or changes, stops or takes back the text, takes them back.
    """
    found = []
    first = local(now).date()
    for days in REMINDED:
        at = instant(workdays.after(first, days), 8)
        if update.not_after and at >= update.not_after:
            break
        notice = Notice(
            key=_waits_key(update.id, content_hash, days),
            headline=f"”{update.title}” väntar fortfarande på ert godkännande",
            lines=(
                f"Den har väntat på er nyckel i {days} arbetsdagar, sedan {long_date(first)}.",
                "Den går inte ut utan er. Tystnad är inget godkännande.",
            ),
            link=f"/uppdateringar/{update.id}",
            action="Läs och godkänn",
            because="Du leder eller samordnar en av löftets parter.",
            seats=dict.fromkeys(parties, (LEADER,) if days == REMINDED[0] else BOTH),
        )
        found.append((notice, at))
    return found


def too_late(update: Update, content_hash: str, parties: Sequence[UUID]) -> Notice:
    """To those who coordinate, when the last moment has passed and it has not gone out."""
    return Notice(
        key=_late_key(update.id, content_hash),
        headline=f"”{update.title}” hann inte ut",
        lines=("Den senaste tiden har passerat, så den går inte ut.", "Ändra tiden om den ändå ska berättas, och godkänn sedan."),
        link=f"/uppdateringar/{update.id}",
        action="Öppna uppdateringen",
        because="Du samordnar en av löftets parter.",
        seats=dict.fromkeys(parties, (COORDINATOR,)),
    )


def waiting_keys(update: Update, parties: Sequence[UUID]) -> list[str]:
    """The rows that remind these parties of the text as it stands, and of no use once it waits for them no more."""
    return [key(_waits_key(update.id, update.content_hash, days), party, seat) for party in parties for days in REMINDED for seat in BOTH]


def late_keys(update: Update, parties: Sequence[UUID]) -> list[str]:
    """The rows that would say that it was too late."""
    return [key(_late_key(update.id, update.content_hash), party, COORDINATOR) for party in parties]


def _waits_key(update_id: UUID, content_hash: str, days: int) -> str:
    return f"update_waits:{update_id}:{content_hash[:16]}:{days}"


def _late_key(update_id: UUID, content_hash: str) -> str:
    return f"update_late:{update_id}:{content_hash[:16]}"


def taken_back(update: Update, others: Sequence[UUID], why: str, by: Asking, *, now: dt.datetime) -> Notice:
    """To the other parties: one of them has taken back what residents have read, or what was shared and had not gone out."""
    is_out = update.published_at is not None
    after = "Invånarna läser skälet på den publika sidan." if is_out else "Inget har gått ut."
    return _ended(update, "drog tillbaka" if is_out else "stoppade", after, others, why, by, now=now)


def stopped(update: Update, others: Sequence[UUID], why: str, by: Asking, *, now: dt.datetime) -> Notice:
    """To the other parties: one of them has stopped it before it went out, or a correction of what residents read."""
    if update.published_at:
        return _ended(update, "slängde rättelsen av", "Invånarna fortsätter att läsa den text som är publicerad.", others, why, by, now=now)
    return _ended(update, "stoppade", "Inget har gått ut.", others, why, by, now=now)


def _ended(update: Update, said: str, after: str, others: Sequence[UUID], why: str, by: Asking, *, now: dt.datetime) -> Notice:
    return Notice(
        key=f"update_taken_back:{update.id}:{now.isoformat()}",
        headline=f"{by.here.organisation_name} {said} ”{update.title}”",
        lines=(f"Skäl: {why}", after),
        link=f"/uppdateringar/{update.id}",
        action="Öppna uppdateringen",
        because="Du leder eller samordnar en av löftets parter.",
        seats=dict.fromkeys(others, BOTH),
        by=by.person_id,
    )


class Stuck(NamedTuple):
    """A publication that failed, of which nobody knows whether it arrived, that waits for a hand, or (`sent`) that is gone; and since when."""

    id: UUID
    organisation: UUID
    promise_id: UUID
    title: str
    channel: str
    state: str
    reason: str
    since: dt.datetime


_STUCK = {
    "failed": ("”{title}” kom inte fram till {where}", "Försök igen därifrån när felet är rättat."),
    "unclear": ("Oklart om ”{title}” kom fram till {where}", "Se efter, och säg hur det gick."),
    "manual": ("”{title}” väntar på att ni gör något för hand", "Allt ni behöver för det finns på uppdateringens sida."),
    "sent": (
        "”{title}” finns inte kvar på {where}",
        "Den fanns där, men vi har sett efter två gånger utan att hitta den. Se efter om någon har tagit bort den.",
    ),
}
"""What is said of each, and what is to be done."""


def stuck(one: Stuck, parties: Sequence[UUID]) -> Notice:
    """To those who coordinate, once for each time that it stops: with every party, but what only the account's owner can do with them alone."""
    where = {"page": "den publika sidan", "feed": "flödet"}.get(one.channel, CHANNELS[one.channel])
    headline, what = _STUCK[one.state]
    ours = one.state in {"manual", "sent"}
    return Notice(
        key=f"update_stuck:{one.id}:{one.since.isoformat()}",
        headline=headline.format(title=one.title, where=where),
        lines=((one.reason or "Mottagaren svarade inte."), what) if one.state != "sent" else (what,),
        link="/utskick?visa=skickade" if one.state == "sent" else "/utskick?visa=manniska",
        action="Öppna utskicken",
        because="Du samordnar en av löftets parter.",
        seats=dict.fromkeys([one.organisation] if ours else parties, (COORDINATOR,)),
    )
