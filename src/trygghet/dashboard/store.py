"""Reads everything that the first page shows, in a fixed number of queries however much there is. Writes nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import clock, database
from trygghet.dashboard.facts import Activity, Arrival, Board, Duty, Key, Meaning, Municipality, Party, Promise, Told
from trygghet.periods import Validity, instant
from trygghet.promises.counting import Done
from trygghet.reminders import recipients

if TYPE_CHECKING:
    from collections.abc import Sequence

LATEST = 3
"""So many of the latest updates are shown."""


async def board(organisation: UUID, today: dt.date) -> Board:
    """What a municipality's first page is made from that day. Six queries."""
    return Board(
        promises=await _promises(organisation),
        duties=await _duties(organisation),
        keys=await _keys(organisation, today),
        stuck=await _stuck(organisation),
        told=await _told(organisation),
        activities=await _activities(organisation),
    )


async def area_board(organisation: UUID, today: dt.date) -> Board:
    """What a police area's first page is made from: all its municipalities that day, with and without a promise. Six queries."""
    return Board(
        promises=await _promises(organisation),
        duties=await _duties(organisation),
        keys=await _keys(organisation, today),
        stuck=await _stuck(organisation),
        meanings=await _meanings(organisation),
        municipalities=await _municipalities(organisation, today),
    )


async def _rows(sql: str, organisation: UUID, *more: object) -> list[Any]:
    found: list[Any] = await database.connection().fetch(sql, organisation, *more)
    return found


_MINE = "EXISTS (SELECT FROM access a WHERE a.promise_id = {}.{} AND a.organisation_id = $1)"


async def _promises(organisation: UUID) -> tuple[Promise, ...]:
    rows = await _rows(
        f"""
        SELECT p.id, p.title, p.area_name, p.stage, p.valid_from, p.valid_until, p.review_on, p.tell_every_days, p.concerns_id, p.count_every_days, p.created_at,
          last_told_at(p) AS told_at, last_counted_at(p) AS counted_at, still_counts(p) AS counts, first_signed_on(p) AS signed_on,
          (SELECT jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'short', o.short_name, 'slug', o.slug, 'side', y.side,
                                               'acted_at', last_acted_at(p.id, o.id))
                            ORDER BY y.side, o.name)
           FROM party y JOIN organisation o ON o.id = y.organisation_id WHERE y.promise_id = p.id) AS parties
        FROM promise p WHERE {_MINE.format("p", "id")} AND p.stage IN ('signed', 'ended_early', 'replaced') ORDER BY p.valid_from DESC, p.title, p.id""",
        organisation,
    )
    return tuple(
        Promise(
            row["id"],
            row["title"],
            row["area_name"],
            row["stage"],
            Validity(row["valid_from"], row["valid_until"], row["review_on"]),
            row["tell_every_days"],
            _day(row["told_at"]),
            tuple(
                Party(UUID(one["id"]), one["name"], one["short"], one["slug"], one["side"], _day_of(one["acted_at"])) for one in row["parties"] or ()
            ),
            row["concerns_id"],
            row["count_every_days"],
            _day(row["counted_at"]),
            row["counts"],
            row["signed_on"],
            clock.day(row["created_at"]),
        )
        for row in rows
    )


