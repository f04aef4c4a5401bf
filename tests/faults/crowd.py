"""Many people who are reminded of much on the same day: real duties, planned by the real rules, of organisations that have nothing to do with the cast."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, NamedTuple

from tests import cast
from trygghet import database
from trygghet.reminders import actions as reminders
from trygghet.reminders.ladders import moment

if TYPE_CHECKING:
    from uuid import UUID

LEAD = dt.timedelta(days=14)
"""The ladder of what the law asks for has a step so long before the day, for whoever coordinates and for who leads."""
TUESDAY = dt.date(2024, 10, 8)


class Crowd(NamedTuple):
    """`organisations` by id, and each person's address by id. Every fifth who coordinates does so in the next organisation as well."""

    organisations: list[UUID]
    people: dict[UUID, str]


async def enter(organisations: int = 10, each: int = 30) -> Crowd:
    """So many municipalities; in each so many who coordinate, and one who leads."""
    homes = [uuid.uuid4() for _ in range(organisations)]
    people = {uuid.uuid4(): f"nr{number}@crowd.example.org" for number in range(organisations * (each + 1))}
    ids = list(people)
    holdings: list[tuple[UUID, UUID, str]] = []
    for number, home in enumerate(homes):
        here = ids[number * (each + 1) : (number + 1) * (each + 1)]
        holdings.append((home, here[0], "leader"))
        holdings += [(home, one, "coordinator") for one in here[1:]]
        holdings += [(homes[(number + 1) % organisations], one, "coordinator") for one in here[1::5] if organisations > 1]
    async with database.across_organisations() as link:
        await link.executemany(
            "INSERT INTO organisation (id, slug, name, short_name, kind, code, created_at) VALUES ($1, $2, $3, $4, 'municipality', $5, $6)",
            [(home, f"ort-{number}", f"Orts {number} kommun", f"Ort {number}", f"{2000 + number}", cast.START) for number, home in enumerate(homes)],
        )
        await link.executemany(
            "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, 'none', $4)",
            [(one, address, f"Namn {number}", cast.START) for number, (one, address) in enumerate(people.items())],
        )
        offices = {
            (home, role): await link.fetchval(
                "INSERT INTO office (organisation_id, title, role, created_at) VALUES ($1, $2, $3, $4) RETURNING id", home, title, role, cast.START
            )
            for home in homes
            for role, title in (("leader", "Kommunchef"), ("coordinator", "Samordnare"))
        }
        await link.executemany(
            "INSERT INTO member (organisation_id, person_id, office_id, from_on, created_at) VALUES ($1, $2, $3, $4, $5)",
            [(home, one, offices[home, role], cast.SEATED, cast.START) for home, one, role in holdings],
        )
    return Crowd(homes, people)


async def owe(crowd: Crowd, day: dt.date, *, duties: int = 2, lead: dt.timedelta = LEAD) -> None:
    """Every organisation owes so much, whose step falls on that day, and it is planned. There is also a step of one day."""
    async with database.across_organisations() as link:
        await link.executemany(
            "INSERT INTO obligation (organisation_id, key, kind, title, due_on) VALUES ($1, $2, 'statute', $3, $4)",
            [
                (home, f"statute:{day}:{number}", f"Lägesbild {number} av {day}", day + lead)
                for home in crowd.organisations
                for number in range(duties)
            ],
        )
    for home in crowd.organisations:
        await reminders.replan_own(home, now=moment(day) - dt.timedelta(days=1))


async def done() -> None:
    """All that was owed has been done, so that nothing more is said of it."""
    async with database.across_organisations() as link:
        await link.execute("UPDATE obligation SET done_at = $1 WHERE done_at IS NULL", cast.START)
        await link.execute("DELETE FROM delivery WHERE state = 'planned'")
