"""Followers, what is counted of those who ask, and what has happened in what is published."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import database
from trygghet.followers.rules import DAY, HOUR, KIND, ONCE, Asked, Event, Follower, Happening, Pace, Scope

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.followers.rules import Wish

_HEADING = "lower(regexp_replace(btrim(a->>'title'), '\\s+', ' ', 'g'))"
"""A focus area's heading, as a theme is followed by it."""
_FOLLOWER = """
SELECT f.id, f.organisation_id, f.email, f.scope, f.subject, f.pace, f.round, f.confirmed_at, o.slug, f.language,
       CASE f.scope WHEN 'promise' THEN (SELECT p.content->>'title' FROM published_promise p WHERE p.promise_id = f.subject::uuid LIMIT 1)
         WHEN 'theme' THEN f.subject ELSE (SELECT s.name FROM published_organisation s WHERE s.id = f.subject::uuid) END AS name
FROM follower f JOIN published_organisation o ON o.id = f.organisation_id
"""


def _follower(row: Any) -> Follower:
    return Follower(
        row["id"],
        row["organisation_id"],
        row["email"],
        Scope(row["scope"]),
        row["subject"],
        Pace(row["pace"]),
        row["round"],
        row["confirmed_at"],
        row["slug"],
        row["name"] or "",
        row["language"],
    )


# ---------------------------------------------------------------- asking
class Found(NamedTuple):
    """What is asked for, as it is kept: whose page it was asked on, and the subject's id."""

    organisation_id: UUID
    subject: str


async def across_organisations_find(scope: Scope, slug: str, subject: str) -> Found | None:
    """What can be followed under that name; None where residents read no such thing."""
    row = await database.connection().fetchrow(
        f"""
        SELECT o.id, CASE WHEN $2 IN ('promise', 'theme') THEN $3 ELSE o.id::text END AS subject FROM published_organisation o
        WHERE (o.slug = $1 OR o.id = (SELECT former.organisation_id FROM former_slug former WHERE former.slug = $1)) AND CASE $2
          WHEN 'promise' THEN EXISTS (SELECT FROM published_promise p WHERE p.slug = o.slug AND p.promise_id::text = $3)
          WHEN 'theme' THEN EXISTS (SELECT FROM published_promise p, jsonb_array_elements(p.content->'areas') a WHERE p.slug = o.slug AND {_HEADING} = $3)
          WHEN 'area' THEN o.kind = 'police' ELSE o.kind = 'municipality' END""",
        slug,
        scope.value,
        subject,
    )
    return Found(row["id"], row["subject"]) if row else None


async def across_organisations_alone(mark: str) -> None:
    """Until the unit of work ends nobody else asks for the same address."""
    await database.connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 7))", mark)


async def across_organisations_asked(mark: str, network: str, organisation_id: UUID, wall: dt.datetime) -> Asked:
    """How often it has been asked lately, before this time."""
    row = await database.connection().fetchrow(
        """
        SELECT (SELECT count(*) FROM follow_attempt WHERE mark = $1 AND at > $4) AS address,
               (SELECT count(*) FROM follow_attempt WHERE network = $2 AND at > $5) AS network,
               (SELECT count(*) FROM follow_attempt WHERE organisation_id = $3 AND at > $5) AS organisation,
               EXISTS (SELECT FROM former_follower WHERE mark = $1) AS has_left""",
        mark,
        network,
        organisation_id,
        wall - DAY,
        wall - HOUR,
    )
    assert row is not None, "a row of counts"
    return Asked(*row)


async def across_organisations_count(mark: str, network: str, organisation_id: UUID, wall: dt.datetime) -> None:
    """One more."""
    await database.connection().execute(
        "INSERT INTO follow_attempt (mark, network, organisation_id, at) VALUES ($1, $2, $3, $4)", mark, network, organisation_id, wall
    )


