"""Sign in and out, end sessions, change organisation. All of it on the wall clock: the example's clock jumps, a session must not."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trygghet import database, tenancy
from trygghet.members import rules, store
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.tenancy import Asking

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


class Visitor(NamedTuple):
    """The browser at the door. `token` is the cookie it already has, or nothing; `secret` keys the hashes of addresses."""

    address: str
    agent: str
    token: str
    secret: str


async def across_organisations_sign_in(email: str, password: str, visitor: Visitor, *, wall: dt.datetime, today: dt.date) -> str:
    """Opens a session and returns its token, always a new one; the session that this browser had before is ended.

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
        organisation = await store.across_organisations_first_place(person.id, today)
        if organisation is None:
            raise Refusal("sign_in.wrong")
        await store.across_organisations_forget_attempts(account, address, wall)
        await store.across_organisations_forget_sessions(unseen_since=wall - tenancy.IDLE, begun_before=wall - tenancy.ABSOLUTE)
        await store.across_organisations_end_session_of(tenancy.hash_token(visitor.token))
        if rehashed:
            await store.across_organisations_set_password(person.id, rehashed)
        token = secrets.token_urlsafe(32)
        await store.across_organisations_add_session(tenancy.hash_token(token), person.id, organisation, visitor.agent[: rules.LONGEST_AGENT], wall)
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
