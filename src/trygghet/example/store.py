"""What the example remembers: its organisations and people, where its clock stands, and how much there is left to send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from trygghet import database
from trygghet.example.rules import START, Face, Work

if TYPE_CHECKING:
    from trygghet.example.story import Place
    from trygghet.profiles.rules import Crest


async def across_organisations_face(*, lock: bool = False) -> Face:
    """The clock; before the example is loaded it stands at its beginning. `lock` keeps others from moving it meanwhile."""
    sql = "SELECT shows_at, anchored_at, target_at, settled, stuck FROM example_clock WHERE id = 1"
    row = await database.connection().fetchrow(sql + (" FOR UPDATE" if lock else ""))
    if row is None:
        return Face(START, wall_at=dt.datetime.max.replace(tzinfo=dt.UTC))
    return Face(row["shows_at"], row["anchored_at"], row["target_at"], row["settled"], row["stuck"])


async def across_organisations_set_face(face: Face) -> None:
    """Puts the clock there."""
    await database.connection().execute(
        """INSERT INTO example_clock (id, shows_at, anchored_at, target_at, settled, stuck) VALUES (1, $1, $2, $3, $4, $5)
           ON CONFLICT (id) DO UPDATE SET shows_at = $1, anchored_at = $2, target_at = $3, settled = $4, stuck = $5""",
        face.shows_at,
        face.wall_at,
        face.target_at,
        face.settled,
        face.stuck,
    )


async def across_organisations_work(now: dt.datetime) -> Work:
    """What is due at `now` and not yet settled, how much was ever tried or settled, and when the next delivery is due."""
    row = await database.connection().fetchrow(_WORK, now)
    assert row is not None, "an aggregate always has a row"
    return Work(row["waiting"], row["settled"], row["next_at"])


# What waits for a person, or for a delivery that failed or is unclear, will not go by itself, so the clock does not wait for it either.
_WORK = """
SELECT count(*) FILTER (WHERE d.state = 'sending' OR (d.state = 'planned' AND d.due_at <= $1 AND (d.after_id IS NULL OR before.state = 'sent')
                                                         AND NOT (d.kind = 'publication' AND d.reason LIKE 'Väntar%'))) AS waiting,
       count(d.settled_at) + coalesce(sum(d.attempts), 0) AS settled,
       min(d.due_at) FILTER (WHERE d.state = 'planned' AND d.due_at > $1) AS next_at
FROM delivery d LEFT JOIN delivery before ON before.id = d.after_id
"""


async def across_organisations_next_reminder(now: dt.datetime) -> dt.datetime | None:
    """When the next planned reminder of anybody goes out; the night's trial is for nobody."""
    found: dt.datetime | None = await database.connection().fetchval(
        "SELECT min(d.due_at) FROM delivery d JOIN organisation o ON o.id = d.organisation_id"
        " WHERE d.state = 'planned' AND d.kind = 'reminder' AND d.due_at > $1 AND o.kind <> 'canary'",
        now,
    )
    return found


async def across_organisations_sent_at(marks: Sequence[str]) -> dict[str, dt.datetime]:
    """When what was caught went out, by the example's clock: by the Message-ID of a mail and the social server's id of a post."""
    rows = await database.connection().fetch(
        "SELECT message_id, remote_id, coalesce(settled_at, due_at) AS at FROM delivery WHERE message_id = ANY($1) OR (channel <> 'mail' AND remote_id = ANY($1))",
        marks,
    )
    return {mark: row["at"] for row in rows for mark in (row["message_id"], row["remote_id"]) if mark}


# ---------------------------------------------------------------- loading
async def across_organisations_started() -> bool:
    """Whether the example has been loaded to its end: the clock is started last."""
    found: bool = await database.connection().fetchval("SELECT EXISTS (SELECT FROM example_clock)")
    return found


async def across_organisations_others(ours: Sequence[UUID]) -> bool:
    """Whether there are organisations that are not the example's."""
    found: bool = await database.connection().fetchval("SELECT EXISTS (SELECT FROM organisation WHERE NOT id = ANY($1) AND kind <> 'canary')", ours)
    return found


async def across_organisations_clear(ours: Sequence[UUID]) -> None:
    """Takes away what a loading that was cut off has left."""
    for table in ("delivery", "connection"):
        await database.connection().execute(f"DELETE FROM {table} WHERE organisation_id = ANY($1)", ours)
    await database.connection().execute("UPDATE outcome SET corrects_id = NULL WHERE organisation_id = ANY($1)", ours)
    await database.connection().execute("DELETE FROM outcome WHERE organisation_id = ANY($1)", ours)
    await database.connection().execute("DELETE FROM promise WHERE created_by = ANY($1)", ours)
    for table in ("observation", "series", "statute_record", "obligation"):
        await database.connection().execute(f"DELETE FROM {table} WHERE organisation_id = ANY($1)", ours)
    await database.connection().execute("DELETE FROM meeting WHERE organisation_id = ANY($1)", ours)
    await database.connection().execute("DELETE FROM area_membership WHERE police_id = ANY($1)", ours)
    gone = await database.connection().fetch("DELETE FROM member WHERE organisation_id = ANY($1) RETURNING person_id", ours)
    await database.connection().execute("DELETE FROM office WHERE organisation_id = ANY($1)", ours)
    await database.connection().execute("DELETE FROM person WHERE id = ANY($1)", [row["person_id"] for row in gone])
    await database.connection().execute("DELETE FROM organisation WHERE id = ANY($1)", ours)


