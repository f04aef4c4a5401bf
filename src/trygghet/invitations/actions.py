"""Invite, send again, revoke; open the link and come in."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database, letters
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Planned, Skip
from trygghet.invitations import rules, store
from trygghet.members import actions as members
from trygghet.members import invited, log, offices, passwords
from trygghet.members.invited import State
from trygghet.members.rules import Person
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from trygghet.channels.messages import Letter
    from trygghet.deliveries.rules import Delivery
    from trygghet.members.door import Visitor
    from trygghet.members.invited import Invitation
    from trygghet.members.log import Actor
    from trygghet.members.offices import Term, Wish
    from trygghet.settings import Settings


# ---------------------------------------------------------------- what an administrator does
async def invite(organisation: UUID, email: str, wish: Wish, term: Term, *, by: Actor, now: dt.datetime, wall: dt.datetime) -> Invitation:
    """Plans a letter with a link into an office. Inviting again to the same renews: older links open nothing. Raises `Refusal`."""
    email = offices.email(email)
    async with database.within(organisation):
        office = await members.wished(organisation, wish, by=by, now=now)
        offices.check_term(term, clock.day(now))
        offices.check_own_key(office.role, myself=by.email == email)
        held = (await members.people(organisation, today=clock.day(now))).held
        known = next((one for one in held if one.email == email), None)
        if known is not None:
            offices.check_free(held, known.person_id, known.name, office, term)
        else:
            offices.check_free((), uuid.UUID(int=0), email, office, term)
        return await _send(organisation, email, office.id, term, by=by, now=now, wall=wall)


async def _send(organisation: UUID, email: str, office_id: UUID, term: Term, *, by: Actor, now: dt.datetime, wall: dt.datetime) -> Invitation:
    made = await store.send(
        organisation, email, office_id, term, by=by, nonce=secrets.token_bytes(rules.NONCE), now=now, expires_at=wall + rules.LIFE
    )
    found = await _one(organisation, made)
    letter = Planned(organisation, rules.delivery_key(found.id, found.round), "invitation", "mail", f"Inbjudan till {email}", now)
    await deliveries.plan(organisation, [letter], now=now)
    act = "invited" if found.round == 1 else "invited_again"
    await members.record(organisation, log.of_term(act, email, found.office, term), by=by, now=now)
    return found


async def send_again(organisation: UUID, invitation_id: UUID, *, by: Actor, now: dt.datetime, wall: dt.datetime) -> None:
    """A new letter with a new link. Raises `NotFound`, or `Refusal` where the invitation is used, revoked or past its days."""
    async with database.within(organisation):
        found = await _one(organisation, invitation_id)
        if found.state(wall, clock.day(now)) not in {*invited.OPEN, State.EXPIRED}:
            raise Refusal("invitation.closed", email=found.email)
        await _send(organisation, found.email, found.office.id, found.term, by=by, now=now, wall=wall)


async def revoke(organisation: UUID, invitation_id: UUID, *, by: Actor, now: dt.datetime) -> None:
    """Takes an invitation back; its link opens nothing from now on. Raises `NotFound`, or `Refusal` where it is used or revoked."""
    async with database.within(organisation):
        found = await _one(organisation, invitation_id)
        if found.used_at is not None or found.revoked_at is not None:
            raise Refusal("invitation.closed", email=found.email)
        await store.revoke(organisation, invitation_id, now)
        await members.record(organisation, log.of_term("revoked", found.email, found.office, found.term), by=by, now=now)


async def _one(organisation: UUID, invitation_id: UUID | None) -> Invitation:
    found = next((one for one in await members.invitations(organisation) if one.id == invitation_id), None)
    if found is None:
        raise NotFound
    return found


# ---------------------------------------------------------------- what the invited does
@dataclass(frozen=True)
class Opened:
    """A link that was opened. `state` None where it is none of ours; `has_account` where the address already signs in elsewhere."""

    state: State | None
    invitation: Invitation | None = None
    person: Person | None = None

    @property
    def is_open(self) -> bool:
        """Whether it lets somebody in."""
        return self.state in invited.OPEN


async def across_organisations_open(link: str, *, secret: str, wall: dt.datetime, now: dt.datetime) -> Opened:
    """What a link leads to. That it was opened is remembered."""
    async with database.across_organisations():
        found = await _behind(link, secret)
        if found is None:
            return Opened(None)
        state = found.state(wall, clock.day(now))
        if state in invited.OPEN:
            await store.across_organisations_mark_opened(found.id, now)
        return Opened(state, found, await members.across_organisations_person(found.email))


async def _behind(link: str, secret: str) -> Invitation | None:
    invitation_id = rules.named_by(link)
    found = await members.across_organisations_invitation(invitation_id) if invitation_id else None
    return found if found is not None and rules.fits(link, found, secret) else None


class Chosen(NamedTuple):
    """What the invited writes; a person who has an account writes its password, or nothing where they are signed in as `me`."""

    name: str
    password: str
    again: str
    me: UUID | None


class Came(NamedTuple):
    """Somebody is in: the token of their session, empty where the office begins later or the browser has its session already."""

    session: str
    invitation: Invitation
    term: Term


async def across_organisations_accept(link: str, chosen: Chosen, visitor: Visitor, *, wall: dt.datetime, now: dt.datetime) -> Came:
    """Uses the link: makes the account where there is none, and gives the office. Raises `Refusal`; `NotFound` for a link that is none."""
    opened = await across_organisations_open(link, secret=visitor.secret, wall=wall, now=now)
    if opened.invitation is None:
        raise NotFound
    person = await _proved(opened.invitation, opened.person, chosen, visitor, wall=wall)
    async with database.across_organisations():
        found = await _behind(link, visitor.secret)
        if found is None or found.state(wall, clock.day(now)) not in invited.OPEN:
            raise Refusal("invitation.closed", email=opened.invitation.email)
        term = await members.across_organisations_admit(found, person, is_new=opened.person is None, now=now)
        await store.across_organisations_mark_used(found.id, now)
        if term.first > clock.day(now):
            return Came("", found, term)
        return Came(await members.across_organisations_open_session(person.id, found.organisation_id, visitor, wall=wall), found, term)


async def _proved(invitation: Invitation, known: Person | None, chosen: Chosen, visitor: Visitor, *, wall: dt.datetime) -> Person:
    """Who it is: the owner of the account, or somebody new whose password may be used. Raises `Refusal`."""
    if known is not None:
        if chosen.me != known.id:
            await members.across_organisations_confirm(invitation.email, chosen.password, visitor, field="losenord", wall=wall)
        return known
    name = offices.check_name(chosen.name)
    passwords.check(chosen.password, (name, invitation.email, invitation.organisation_name))
    if chosen.password != chosen.again:
        raise Refusal("password.differ", field="igen")
    return Person(uuid.uuid4(), name, await asyncio.to_thread(members.hash_password, chosen.password))


# ---------------------------------------------------------------- the letter
def link(invitation: Invitation, settings: Settings) -> str:
    """The address that lets its reader in."""
    return f"{settings.public_url}/inbjudan/{rules.token(invitation, settings.secret_key)}"


def composer(settings: Settings) -> Callable[[Delivery, dt.datetime], Awaitable[Letter | Skip]]:
    """The composer of invitations, for the worker. The link is made when the letter is, and is nowhere else."""

    async def compose_with_settings(delivery: Delivery, now: dt.datetime) -> Letter | Skip:
        return await compose(delivery.organisation_id, delivery, settings=settings, now=now, wall=clock.wall())

    return compose_with_settings


async def compose(organisation: UUID, delivery: Delivery, *, settings: Settings, now: dt.datetime, wall: dt.datetime) -> Letter | Skip:
    """The letter, or why it is not to be sent any more."""
    invitation_id, number = rules.of_key(delivery.key)
    async with database.within(organisation):
        found = next((one for one in await members.invitations(organisation) if one.id == invitation_id), None)
    if found is None or found.round != number:
        return Skip("En nyare inbjudan har skickats i stället.")
    state = found.state(wall, clock.day(now))
    if state not in invited.OPEN:
        return Skip(f"Inbjudan gäller inte längre: {invited.CHIPS[state].text.lower()}.")
    words = {"headline": f"Du är inbjuden till {found.organisation_name}", "invitation": found, "inviter": rules.inviter(found)}
    words |= {"action": "Ta emot inbjudan", "link": link(found, settings), "days": offices.days(found.term), "does": rules.DOES[found.office.role]}
    return letters.write("invitation", words, letters.envelope(settings, "", found.email, delivery.id), at=now)