async def across_organisations_add(wish: Wish, found: Found, now: dt.datetime) -> tuple[UUID, int]:
    """Keeps who asked, once for each thing; returns whose the letter is and which of their letters. Who has said yes keeps their pace and language."""
    row = await database.connection().fetchrow(
        """
        INSERT INTO follower AS f (organisation_id, email, scope, subject, pace, asked_at, language) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (email, scope, subject) DO UPDATE SET round = f.round + 1, asked_at = excluded.asked_at,
          pace = CASE WHEN f.confirmed_at IS NULL THEN excluded.pace ELSE f.pace END,
          language = CASE WHEN f.confirmed_at IS NULL THEN excluded.language ELSE f.language END
        RETURNING id, round""",
        found.organisation_id,
        wish.email,
        wish.scope.value,
        found.subject,
        wish.pace.value,
        now,
        wish.language,
    )
    assert row is not None, "an upsert returns its row"
    return row["id"], row["round"]


# ---------------------------------------------------------------- the follower's own
async def across_organisations_get(follower_id: UUID) -> Follower | None:
    """Somebody who follows or has asked to; None where they have left."""
    row = await database.connection().fetchrow(f"{_FOLLOWER} WHERE f.id = $1", follower_id)
    return _follower(row) if row else None


async def across_organisations_confirm(follower_id: UUID, mark: str, now: dt.datetime) -> None:
    """They have said yes: from now on they are told. That the address left once is forgotten."""
    await database.connection().execute(
        "UPDATE follower SET confirmed_at = $2, told_until = $2 WHERE id = $1 AND confirmed_at IS NULL", follower_id, now
    )
    await database.connection().execute("DELETE FROM former_follower WHERE mark = $1", mark)


async def across_organisations_change(follower_id: UUID, pace: Pace, language: str, now: dt.datetime) -> None:
    """Another pace, or another language. Who wants each thing from now on is not sent a month of them at once, and who no longer wants a single letter
    has had none such: the one that was on its way is one of many.
    """
    await database.connection().execute(
        f"UPDATE delivery d SET key = 'follow:' || $1 || ':follow_up:' || (d.words->>'subject') WHERE d.kind = '{KIND}'"
        f" AND d.words->>'follower' = $1 AND d.key = 'follow:' || $1 || ':{ONCE}' AND $2 <> '{Pace.FOLLOWED_UP}'",
        str(follower_id),
        pace.value,
    )
    await database.connection().execute(
        "UPDATE follower SET pace = $2, language = $4,"
        " told_until = CASE WHEN $2 = 'each' AND pace <> $2 THEN greatest(told_until, $3) ELSE told_until END"
        " WHERE id = $1 AND confirmed_at IS NOT NULL",
        follower_id,
        pace.value,
        now,
        language,
    )


async def across_organisations_delete(ids: Sequence[UUID]) -> None:
    """They are gone, and with them every letter that had their address."""
    link = database.connection()
    await link.execute("DELETE FROM delivery WHERE kind = $2 AND words->>'follower' = ANY($1::text[])", [str(one) for one in ids], KIND)
    await link.execute("DELETE FROM follower WHERE id = ANY($1::uuid[])", list(ids))


async def across_organisations_remember(mark: str, now: dt.datetime) -> None:
    """That the address has left, and nothing else."""
    await database.connection().execute(
        "INSERT INTO former_follower (mark, left_at) VALUES ($1, $2) ON CONFLICT (mark) DO UPDATE SET left_at = excluded.left_at", mark, now
    )


# ---------------------------------------------------------------- what has happened
_HAPPENED = f"""
reach AS (
  SELECT p.promise_id, p.slug, 'promise' AS scope, p.promise_id::text AS subject, NULL::text AS only, NULL::date AS first, NULL::date AS last
    FROM published_promise p
  UNION ALL SELECT p.promise_id, p.slug, 'promise', p.content->>'follows', 'promise', NULL, NULL FROM published_promise p WHERE p.content->>'follows' <> ''
  UNION ALL SELECT p.promise_id, p.slug, 'municipality', o.id::text, NULL, NULL, NULL
    FROM published_promise p JOIN published_organisation o ON o.slug = p.slug
  UNION ALL SELECT p.promise_id, p.slug, 'area', o.id::text, NULL, (m->>'from')::date, (m->>'until')::date
    FROM published_organisation o, jsonb_array_elements(o.municipalities) m JOIN published_promise p ON p.slug = m->>'slug'
  UNION ALL SELECT p.promise_id, p.slug, 'theme', {_HEADING}, NULL, NULL, NULL FROM published_promise p, jsonb_array_elements(p.content->'areas') a),
happened AS (
  SELECT 'promise' AS happening, p.promise_id, p.promise_id AS id, 0 AS number, p.content->>'title' AS title, '' AS key, p.published_at AS since,
         p.published_at AS at FROM published_promise p
  UNION ALL SELECT 'update', u.promise_id, u.id, 0, u.content->>'title', '', u.published_at, u.changed_at
    FROM published_update u WHERE u.withdrawn_at IS NULL
  UNION ALL SELECT 'correction', u.promise_id, u.id, jsonb_array_length(u.content->'corrections'), u.content->>'title', '', u.published_at, u.changed_at
    FROM published_update u WHERE u.withdrawn_at IS NULL AND jsonb_array_length(coalesce(u.content->'corrections', '[]')) > 0
  UNION ALL SELECT 'follow_up', u.promise_id, u.id, 0, u.frozen::jsonb->>'title', u.key, u.signed_at, u.signed_at FROM published_follow_up u)"""
