"""Takes in what comes back, sends the reminder to somebody who can be reached, and lets an organisation see and lift."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import structlog

from trygghet import clock, database, letters, shield
from trygghet.bounces import reading, rules, store
from trygghet.bounces.reading import Kind
from trygghet.bounces.rules import Came, Standing, Tier
from trygghet.channels.mail import refusal
from trygghet.deliveries import actions as deliveries
from trygghet.members import actions as members
from trygghet.members.log import Actor, Happened
from trygghet.notices import actions as notices
from trygghet.reminders import seating
from trygghet.tenancy import Act

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.bounces.reading import Report
    from trygghet.bounces.rules import Bouncing
    from trygghet.settings import Settings
    from trygghet.tenancy import Asking

log = structlog.get_logger()
OUTCOMES = {Kind.DELAYED: "delayed", Kind.AUTOMATIC: "automatic", Kind.UNREADABLE: "unreadable"}
"""What is counted, and nothing else follows from it."""


# ---------------------------------------------------------------- in
async def across_organisations_take(settings: Settings, recipient: str, raw: bytes, *, now: dt.datetime) -> str:
    """What came to one of our return paths, and what it was: its outcome in `inbound_count`. Taking the same again changes nothing.

    Which letter it is about, and so whom it was for, is what the sealed return path says; the report is believed for why alone.
    """
    letter_id = letters.returned(settings, recipient)
    if letter_id is None:
        return await across_organisations_refuse()
    message_id = letters.message_id(settings, letter_id)
    report = reading.read(raw, message_id)
    if report.kind is not Kind.FAILED:
        return await _count(OUTCOMES[report.kind])
    if await _is_old(message_id, report, now):
        return await _count("old")
    known = await _follow(message_id, report, now)
    return await _count("unknown" if known is None else "bounced" if known.is_news else "repeated")


async def across_organisations_follow_refusals(*, now: dt.datetime) -> None:
    """A letter that our own mail server refused because there is no such mailbox has bounced just as well: the same follows upon it.

    Other refusals may be about us, and say nothing of the address; they wait for a person in the ledger.
    """
    async with database.across_organisations(readonly=True):
        failed = await store.across_organisations_refused(now)
    for message_id, why in failed.items():
        report = reading.refused(refusal(why))
        if rules.is_hard(report.status) and not await _is_old(message_id, report, now):
            await _follow(message_id, report, now)


async def _is_old(message_id: str, report: Report, now: dt.datetime) -> bool:
    """Whether it says that a mailbox was not there once, which is nothing to go by today."""
    if not rules.is_hard(report.status):
        return False
    async with database.across_organisations():
        rows = await store.across_organisations_rows(message_id)
        if not rows:
            return False
        return rules.is_old(rows[0].settled_at, *await store.across_organisations_since(rows[0].address.lower(), now), now)


async def _follow(message_id: str, report: Report, now: dt.datetime) -> _Known | None:
    """All that follows upon a letter that did not arrive; None where nobody has sent such a letter."""
    known = await _record(message_id, report, now)
    if known is None:
        return None
    await _tell(known, now)
    for row in known.rows:
        if row.kind == "reminder":
            await _instead(row, known.standing, now)
    log.info("letter_came_back", letter=message_id, status=report.status, tier=known.standing.tier)
    return known


async def across_organisations_refuse() -> str:
    """Counts a mail to something that only looks like one of our return paths."""
    return await _count("forged")


async def across_organisations_counts() -> dict[str, int]:
    """How many mails of each outcome have come in."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_counts()


async def _count(outcome: str) -> str:
    async with database.across_organisations():
        await store.across_organisations_count(outcome)
    return outcome


@dataclasses.dataclass(frozen=True)
class _Known:
    """A letter that came back: its rows, and where its address stands by the id of that. Not news when an earlier report told of it."""

    rows: Sequence[Came]
    email: str
    suppression: UUID
    standing: Standing
    is_news: bool


async def _record(message_id: str, report: Report, now: dt.datetime) -> _Known | None:
    """Marks the letter's rows and its address; None when no row has sent such a letter."""
    said = "" if shield.personal_number(report.said) else report.said
    hard = rules.is_hard(report.status)
    async with database.across_organisations():
        rows = await store.across_organisations_rows(message_id)
        email = rows[0].address.lower() if rows else ""
        if not email:
            return None
        is_news = await store.across_organisations_add(message_id, email, (hard, report.status, said), now)
        if not is_news:
            found = await store.across_organisations_standing(email)
            return _Known(rows, email, *found, is_news) if found else None
        await store.across_organisations_fail([row.id for row in rows], rules.reason(said, report.status), now)
        days = {clock.day(at) for at in await store.across_organisations_days(email, now)}
        standing = rules.standing(hard=hard, days=days | {clock.day(now)}, now=now)
        return _Known(rows, email, *await store.across_organisations_suppress(email, standing, (said, report.status), now), is_news)


async def _tell(known: _Known, now: dt.datetime) -> None:
    """The administrators wherever its owner holds an office, or who stands in for them, hear of an address that is not written to, once."""
    if known.standing.tier is Tier.WATCHED:
        return
    async with database.across_organisations(readonly=True):
        name, homes = await store.across_organisations_homes(known.email, clock.day(now))
    for organisation, seats in (await seating.across_organisations_heard_by(homes, now=now)).items():
        await notices.plan(organisation, None, rules.told(name, known.email, known.suppression, {organisation: seats}, known.standing), now=now)


async def _instead(row: Came, standing: Standing, now: dt.datetime) -> None:
    """The reminder goes the same day to the next who can be reached, unless they hear of the duty that day anyhow; where nobody can, the whole
    ladder is asked, and raises its alarm.
    """
    rung = rules.rung_of(row.key)
    async with database.across_organisations(readonly=True):
        had, lost = await store.across_organisations_had(row.organisation_id, rung)
        told = await store.across_organisations_told(row.organisation_id, rules.duty_of(row.key), clock.day(now))
    found = await seating.across_organisations_instead(row.organisation_id, row.seat, had, lost, now=now)
    people = [one.person_id for one in found if one.person_id not in told]
    wanted: list[UUID | None] = [*people]
    if not people and not had and not told and standing.tier is not Tier.WATCHED and rules.may_ask_again(row.key):
        wanted = [None]
    await deliveries.plan(row.organisation_id, [rules.instead(row, person, now) for person in wanted], now=now)


# ---------------------------------------------------------------- addresses
async def across_organisations_forgive(*, now: dt.datetime) -> None:
    """Each night: an address that has taken a letter since it bounced is as good as any again."""
    async with database.across_organisations():
        forgiven = await store.across_organisations_forgive(now)
    log.info("addresses_forgiven", count=len(forgiven))


async def across_organisations_forget(emails: Sequence[str]) -> None:
    """Forgets what came back from these addresses, where they are not those of people who hold offices."""
    async with database.across_organisations():
        await store.across_organisations_forget(emails)


async def addresses(organisation: UUID) -> list[Bouncing]:
    """The addresses of the organisation's people from which mail comes back."""
    async with database.within(organisation, readonly=True):
        return await store.addresses(organisation)


async def lift(organisation: UUID, suppression_id: UUID, *, by: Asking, now: dt.datetime) -> str:
    """Writes to the address again; returns it. Raises `NotFound` for one that none of the organisation's people has."""
    async with database.within(organisation):
        email = await store.lift(organisation, suppression_id)
        await members.record(
            organisation, Happened("mail_resumed", email), by=Actor(by.name, by.office_for(Act.MANAGE), by.person_id, by.email), now=now
        )
    return email
