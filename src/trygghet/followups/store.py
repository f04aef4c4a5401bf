"""Rooms, sealed assessments and what is said together, as PostgreSQL keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import database
from trygghet.followups.rules import Assessment, Joint, Side, Subject, Texts, Verdict
from trygghet.followups.standing import Edited, HandedIn, Kept, Merge
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from trygghet.followups.frozen import Frozen

_OURS = "promise_id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1)"


async def sides(organisation: UUID, promise_ids: Sequence[UUID]) -> dict[UUID, tuple[Side, ...]]:
    """The parties of each promise: municipalities first, then the police, then others."""
    rows = await database.connection().fetch(
        f"SELECT y.promise_id, y.organisation_id, g.name, g.short_name, g.slug, y.side FROM party y JOIN organisation g ON g.id = y.organisation_id"
        f" WHERE y.{_OURS} AND y.promise_id = ANY($2) ORDER BY array_position(ARRAY['municipality', 'police', 'other'], y.side), g.name",
        organisation,
        list(promise_ids),
    )
    found: dict[UUID, tuple[Side, ...]] = dict.fromkeys(promise_ids, ())
    for row in rows:
        found[row["promise_id"]] += (Side(*row[1:]),)
    return found


async def kept(organisation: UUID, room_ids: Sequence[UUID]) -> dict[UUID, Kept]:
    """What there is of these rooms; nothing of those where nobody has done anything. Others' assessments only where the seal is broken."""
    link = database.connection()
    rows = await link.fetch(f"SELECT * FROM follow_up WHERE {_OURS} AND id = ANY($2)", organisation, list(room_ids))
    handed = await link.fetch(
        f"SELECT follow_up_id, organisation_id, by_name, by_office, at, subjects FROM hand_in WHERE {_OURS} AND follow_up_id = ANY($2) ORDER BY at, id",
        organisation,
        list(room_ids),
    )
    said = await link.fetch(
        f"SELECT follow_up_id, organisation_id, subject, verdict, reason FROM assessment WHERE {_OURS} AND follow_up_id = ANY($2)"
        " AND (organisation_id = $1 OR EXISTS (SELECT FROM follow_up f JOIN hand_in h ON h.follow_up_id = f.id AND h.organisation_id = assessment.organisation_id"
        "  WHERE f.id = assessment.follow_up_id AND f.revealed_at IS NOT NULL))",
        organisation,
        list(room_ids),
    )
    return {row["id"]: _kept(row, handed, said) for row in rows}


def _kept(row: Any, handed: Sequence[Any], said: Sequence[Any]) -> Kept:
    judged = {one["organisation_id"]: one["subjects"] for one in handed if one["follow_up_id"] == row["id"]}
    titles = {one["key"]: one["title"] for one in row["subjects"]}
    assessments: dict[UUID, dict[str, Assessment]] = {}
    for one in said:
        if one["follow_up_id"] != row["id"]:
            continue
        found = Assessment(Verdict(one["verdict"]) if one["verdict"] else None, one["reason"])
        own = assessments.setdefault(one["organisation_id"], {})
        key = one["subject"]
        if not titles or (found.verdict and judged.get(one["organisation_id"], {}).get(key) == titles.get(key)):
            own[key] = found  # a verdict on what reads otherwise now is none on this
    edited = Edited(row["edited_name"], row["edited_office"], row["edited_for"], row["edited_at"]) if row["edited_at"] else None
    return Kept(
        row["revealed_at"],
        tuple(Subject(one["key"], one["kind"], UUID(one["id"]) if one["id"] else None, one["title"]) for one in row["subjects"]),
        {key: Joint(one["how"], Verdict(one["verdict"]) if one["verdict"] else None, one["reason"]) for key, one in row["joint"].items()},
        Texts(row["summary"], row["lessons"], row["next_year"]),
        row["content"],
        row["content_hash"],
        edited,
        row["signed_at"],
        tuple(HandedIn(*one[1:5]) for one in handed if one["follow_up_id"] == row["id"]),
        assessments,
    )