"""What each promise is reached by, and all that has been told of it. Who follows the promise before it hears that it is there, and `only` that. `since` is when residents could read it first, `at` its last change."""
_STOPPED = """EXISTS (SELECT FROM publishing_stop t WHERE t.lifted_at IS NULL AND (t.organisation_id IS NULL
  OR t.organisation_id IN (SELECT y.organisation_id FROM party y WHERE y.promise_id = h.promise_id)))"""
_NEW = f"""
WITH {_HAPPENED},
found AS (
  SELECT f.id AS follower_id, f.organisation_id, f.pace, f.told_until, h.happening, h.id AS subject, h.number, h.title, h.at,
         CASE h.happening WHEN 'correction' THEN h.at ELSE h.since END AS since, {_STOPPED} AS stopped
  FROM follower f JOIN reach r ON (r.scope, r.subject) = (f.scope, f.subject) JOIN happened h ON h.promise_id = r.promise_id
  WHERE f.confirmed_at IS NOT NULL AND h.at > (SELECT min(told_until) FROM follower WHERE confirmed_at IS NOT NULL)
    AND (r.first IS NULL OR (h.since AT TIME ZONE 'Europe/Stockholm')::date BETWEEN r.first AND coalesce(r.last, 'infinity'))
    AND (r.only IS NULL OR h.happening = r.only)
    AND CASE
      WHEN f.pace = 'monthly' THEN h.happening <> 'correction' AND h.since > f.told_until AND h.since < $2
      WHEN h.happening = 'correction' THEN f.pace = 'each' AND h.at > f.told_until AND h.at <= $1 AND h.since <= f.told_until AND h.since > f.confirmed_at
      ELSE (f.pace = 'each' OR h.happening = 'follow_up') AND h.since > f.told_until AND h.since <= $1 END),
free AS (SELECT found.*, bool_or(stopped) OVER (PARTITION BY follower_id) AS waits FROM found)
SELECT DISTINCT ON (follower_id, happening, subject, number) * FROM free WHERE NOT waits ORDER BY follower_id, happening, subject, number
"""
"""A correction of what they were told is told; one of what they have not been told yet is in the letter about it. While somebody has stopped
publishing, whom it concerns waits with all of it, so that nothing is passed over. What has been changed after `until` is there too, and waits."""


async def across_organisations_news(until: dt.datetime, turn: dt.datetime) -> list[tuple[UUID, list[Event], dt.datetime]]:
    """What followers are to be told and have not been: what residents could read by `until`, and for those told by the month what came before its turn.

    By follower, with the moment up to which they have been told. The one rule for who is told of what.
    """
    rows = await database.connection().fetch(_NEW, until, turn)
    return [
        (follower_id, [_event(row) for row in theirs], theirs[0]["told_until"])
        for follower_id, found in groupby(rows, key=lambda row: row["follower_id"])
        for theirs in [list(found)]
    ]


def _event(row: Any) -> Event:
    pace, happening = Pace(row["pace"]), Happening(row["happening"])
    return Event(row["follower_id"], row["organisation_id"], pace, happening, row["subject"], row["number"], row["title"], row["since"], row["at"])