async def across_organisations_enter(place: Place, password_hash: str, now: dt.datetime) -> None:
    """Enters the organisations, which police covers whom, and the people."""
    link = database.connection()
    everyone = [(organisation, one) for organisation in place.organisation for one in organisation.people]
    await link.executemany(
        "INSERT INTO organisation (id, slug, name, short_name, kind, code, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [(one.id, one.slug, one.name, one.short_name, one.kind, one.code, now) for one in place.organisation],
    )
    await link.executemany(
        "UPDATE published_organisation SET inhabitants = $2, counted_on = $3 WHERE id = $1",
        [(one.id, one.inhabitants, one.counted_on) for one in place.organisation if one.inhabitants],
    )
    await link.executemany(
        "INSERT INTO area_membership (police_id, municipality_id, from_on) SELECT p.id, $2, $3 FROM organisation p WHERE p.slug = $1",
        [(one.police, one.id, COVERED_SINCE) for one in place.organisation if one.police],
    )
    await link.executemany(
        "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
        [(one.id, one.email, one.name, password_hash, now) for one in {one.email: one for _, one in everyone}.values()],
    )
    await link.executemany(
        "INSERT INTO office (organisation_id, title, role, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [(organisation.id, one.office, one.role, now) for organisation, one in everyone],
    )
    await link.executemany(
        "INSERT INTO member (organisation_id, person_id, office_id, from_on, until_on, acting, created_at)"
        " SELECT $1, $2, f.id, $5, $6, $7, $8 FROM office f WHERE f.organisation_id = $1 AND f.title = $3 AND f.role = $4",
        [(organisation.id, one.id, one.office, one.role, one.first or COVERED_SINCE, one.last, one.acting, now) for organisation, one in everyone],
    )


COVERED_SINCE = dt.date(2018, 1, 1)
"""Before every promise of the example; since when the areas and offices really are as they are does not matter here."""


async def across_organisations_forget_letters(until: dt.datetime) -> None:
    """Nobody is reminded or told now of what was before the example began."""
    await database.connection().execute(
        "DELETE FROM delivery WHERE kind IN ('reminder', 'notice') AND state = 'planned' AND attempts = 0 AND due_at <= $1", until
    )


async def across_organisations_dress(organisation: UUID, colour: str, crest: Crest, now: dt.datetime) -> None:
    """The organisation's colour and crest, without a line in its log of members: nothing there can be taken away for a loading to begin anew."""
    await database.connection().execute(
        "UPDATE published_organisation SET colour = $2, crest = $3, crest_hash = $4, crest_width = $5, crest_height = $6, changed_at = $7 WHERE id = $1",
        organisation,
        colour,
        crest.body,
        crest.sha256,
        crest.width,
        crest.height,
        now,
    )


async def across_organisations_take_asking() -> list[UUID]:
    """Takes away the letters that ask whether one wants to follow, as if they had gone out; returns who has not said yes."""
    link = database.connection()
    await link.execute("DELETE FROM delivery WHERE kind = 'follow' AND state = 'planned'")
    return [row["id"] for row in await link.fetch("SELECT id FROM follower WHERE confirmed_at IS NULL")]


async def across_organisations_elsewhere(base_url: str) -> list[tuple[UUID, str, str]]:
    """What has its address sealed and is not at this server: ids, the server it is at, and what is sealed."""
    rows = await database.connection().fetch(
        "SELECT id, base_url, secret FROM connection WHERE channel IN ('webhook', 'hook') AND base_url <> $1 AND base_url LIKE 'http://%'", base_url
    )
    return [(row["id"], row["base_url"], row["secret"].decode("ascii")) for row in rows]


async def across_organisations_reseal(connection_id: UUID, secret: bytes) -> None:
    """An address that is sealed is another now."""
    await database.connection().execute("UPDATE connection SET secret = $2 WHERE id = $1", connection_id, secret)


async def across_organisations_move_accounts(base_url: str) -> None:
    """The catcher may have got another port than last time."""
    await database.connection().execute("UPDATE connection SET base_url = $1 WHERE base_url <> $1 AND base_url LIKE 'http://%'", base_url)


async def content_hash(organisation: UUID, update_id: UUID) -> str:
    """The hash that the keys on an update bind to."""
    found: str = await database.connection().fetchval(
        "SELECT content_hash FROM status_update WHERE id = $1 AND promise_id IN (SELECT promise_id FROM access WHERE organisation_id = $2)",
        update_id,
        organisation,
    )
    return found
