"""Sign in and out, end sessions, change organisation; offices and who holds them.

Sessions run on the wall clock: the example's clock jumps, a session must not. Offices are held by the product's days.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trygghet import clock, database, swedish, tenancy
from trygghet.members import invited, log, offices, rules, store
from trygghet.members.log import Actor, Happened
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act, Asking

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from trygghet.members.door import Visitor
    from trygghet.members.invited import Invitation
    from trygghet.members.log import Event
    from trygghet.members.offices import Holding, Office, Term, Vacancy, Wish

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""OWASP's first choice for argon2id: 19 MiB, two passes, one lane."""

_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
"""Verified for unknown addresses, so that they take as long as known ones."""


def hash_password(password: str) -> str:
    """What is stored of a password. Takes some tens of milliseconds of one core: call it in a thread from a request."""
    return _HASHER.hash(password)


async def across_organisations_known_as(slug: str) -> UUID:
    """The organisation with this short name in addresses, for commands. Raises `Refusal` with the names there are."""
    async with database.across_organisations(readonly=True):
        found = await store.across_organisations_known_as(slug)
        if found is None:
            raise Refusal("organisation.unknown", slug=slug, known=", ".join(await store.across_organisations_slugs()) or "inga")
    return found


async def across_organisations_recognise(email: str, password: str, visitor: Visitor, *, wall: dt.datetime) -> UUID:
    """Whose address and password these are. Each attempt is counted until the right password comes.

    Raises `Refusal` sign_in.wrong (the same for unknown addresses) or sign_in.later with the minutes to wait.
    """
    email = email.lower()
    account, address = _key(visitor.secret, "account", email), _key(visitor.secret, "address", rules.network(visitor.address))
    async with database.across_organisations():
        await _count_attempt(account, address, wall)
        person = await store.across_organisations_person(email)
    right, rehashed = await asyncio.to_thread(_verify, person.password_hash if person else _NOBODY, password)
    if person is None or not right:
        raise Refusal("sign_in.wrong")
    async with database.across_organisations():
        await store.across_organisations_forget_attempts(account, address, wall)
        if rehashed:
            await store.across_organisations_set_password(person.id, rehashed)
    return person.id


async def across_organisations_sign_in(email: str, password: str, visitor: Visitor, *, wall: dt.datetime, today: dt.date) -> str:
    """Opens a session and returns its token, always a new one; the session that this browser had before is ended.

    Raises `Refusal`: what `across_organisations_recognise` raises, or sign_in.no_place for who holds no office today.
    """
    person_id = await across_organisations_recognise(email, password, visitor, wall=wall)
    async with database.across_organisations(readonly=True):
        organisation = await store.across_organisations_first_place(person_id, today)
    if organisation is None:
        raise Refusal("sign_in.no_place")
    return await across_organisations_open_session(person_id, organisation, visitor, wall=wall)


async def across_organisations_confirm(email: str, password: str, visitor: Visitor, *, field: str, wall: dt.datetime) -> None:
    """Whether it really is the owner of the account, who types the password once more before something weighty.

    Call it before the unit of work that it guards. Raises `Refusal` password.wrong on `field`, or sign_in.later.
    """
    try:
        await across_organisations_recognise(email, password, visitor, wall=wall)
    except Refusal as refusal:
        if refusal.code != "sign_in.wrong":
            raise
        raise Refusal("password.wrong", field=field) from None


async def across_organisations_open_session(person_id: UUID, organisation: UUID, visitor: Visitor, *, wall: dt.datetime) -> str:
    """A new session that acts for the organisation; the one that this browser had before is ended. Returns its token."""
    token = tenancy.new_token(visitor.secret)
    async with database.across_organisations():
        await store.across_organisations_forget_sessions(unseen_since=wall - tenancy.IDLE, begun_before=wall - tenancy.ABSOLUTE)
        await store.across_organisations_end_session_of(tenancy.hash_token(visitor.token))
        await store.across_organisations_add_session(tenancy.hash_token(token), person_id, organisation, visitor.agent[: rules.LONGEST_AGENT], wall)
    return token