async def across_organisations_told(until: Mapping[UUID, dt.datetime]) -> None:
    """Up to these moments they have been told."""
    await database.connection().execute(
        "UPDATE follower f SET told_until = greatest(f.told_until, w.until) FROM unnest($1::uuid[], $2::timestamptz[]) AS w (id, until) WHERE f.id = w.id",
        list(until),
        list(until.values()),
    )


async def across_organisations_pass(until: dt.datetime, turn: dt.datetime) -> None:
    """Whoever has had nothing to be told up to these moments has been told so far, so that the next look need not go farther back.

    While anything is stopped it stays as it is: what waits would be passed over.
    """
    await database.connection().execute(
        "UPDATE follower SET told_until = CASE pace WHEN 'monthly' THEN $2::timestamptz ELSE $1::timestamptz END WHERE confirmed_at IS NOT NULL"
        " AND told_until < CASE pace WHEN 'monthly' THEN $2::timestamptz ELSE $1::timestamptz END AND NOT EXISTS (SELECT FROM publishing_stop WHERE lifted_at IS NULL)",
        until,
        turn,
    )


class Thing(NamedTuple):
    """A published thing as a letter tells of it: `slug` is the page's that its reader follows, where it is on that."""

    id: UUID
    promise_id: UUID
    slug: str
    happening: Happening
    title: str
    key: str
    since: dt.datetime


async def across_organisations_month(follower_id: UUID, since: dt.datetime, until: dt.datetime) -> list[Thing]:
    """What happened between the moments in what somebody follows, the first first."""
    rows = await database.connection().fetch(
        f"""
        WITH {_HAPPENED}
        SELECT DISTINCT ON (h.since, h.id) h.id, h.promise_id, r.slug, h.happening, h.title, h.key, h.since
        FROM follower f JOIN published_organisation o ON o.id = f.organisation_id
        JOIN reach r ON (r.scope, r.subject) = (f.scope, f.subject) JOIN happened h ON h.promise_id = r.promise_id
        WHERE f.id = $1 AND h.since > $2 AND h.since < $3 AND h.happening <> 'correction'
          AND (r.first IS NULL OR (h.since AT TIME ZONE 'Europe/Stockholm')::date BETWEEN r.first AND coalesce(r.last, 'infinity'))
    AND (r.only IS NULL OR h.happening = r.only)
        ORDER BY h.since, h.id, r.slug <> o.slug""",
        follower_id,
        since,
        until,
    )
    return [Thing(**{**row, "happening": Happening(row["happening"])}) for row in rows]


async def across_organisations_update(update_id: UUID, slug: str) -> Mapping[str, Any] | None:
    """A published update with a page that it is on."""
    return await _on_a_page("SELECT u.content, u.withdrawn_at, u.promise_id FROM published_update u WHERE u.id = $1", update_id, slug)


async def across_organisations_follow_up(follow_up_id: UUID, slug: str) -> Mapping[str, Any] | None:
    """A published follow-up with a page that it is on."""
    return await _on_a_page("SELECT u.frozen, u.signed_at, u.key, u.promise_id FROM published_follow_up u WHERE u.id = $1", follow_up_id, slug)


async def across_organisations_promise(promise_id: UUID, slug: str) -> Mapping[str, Any] | None:
    """A published promise with a page that it is on."""
    return await _on_a_page("SELECT u.promise_id, $1::uuid AS id FROM published_promise u WHERE u.promise_id = $1 LIMIT 1", promise_id, slug)


async def _on_a_page(query: str, id_: UUID, slug: str) -> Mapping[str, Any] | None:
    row: Mapping[str, Any] | None = await database.connection().fetchrow(
        f"SELECT t.*, p.slug, p.name, p.content AS promise FROM ({query}) t JOIN published_promise p ON p.promise_id = t.promise_id"
        " ORDER BY p.slug <> $2, p.slug LIMIT 1",
        id_,
        slug,
    )
    return row


