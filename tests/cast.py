"""The people everybody knows. Björken and Eken are municipalities, Skogen is the LPO over both, Ön is a stranger.

Anna coordinates Björken, Bo leads it, Ragna reports for it, Adam administers it. Cecilia leads Eken, Carl coordinates it.
Pia leads Skogen, Per coordinates it, Siri administers it. Olof leads Ön, Oda coordinates it and Orvar administers it; none of them has anything to do with the others.
Berit belongs to two organisations: she reports for Björken and coordinates Eken.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from argon2 import PasswordHasher

from trygghet import database
from trygghet.tenancy import Asking, Membership, Role

if TYPE_CHECKING:
    import httpx

BrowserOf = Callable[..., Awaitable["httpx.AsyncClient"]]
START = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)  # 08.00 in Stockholm
SEATED = dt.date(2020, 1, 1)
"""The first day of everybody's office."""
PASSWORD = "björk-gran-tall-9"
HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""Cheap: the cast signs in thousands of times."""
HERE = "http://testserver"
"""Where residents read."""


def _id(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.cast.example.org")


BJORKEN, EKEN, SKOGEN, ON = (_id(name) for name in ("bjorken", "eken", "skogen", "on"))
ORGANISATIONS = (
    (BJORKEN, "bjorken", "Björkens kommun", "Björken", "municipality", "0001"),
    (EKEN, "eken", "Ekens kommun", "Eken", "municipality", "0002"),
    (SKOGEN, "lpo-skogen", "LPO Skogen", "LPO Skogen", "police", None),
    (ON, "on", "Öns kommun", "Ön", "municipality", "0003"),
)


class Seat(NamedTuple):
    """A membership of one of the people."""

    who: str
    organisation: uuid.UUID
    role: str
    office: str


SEATS = (
    Seat("anna", BJORKEN, "coordinator", "Säkerhetssamordnare"),
    Seat("bo", BJORKEN, "leader", "Kommunstyrelsens ordförande"),
    Seat("ragna", BJORKEN, "reporter", "Fältsekreterare"),
    Seat("adam", BJORKEN, "administrator", "Systemförvaltare"),
    Seat("berit", BJORKEN, "reporter", "Fritidsledare"),
    Seat("berit", EKEN, "coordinator", "Brottsförebyggande samordnare"),
    Seat("cecilia", EKEN, "leader", "Kommunchef"),
    Seat("carl", EKEN, "coordinator", "Säkerhetsstrateg"),
    Seat("pia", SKOGEN, "leader", "Lokalpolisområdeschef"),
    Seat("per", SKOGEN, "coordinator", "Kommunpolis"),
    Seat("siri", SKOGEN, "administrator", "Systemförvaltare"),
    Seat("olof", ON, "leader", "Kommundirektör"),
    Seat("oda", ON, "coordinator", "Säkerhetschef"),
    Seat("orvar", ON, "administrator", "Systemförvaltare"),
)


def person_id(who: str) -> uuid.UUID:
    """The person's id."""
    return _id(who)


def asking(who: str, organisation: uuid.UUID | None = None) -> Asking:
    """Somebody as the actions meet them, in their first organisation where none is named; no session stands behind it."""
    seat = next(one for one in SEATS if one.who == who and organisation in {None, one.organisation})
    id_, slug, name, short, kind, _ = next(row for row in ORGANISATIONS if row[0] == seat.organisation)
    here = Membership(id_, name, short, slug, kind, Role(seat.role), seat.office)
    return Asking(uuid.uuid4(), person_id(who), f"{who.title()} {who.title()[0]}sson", email(who), here, (here,))


def email(who: str) -> str:
    """The person's address, which is also what they sign in with."""
    return f"{who}@cast.example.org"


async def enter(at: dt.datetime) -> None:
    """Puts the organisations and people into the open database."""
    hashed = HASHER.hash(PASSWORD)
    async with database.across_organisations() as link:
        await link.executemany(
            "INSERT INTO organisation (id, slug, name, short_name, kind, code, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [(*row, at) for row in ORGANISATIONS],
        )
        await link.executemany(
            "INSERT INTO area_membership (police_id, municipality_id, from_on) VALUES ($1, $2, $3)",
            [(SKOGEN, BJORKEN, dt.date(2020, 1, 1)), (SKOGEN, EKEN, dt.date(2020, 1, 1))],
        )
        for who in dict.fromkeys(seat.who for seat in SEATS):
            await link.execute(
                "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
                person_id(who),
                email(who),
                f"{who.title()} {who.title()[0]}sson",
                hashed,
                at,
            )
        for seat in SEATS:
            await seated(seat.who, seat.organisation, seat.role, seat.office)


async def seated(
    who: str, organisation: uuid.UUID, role: str, office: str, *, days: tuple[dt.date, dt.date | None] = (SEATED, None), acting: bool = False
) -> uuid.UUID:
    """Puts somebody in an office of an organisation, from a day to a day; the office is made where there is none. Returns the holding."""
    async with database.across_organisations() as link:
        office_id = await link.fetchval(
            "INSERT INTO office (organisation_id, title, role, created_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (organisation_id, title, role) DO UPDATE SET title = excluded.title RETURNING id",
            organisation,
            office,
            role,
            START,
        )
        holding: uuid.UUID = await link.fetchval(
            "INSERT INTO member (organisation_id, person_id, office_id, from_on, until_on, acting, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            organisation,
            person_id(who),
            office_id,
            *days,
            acting,
            START,
        )
    return holding


async def sign_in(client: httpx.AsyncClient, who: str) -> None:
    """Through the front door."""
    page = await client.get("/logga-in")
    answer = await client.post("/logga-in", data={"email": email(who), "password": PASSWORD, "_csrf_token": csrf(page.text)})
    assert answer.status_code == 303, answer.text


def csrf(html: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="_csrf_token" value="([^"]+)"', html)
    assert found, "the page has no form"
    return found.group(1)