async def _count_attempt(account: str, address: str, wall: dt.datetime) -> None:
    """Counted before the password is looked at, so that many at once cannot slip past the limit together."""
    since = wall - rules.WINDOW
    minutes = max(
        rules.minutes_to_wait(await store.across_organisations_attempts(account, since), rules.PER_ACCOUNT, wall),
        rules.minutes_to_wait(await store.across_organisations_attempts(address, since), rules.PER_ADDRESS, wall),
    )
    if minutes:
        raise Refusal("sign_in.later", minutes=minutes)
    await store.across_organisations_add_attempts((account, address), wall, forget_before=since)


def _key(secret: str, kind: str, value: str) -> str:
    return hmac.new(secret.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def _verify(hashed: str, password: str) -> tuple[bool, str]:
    """Whether it is right, and a new hash where the stored one was made with other parameters."""
    try:
        _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False, ""
    return True, _HASHER.hash(password) if _HASHER.check_needs_rehash(hashed) else ""


async def across_organisations_sign_out(token: str) -> None:
    """Ends the session; the cookie opens nothing afterwards, wherever a copy of it may be."""
    async with database.across_organisations():
        await store.across_organisations_end_session_of(tenancy.hash_token(token))


async def across_organisations_person(email: str) -> rules.Person | None:
    """Who has that address."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_person(email)


async def across_organisations_my_sessions(who: Asking, *, wall: dt.datetime) -> list[rules.Session]:
    """Where this person is signed in right now."""
    async with database.across_organisations():
        return await store.across_organisations_sessions(
            who.person_id, who.session_id, unseen_since=wall - tenancy.IDLE, begun_before=wall - tenancy.ABSOLUTE
        )


async def across_organisations_end_session(who: Asking, session_id: UUID) -> None:
    """Ends one of one's own sessions. Somebody else's is not found."""
    async with database.across_organisations():
        if not await store.across_organisations_end_session(who.person_id, session_id):
            raise NotFound


async def across_organisations_end_other_sessions(who: Asking) -> None:
    """Ends all of one's own sessions but the one in use."""
    async with database.across_organisations():
        await store.across_organisations_end_other_sessions(who.person_id, who.session_id)


async def switch(organisation: UUID, who: Asking) -> None:
    """From now on this session acts for another of one's own organisations; any other is not found."""
    if organisation not in {one.organisation_id for one in who.memberships}:
        raise NotFound
    async with database.across_organisations():
        await store.across_organisations_move_session(who.session_id, organisation)


# ---------------------------------------------------------------- who belongs here
class People(NamedTuple):
    """An organisation's people: its offices with their holders over time, who is invited, and what has been done about it all."""

    offices: Mapping[Office, list[Holding]]
    vacancies: list[Vacancy]
    invitations: list[Invitation]
    events: list[Event]

    @property
    def held(self) -> list[Holding]:
        """Everybody's time in every office."""
        return [one for held in self.offices.values() for one in held]

    def waiting(self, wall: dt.datetime, today: dt.date) -> list[Invitation]:
        """The invitations that may still be used or sent again."""
        return [one for one in self.invitations if one.state(wall, today) in {*invited.OPEN, invited.State.EXPIRED}]


def actor(who: Asking) -> Actor:
    """The signed-in administrator, as the log names who does something."""
    return Actor(who.name, who.office_for(Act.MANAGE), who.person_id, who.email)


async def people(organisation: UUID, *, today: dt.date, person_id: UUID | None = None, events: int = 20) -> People:
    """Everything that an administrator sees; the latest `events`, about one person where `person_id` says whom."""
    async with database.within(organisation, readonly=True):
        held = offices.by_office(await store.offices(organisation), await store.holdings(organisation))
        return People(
            held,
            await vacancies(organisation, today),
            await store.invitations(organisation),
            await store.events(organisation, person_id=person_id, limit=events),
        )


async def vacancies(organisation: UUID, today: dt.date) -> list[Vacancy]:
    """The offices of leaders and coordinators that nobody holds today, with how many letters have found nobody since."""
    async with database.within(organisation, readonly=True):
        found = offices.vacancies(await store.offices(organisation), await store.holdings(organisation), today)
        return [replace(one, unheard=await store.unheard(organisation, one.role, one.since)) if one.alone else one for one in found]


async def record(organisation: UUID, happened: Happened, *, by: Actor, now: dt.datetime) -> None:
    """Adds an act to the organisation's log."""
    async with database.within(organisation):
        await store.add_event(organisation, by, happened, now)


async def office(organisation: UUID, office_id: UUID) -> Office:
    """One of the organisation's offices. Raises `NotFound`."""
    async with database.within(organisation):
        found = next((one for one in await store.offices(organisation) if one.id == office_id), None)
    if found is None:
        raise NotFound
    return found


async def add_office(organisation: UUID, title: str, role: str, *, by: Actor, now: dt.datetime) -> UUID:
    """A new office, or one that was closed and is needed again. Raises `Refusal`."""
    title, role = offices.title_and_role(title, role)
    async with database.within(organisation):
        await store.lock(organisation)
        if any((one.title, one.role) == (title, role) and one.until_on is None for one in await store.offices(organisation)):
            raise Refusal("office.exists", field="titel", title=title, role=swedish.ROLES[role])
        made = await store.add_office(organisation, title, role, now)
        await store.add_event(organisation, by, Happened("office_added", office=title, role=role), now)
    return made


async def wished(organisation: UUID, wish: Wish, *, by: Actor, now: dt.datetime) -> Office:
    """The office that was asked for, made where there is none with that title and role. Raises `NotFound` and `Refusal`."""
    async with database.within(organisation):
        if wish.office_id is not None:
            return await office(organisation, wish.office_id)
        if not wish.title:
            raise Refusal("office.missing", field="befattning")
        title, role = offices.title_and_role(wish.title, wish.role)
        same = [one for one in await store.offices(organisation) if (one.title, one.role, one.until_on) == (title, role, None)]
        return same[0] if same else await office(organisation, await add_office(organisation, title, role, by=by, now=now))


async def close_office(organisation: UUID, office_id: UUID, last: dt.date, *, by: Actor, now: dt.datetime) -> None:
    """Gives an office its last day, so that nobody is missed in it. Raises `NotFound`, or `Refusal` while somebody holds it after that day."""
    async with database.within(organisation):
        await store.lock(organisation)
        found = await office(organisation, office_id)
        offices.check_closing(found, await store.holdings(organisation), last, clock.day(now))
        await store.close_office(organisation, office_id, last)
        await store.add_event(organisation, by, Happened("office_closed", office=found.title, role=found.role, last=last), now)


async def appoint(organisation: UUID, person_id: UUID, wish: Wish, term: Term, *, by: Actor, now: dt.datetime) -> None:
    """Gives somebody who belongs here, or did, one more office between two days. Raises `NotFound` and `Refusal`."""
    async with database.within(organisation):
        await store.lock(organisation)
        await _appoint(organisation, person_id, await wished(organisation, wish, by=by, now=now), term, by=by, now=now)


async def _appoint(organisation: UUID, person_id: UUID, wanted: Office, term: Term, *, by: Actor, now: dt.datetime) -> None:
    offices.check_term(term, clock.day(now))
    held = await store.holdings(organisation)
    name = next((one.name for one in held if one.person_id == person_id), None)
    if name is None:
        raise NotFound
    offices.check_own_key(wanted.role, myself=by.person_id == person_id)
    offices.check_free(held, person_id, name, wanted, term)
    await store.add_holding(organisation, person_id, wanted.id, term, now)
    await store.add_event(organisation, by, log.of_term("appointed", name, wanted, term, person_id=person_id), now)


async def change_last_day(organisation: UUID, holding_id: UUID, last: dt.date | None, *, by: Actor, now: dt.datetime) -> UUID:
    """Another last day, or none. Returns whose it is. Raises `NotFound` and `Refusal`."""
    async with database.within(organisation):
        one, held = await _holding(organisation, holding_id)
        offices.check_last_day(one, last, clock.day(now))
        offices.check_own_key(one.office.role, myself=by.person_id == one.person_id and offices.is_later(last, one.term.last))
        term = replace(one.term, last=last)
        offices.check_free(held, one.person_id, one.name, one.office, term, but=one.id)
        if last is not None:
            offices.check_administrator_stays(held, {one.id}, last + offices.ONE_DAY)
        await store.set_last_day(organisation, holding_id, last, None)
        await store.add_event(organisation, by, log.about("days_changed", one, term), now)
    return one.person_id


async def end_at_once(organisation: UUID, holding_id: UUID, *, by: Actor, now: dt.datetime) -> UUID:
    """Takes the office away now: the next request of any of their browsers no longer has its rights. Returns whose it is. Raises `NotFound` and `Refusal`."""
    async with database.within(organisation):
        one, held = await _holding(organisation, holding_id)
        offices.check_administrator_stays(held, {one.id}, clock.day(now))
        await _end_at_once(organisation, one, by=by, now=now)
    return one.person_id


async def leave(organisation: UUID, person_id: UUID, last: dt.date | None, *, by: Actor, now: dt.datetime) -> None:
    """Ends everything that somebody holds here, after a last day or, with None, at once. Raises `NotFound` and `Refusal`."""
    today = clock.day(now)
    async with database.within(organisation):
        await store.lock(organisation)
        held = await store.holdings(organisation)
        theirs = [one for one in held if one.person_id == person_id]
        if not theirs:
            raise NotFound
        going = offices.check_leaving(theirs, last, today)
        offices.check_administrator_stays(held, {one.id for one in going}, last + offices.ONE_DAY if last else today)
        for one in going:
            if last is None or last < one.term.first:
                await _end_at_once(organisation, one, by=by, now=now)
            else:
                await _end(organisation, one, last, by=by, now=now)


async def _end(organisation: UUID, one: Holding, last: dt.date, *, by: Actor, now: dt.datetime) -> None:
    offices.check_last_day(one, last, clock.day(now))
    await store.set_last_day(organisation, one.id, last, None)
    await store.add_event(organisation, by, log.about("ended", one, replace(one.term, last=last)), now)


async def _end_at_once(organisation: UUID, one: Holding, *, by: Actor, now: dt.datetime) -> None:
    today = clock.day(now)
    if one.is_over(today):
        raise Refusal("holding.over")
    term = replace(one.term, last=max(today, one.term.first))
    await store.set_last_day(organisation, one.id, term.last, now)
    await store.add_event(organisation, by, log.about("ended", one, term, at_once=True), now)


async def change_office(organisation: UUID, holding_id: UUID, wish: Wish, first: dt.date, *, by: Actor, now: dt.datetime) -> UUID:
    """From a day on somebody holds another office instead, with another role perhaps. Returns whose it is. Raises `NotFound` and `Refusal`."""
    async with database.within(organisation):
        one, held = await _holding(organisation, holding_id)
        wanted = await wished(organisation, wish, by=by, now=now)
        term = replace(one.term, first=first)
        offices.check_change(one, wanted, term)
        if wanted.role != offices.ADMINISTRATOR:
            offices.check_administrator_stays(held, {one.id}, first)
        if first <= max(clock.day(now), one.term.first):
            await _end_at_once(organisation, one, by=by, now=now)
        else:
            await _end(organisation, one, first - offices.ONE_DAY, by=by, now=now)
        await _appoint(organisation, one.person_id, wanted, term, by=by, now=now)
    return one.person_id


async def _holding(organisation: UUID, holding_id: UUID) -> tuple[Holding, list[Holding]]:
    """One holding, and all of them; nobody else changes any meanwhile. Raises `NotFound`."""
    await store.lock(organisation)
    held = await store.holdings(organisation)
    found = next((one for one in held if one.id == holding_id), None)
    if found is None:
        raise NotFound
    return found, held


# ---------------------------------------------------------------- who was invited
async def invitations(organisation: UUID) -> list[Invitation]:
    """Everybody who was ever invited, the latest first."""
    async with database.within(organisation):
        return await store.invitations(organisation)


async def across_organisations_invitation(invitation_id: UUID) -> Invitation | None:
    """The invitation with this id. Inside a unit of work others who ask for it wait until that is over."""
    async with database.across_organisations():
        return await store.across_organisations_invitation(invitation_id)


async def across_organisations_admit(invitation: Invitation, person: rules.Person, *, is_new: bool, now: dt.datetime) -> Term:
    """Lets somebody in: a new person where `is_new`, and in any case the office for its days, today at the earliest. Raises `Refusal`."""
    organisation, today = invitation.organisation_id, clock.day(now)
    term = replace(invitation.term, first=max(invitation.term.first, today))
    async with database.across_organisations():
        await store.lock(organisation)
        if is_new and not await store.across_organisations_add_person(person.id, invitation.email, person.name, person.password_hash, now):
            raise Refusal("invitation.account", email=invitation.email)
        offices.check_free(await store.holdings(organisation), person.id, person.name, invitation.office, term)
        await store.add_holding(organisation, person.id, invitation.office.id, term, now)
        by = Actor(person.name, invitation.title, person.id)
        await store.add_event(organisation, by, log.of_term("joined", person.name, invitation.office, term, person_id=person.id), now)
    return term