# ---------------------------------------------------------------- who is gone
async def across_organisations_over() -> list[tuple[UUID, str]]:
    """Whom there is nothing more to tell: who wanted one letter and has had it, and whose mailbox takes none; with their addresses.

    What failed on our side is no reason to forget anybody.
    """
    rows = await database.connection().fetch(
        f"""
        SELECT f.id, f.email FROM follower f WHERE EXISTS (SELECT FROM delivery d WHERE d.kind = '{KIND}' AND d.words->>'follower' = f.id::text
          AND ((d.key = 'follow:' || f.id || ':{ONCE}' AND d.state = 'sent')
            OR (d.bounced_at IS NOT NULL AND EXISTS (SELECT FROM bounce b WHERE b.message_id = d.message_id AND b.hard))))
        OR (SELECT count(*) FROM delivery d WHERE d.kind = '{KIND}' AND d.words->>'follower' = f.id::text AND d.state = 'failed'
          AND d.reason LIKE 'Mejlservern tar inte emot brev till %') > 2"""
    )
    return [(row["id"], row["email"]) for row in rows]


async def across_organisations_free_single_letters() -> None:
    """A single letter that could not be sent, or was no longer true, is forgotten, so that the next follow-up may be told instead."""
    await database.connection().execute(
        f"DELETE FROM delivery WHERE kind = '{KIND}' AND key LIKE 'follow:%:{ONCE}' AND state IN ('failed', 'skipped')"
    )


async def across_organisations_old(asked_before: dt.datetime) -> list[UUID]:
    """Who asked before then and never said yes, or follows what there is no more."""
    rows = await database.connection().fetch(
        f"SELECT w.id FROM ({_FOLLOWER}) w JOIN follower f ON f.id = w.id WHERE (f.confirmed_at IS NULL AND f.asked_at < $1) OR w.name IS NULL",
        asked_before,
    )
    return [row["id"] for row in rows]


async def across_organisations_forget(letters: dt.datetime, left: dt.datetime, attempts: dt.datetime) -> None:
    """Letters settled, addresses that left and attempts made before these moments."""
    link = database.connection()
    await link.execute(f"DELETE FROM delivery WHERE kind = '{KIND}' AND settled_at < $1", letters)
    await link.execute("DELETE FROM former_follower WHERE left_at < $1", left)
    await link.execute("DELETE FROM follow_attempt WHERE at < $1", attempts)


async def across_organisations_number(organisation_id: UUID) -> int:
    """How many follow from the organisation's pages."""
    found: int = await database.connection().fetchval(
        "SELECT count(*) FROM follower WHERE organisation_id = $1 AND confirmed_at IS NOT NULL", organisation_id
    )
    return found


# ---------------------------------------------------------------- what there is to follow
async def across_organisations_choices(slug: str, today: dt.date) -> list[Mapping[str, Any]]:
    """What can be followed from a page: its promises, itself, the police areas that cover it that day, and what its promises turn to."""
    rows: list[Mapping[str, Any]] = await database.connection().fetch(
        f"""
        SELECT 'promise' AS scope, p.slug, p.promise_id::text AS subject, p.content->>'title' AS name, 1 AS place, p.valid_from AS day
        FROM published_promise p WHERE p.slug = $1
        UNION SELECT CASE o.kind WHEN 'police' THEN 'area' ELSE 'municipality' END, o.slug, '', o.name, 2, NULL FROM published_organisation o
        WHERE (o.slug = $1 AND o.kind IN ('municipality', 'police')) OR (o.kind = 'police' AND EXISTS (
          SELECT FROM jsonb_array_elements(o.municipalities) m WHERE m->>'slug' = $1
            AND $2 BETWEEN (m->>'from')::date AND coalesce((m->>'until')::date, 'infinity')))
        UNION SELECT 'theme', p.slug, {_HEADING}, {_HEADING}, 3, NULL FROM published_promise p, jsonb_array_elements(p.content->'areas') a
        WHERE p.slug = $1 AND btrim(a->>'title') <> ''
        ORDER BY place, day DESC, scope DESC, name""",
        slug,
        today,
    )
    return rows


async def across_organisations_places() -> list[Mapping[str, Any]]:
    """Every municipality and police area, by name."""
    rows: list[Mapping[str, Any]] = await database.connection().fetch(
        "SELECT CASE o.kind WHEN 'police' THEN 'area' ELSE 'municipality' END AS scope, o.slug, '' AS subject, o.name FROM published_organisation o"
        " WHERE o.kind IN ('municipality', 'police') ORDER BY o.kind, o.name"
    )
    return rows