async def _duties(organisation: UUID) -> tuple[Duty, ...]:
    """What is open, every joint follow-up, and what was done lately enough to be undone."""
    rows = await _rows(
        """
        SELECT d.id, d.promise_id, d.kind, d.title, d.due_on, d.period_from, d.period_until, d.receiver, d.done_at IS NOT NULL AS done,
          ARRAY(SELECT m.organisation_id FROM obligation_mark m WHERE m.obligation_id = d.id) AS marked,
          CASE WHEN d.kind = 'renewal' AND d.done_at IS NULL THEN successor(p) IS NOT NULL ELSE false END AS followed,
          ARRAY(SELECT r.organisation_id FROM delivery r WHERE r.obligation_id = d.id AND r.kind = 'reminder' AND r.state = 'skipped' AND r.reason = $2
                AND d.done_at IS NULL AND NOT EXISTS (SELECT FROM delivery s WHERE s.obligation_id = d.id AND s.organisation_id = r.organisation_id
                  AND s.kind = 'reminder' AND s.state = 'sent' AND s.settled_at > r.settled_at)) AS unheard
        FROM duties_of($1) d LEFT JOIN promise p ON p.id = d.promise_id
        WHERE p.stage IS DISTINCT FROM 'replaced' OR d.done_at IS NOT NULL
        ORDER BY d.due_on, p.area_name NULLS LAST, d.key, d.id""",
        organisation,
        recipients.NOBODY,
    )
    return tuple(
        Duty(
            row["id"],
            row["promise_id"],
            row["kind"],
            row["title"],
            row["due_on"],
            row["period_from"],
            row["period_until"],
            row["receiver"],
            frozenset(row["marked"]),
            row["done"] or row["followed"],
            row["followed"],
            frozenset(row["unheard"]),
        )
        for row in rows
    )


async def _keys(organisation: UUID, today: dt.date) -> tuple[Key, ...]:
    """What waits for the organisation's key, and is not old news since a day before this one."""
    rows = await _rows(
        f"""
        SELECT u.id, u.promise_id, u.title, u.shared_at, u.earliest_at, cardinality(u.channels) AS channels, s.name AS sender,
          (SELECT jsonb_agg(jsonb_build_array(o.name, v.at) ORDER BY v.at) FROM approval v JOIN organisation o ON o.id = v.organisation_id
           WHERE v.subject_id = u.id AND v.fell_at IS NULL AND v.content_hash = u.content_hash) AS turned,
          (SELECT max(v.fell_at) FROM approval v WHERE v.subject_id = u.id AND v.organisation_id = $1) AS fell_at
        FROM status_update u JOIN organisation s ON s.id = u.organisation_id
        WHERE {_MINE.format("u", "promise_id")} AND u.shared_at IS NOT NULL AND u.published_hash <> u.content_hash AND u.withdrawn_at IS NULL
          AND (u.voice = 'joint' OR u.organisation_id = $1) AND (u.published_at IS NOT NULL OR u.not_after IS NULL OR u.not_after >= $2)
          AND NOT EXISTS (SELECT FROM approval v WHERE v.subject_id = u.id AND v.organisation_id = $1 AND v.fell_at IS NULL
                          AND v.content_hash = u.content_hash)
          AND EXISTS (SELECT FROM party y WHERE y.promise_id = u.promise_id AND y.organisation_id = $1)
        ORDER BY coalesce(u.earliest_at, u.shared_at), u.title, u.id""",
        organisation,
        instant(today, 0),
    )
    return tuple(
        Key(
            row["id"],
            row["promise_id"],
            row["title"],
            clock.day(row["shared_at"]),
            _day(row["earliest_at"]),
            row["channels"],
            tuple((name, clock.day(dt.datetime.fromisoformat(at))) for name, at in row["turned"] or ()),
            _day(row["fell_at"]),
            row["sender"],
        )
        for row in rows
    )


async def _stuck(organisation: UUID) -> int:
    rows = await _rows("SELECT count(*) AS n FROM delivery WHERE organisation_id = $1 AND state IN ('failed', 'unclear')", organisation)
    return int(rows[0]["n"])


async def _told(organisation: UUID) -> tuple[Told, ...]:
    rows = await _rows(
        f"""
        SELECT u.id, u.title, u.published_at, u.withdrawn_at, u.voice, o.kind, o.name AS speaker, x.arrivals, x.first_at
        FROM status_update u JOIN organisation o ON o.id = u.organisation_id CROSS JOIN LATERAL (
          SELECT min(d.due_at) AS first_at, jsonb_agg(jsonb_build_object('channel', d.channel, 'name', coalesce(c.name, ''), 'state', d.state, 'reason', d.reason,
                                                                         'due_at', d.due_at) ORDER BY d.due_at, d.created_at, d.channel) AS arrivals
          FROM delivery d LEFT JOIN connection c ON c.id = d.connection_id WHERE d.status_update_id = u.id AND d.kind = 'publication') x
        WHERE {_MINE.format("u", "promise_id")} AND (u.published_at IS NOT NULL OR x.arrivals IS NOT NULL)
        ORDER BY coalesce(u.published_at, x.first_at) DESC, u.id LIMIT {LATEST}""",
        organisation,
    )
    return tuple(
        Told(
            row["id"],
            row["title"],
            clock.day(row["published_at"] or row["first_at"]),
            row["withdrawn_at"] is not None,
            row["published_at"] is not None,
            tuple(
                Arrival(one["channel"], one["name"], one["state"], one["reason"], clock.day(dt.datetime.fromisoformat(one["due_at"])))
                for one in row["arrivals"] or ()
            ),
            ("joint", "Gemensamt") if row["voice"] == "joint" else ("police" if row["kind"] == "police" else "municipality", row["speaker"]),
        )
        for row in rows
    )