async def our_turn(organisation: UUID, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The first and the last day of every room that is not done and where this party has not handed in or, after that, not approved."""
    rows = await database.connection().fetch(
        "SELECT o.period_from, o.due_on FROM obligation o JOIN party y ON y.promise_id = o.promise_id AND y.organisation_id = $1"
        " JOIN promise p ON p.id = o.promise_id AND p.stage <> 'replaced' LEFT JOIN follow_up f ON f.id = o.id"
        " WHERE o.kind = 'follow_up' AND o.done_at IS NULL AND o.period_from <= $2 AND CASE WHEN f.revealed_at IS NULL"
        " THEN NOT EXISTS (SELECT FROM hand_in h WHERE h.follow_up_id = o.id AND h.organisation_id = $1)"
        " ELSE NOT EXISTS (SELECT FROM approval v WHERE v.subject_id = o.id AND v.organisation_id = $1 AND v.subject_kind = 'follow_up'"
        " AND v.content_hash = f.content_hash AND v.fell_at IS NULL) END",
        organisation,
        today,
    )
    return [(row["period_from"], row["due_on"]) for row in rows]


async def take(organisation: UUID, room_id: UUID, promise_id: UUID, *, alone: bool, now: dt.datetime) -> None:
    """Makes the room's row where it is not, and holds it until the unit of work ends: `alone`, or beside others who write what is theirs.

    Raises `NotFound`.
    """
    link = database.connection()
    if alone:  # the promise before its rooms: whoever changes the promise takes them in that order too
        await link.execute(
            "SELECT FROM promise WHERE id = $2 AND id IN (SELECT a.promise_id FROM access a WHERE a.organisation_id = $1) FOR NO KEY UPDATE",
            organisation,
            promise_id,
        )
    await link.execute(
        f"INSERT INTO follow_up (id, promise_id, created_at) SELECT o.id, o.promise_id, $4 FROM obligation o"
        f" WHERE o.{_OURS} AND o.id = $2 AND o.promise_id = $3 AND o.kind = 'follow_up' ON CONFLICT (id) DO NOTHING",
        organisation,
        room_id,
        promise_id,
        now,
    )
    lock = "FOR NO KEY UPDATE" if alone else "FOR SHARE"
    if await link.fetchval(f"SELECT id FROM follow_up WHERE {_OURS} AND id = $2 {lock}", organisation, room_id) is None:
        raise NotFound


async def assess(organisation: UUID, room_id: UUID, promise_id: UUID, found: Mapping[str, Assessment]) -> None:
    """Keeps one's own assessment; what is not given stays as it is. The policies refuse any other party's."""
    await database.connection().executemany(
        "INSERT INTO assessment (promise_id, follow_up_id, organisation_id, subject, verdict, reason) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (follow_up_id, organisation_id, subject) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason"
        " WHERE (assessment.verdict, assessment.reason) IS DISTINCT FROM (excluded.verdict, excluded.reason)",
        [(promise_id, room_id, organisation, key, one.verdict.value if one.verdict else None, one.reason) for key, one in found.items()],
    )


async def hand_in(
    organisation: UUID, room_id: UUID, promise_id: UUID, subjects: Sequence[Subject], *, name: str, office: str, now: dt.datetime
) -> None:
    """Writes that the organisation has set its verdicts, and how what they are about reads."""
    await database.connection().execute(
        "INSERT INTO hand_in (promise_id, follow_up_id, organisation_id, by_name, by_office, at, subjects) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        promise_id,
        room_id,
        organisation,
        name,
        office,
        now,
        {one.key: one.title for one in subjects},
    )


async def take_back(organisation: UUID, room_id: UUID) -> None:
    """The organisation's own verdicts may be changed again."""
    await database.connection().execute("DELETE FROM hand_in WHERE follow_up_id = $2 AND organisation_id = $1", organisation, room_id)


async def reveal(organisation: UUID, room_id: UUID, subjects: Sequence[Subject], *, now: dt.datetime) -> None:
    """Breaks the seal; the database refuses it while a party has not handed in."""
    listed = [{"key": one.key, "kind": one.kind, "id": str(one.id) if one.id else None, "title": one.title} for one in subjects]
    await database.connection().execute(
        f"UPDATE follow_up SET revealed_at = $3, subjects = $4 WHERE {_OURS} AND id = $2", organisation, room_id, now, listed
    )


async def write(organisation: UUID, room_id: UUID, joint: Mapping[str, Joint], texts: Texts, edited: Edited | None) -> None:
    """What is said together; `edited` None where nobody wrote."""
    told = {key: {"how": one.how, "verdict": one.verdict.value if one.verdict else None, "reason": one.reason} for key, one in joint.items()}
    await database.connection().execute(
        f"UPDATE follow_up SET joint = $3, summary = $4, lessons = $5, next_year = $6, edited_name = $7, edited_office = $8, edited_for = $9, edited_at = $10"
        f" WHERE {_OURS} AND id = $2",
        organisation,
        room_id,
        told,
        texts.summary,
        texts.lessons,
        texts.next_year,
        *(edited or ("", "", None, None)),
    )


async def set_content(organisation: UUID, room_id: UUID, content: Mapping[str, Any], content_hash: str) -> None:
    """All of it as it is to be approved, and its hash."""
    await database.connection().execute(
        f"UPDATE follow_up SET content = $3, content_hash = $4 WHERE {_OURS} AND id = $2", organisation, room_id, dict(content), content_hash
    )


async def keep_approved(organisation: UUID, room_id: UUID) -> None:
    """Keeps what stands in the room under its hash, for whoever approves it to compare with."""
    await database.connection().execute(
        "INSERT INTO approved_follow_up (promise_id, follow_up_id, content_hash, content) SELECT promise_id, id, content_hash, content FROM follow_up"
        f" WHERE {_OURS} AND id = $2 ON CONFLICT (follow_up_id, content_hash) DO NOTHING",
        organisation,
        room_id,
    )


async def approved(organisation: UUID, room_id: UUID, content_hash: str) -> Mapping[str, Any] | None:
    """What was approved under that hash."""
    found: Mapping[str, Any] | None = await database.connection().fetchval(
        f"SELECT content FROM approved_follow_up WHERE {_OURS} AND follow_up_id = $2 AND content_hash = $3", organisation, room_id, content_hash
    )
    return found


async def sign(organisation: UUID, room_id: UUID, *, now: dt.datetime) -> None:
    """Freezes it; the database refuses it without every party's approval of exactly its hash."""
    await database.connection().execute(f"UPDATE follow_up SET signed_at = $3 WHERE {_OURS} AND id = $2", organisation, room_id, now)


async def publish(organisation: UUID, room_id: UUID, promise_id: UUID, found: Frozen, text: str) -> None:
    """Lets residents read the signed follow-up: `text` is its canonical JSON. The database refuses all but what was signed."""
    keys = [{"party": one.party, "side": one.side, "name": one.name, "office": one.office, "at": one.at.isoformat()} for one in found.keys]
    await database.connection().execute(
        "INSERT INTO published_follow_up (id, promise_id, key, frozen, content_hash, approvals, signed_at)"
        f" SELECT f.id, f.promise_id, $4, $5, $6, $7, f.signed_at FROM follow_up f WHERE f.{_OURS} AND f.id = $2 AND f.promise_id = $3"
        " AND f.signed_at IS NOT NULL",
        organisation,
        room_id,
        promise_id,
        found.key,
        text,
        found.content_hash,
        keys,
    )


# ---------------------------------------------------------------- two years as one
async def merges(organisation: UUID, promise_ids: Sequence[UUID]) -> list[Merge]:
    """What is proposed or decided of these promises' first years; what was withdrawn is left out."""
    rows = await database.connection().fetch(
        f"SELECT id, promise_id, year, reason, content_hash, organisation_id, by_name, by_office, at, agreed_at FROM follow_up_merge"
        f" WHERE {_OURS} AND promise_id = ANY($2) AND withdrawn_at IS NULL ORDER BY at, id",
        organisation,
        list(promise_ids),
    )
    return [Merge(*row) for row in rows]


async def add_merge(organisation: UUID, merge: Merge) -> None:
    """Writes the proposal, in the organisation's own name only."""
    await database.connection().execute(
        "INSERT INTO follow_up_merge (id, promise_id, year, reason, content_hash, organisation_id, by_name, by_office, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        merge.id,
        merge.promise_id,
        merge.year,
        merge.reason,
        merge.content_hash,
        organisation,
        merge.by_name,
        merge.by_office,
        merge.at,
    )


async def settle_merge(organisation: UUID, merge_id: UUID, *, agreed_at: dt.datetime | None = None, withdrawn_at: dt.datetime | None = None) -> None:
    """Decided by all, or taken back. The database refuses the former without every party's approval."""
    await database.connection().execute(
        f"UPDATE follow_up_merge SET agreed_at = $3, withdrawn_at = $4 WHERE {_OURS} AND id = $2 AND agreed_at IS NULL AND withdrawn_at IS NULL",
        organisation,
        merge_id,
        agreed_at,
        withdrawn_at,
    )