async def _activities(organisation: UUID) -> tuple[Activity, ...]:
    """What is counted, in the order of the promise, each with what stands of what was recorded: what is corrected counts no more."""
    rows = await _rows(
        f"""
        SELECT t.id, t.promise_id, coalesce(f.title, '') AS area, coalesce(g.title, '') AS goal, t.title, t.at_least, t.per, t.unit, t.places, c.days, c.amounts,
          c.at
        FROM activity t LEFT JOIN goal g ON g.promise_id = t.promise_id AND g.id = t.goal_id
          LEFT JOIN focus_area f ON f.promise_id = t.promise_id AND f.id = coalesce(t.focus_area_id, g.focus_area_id)
        LEFT JOIN LATERAL (
          SELECT array_agg(o.happened_on) AS days, array_agg(o.amount) AS amounts, array_agg(o.place) AS at FROM outcome o
          WHERE o.activity_id = t.id AND o.amount > 0 AND NOT EXISTS (SELECT FROM outcome n WHERE n.corrects_id = o.id)) c ON true
        WHERE {_MINE.format("t", "promise_id")} AND t.measure IN ('count', '') AND t.removed_in IS NULL
        ORDER BY f.position NULLS LAST, g.position NULLS LAST, t.position""",
        organisation,
    )
    return tuple(
        Activity(
            row["id"],
            row["promise_id"],
            row["area"],
            row["goal"],
            row["title"],
            row["at_least"],
            row["per"],
            row["unit"],
            tuple(row["places"]),
            tuple(Done(*one) for one in zip(row["days"] or (), row["amounts"] or (), row["at"] or (), strict=True)),
        )
        for row in rows
    )


async def _meanings(organisation: UUID) -> tuple[Meaning, ...]:
    rows = await _rows(
        f"SELECT d.promise_id, d.term, d.meaning FROM definition d WHERE {_MINE.format('d', 'promise_id')} ORDER BY d.term, d.promise_id",
        organisation,
    )
    return tuple(Meaning(row["promise_id"], row["term"], row["meaning"]) for row in rows)


async def _municipalities(organisation: UUID, today: dt.date) -> tuple[Municipality, ...]:
    rows = await _rows(
        """
        SELECT DISTINCT o.id, o.name, o.short_name, o.slug FROM area_membership m JOIN organisation o ON o.id = m.municipality_id
        WHERE m.police_id = $1 AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)""",
        organisation,
        today,
    )
    return tuple(Municipality(row["id"], row["name"], row["short_name"], row["slug"]) for row in rows)


async def across_organisations_covers(slugs: Sequence[str]) -> dict[str, list[Validity]]:
    """Which days residents of these municipalities have a published promise for, whoever signed it. For the role that reads what is public."""
    rows = await database.connection().fetch(
        "SELECT slug, valid_from, valid_until, (content ->> 'review_on')::date AS review_on FROM published_promise WHERE slug = ANY($1)", list(slugs)
    )
    found: dict[str, list[Validity]] = {}
    for row in rows:
        found.setdefault(row["slug"], []).append(Validity(row["valid_from"], row["valid_until"], row["review_on"]))
    return found


def _day(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else clock.day(moment)


def _day_of(stored: str | None) -> dt.date | None:
    return None if stored is None else clock.day(dt.datetime.fromisoformat(stored))
