"""Reports, own rhythms and meeting dates in the database. Row level security hides what is others'; every function names the organisation too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import database, swedish
from trygghet.obligations.rhythms import Meeting, Rhythm
from trygghet.reports import figures
from trygghet.reports.rules import Report, Section
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

_PLAIN = (
    "id", "promise_id", "organisation_id", "obligation_id", "own", "title", "receiver", "form", "period_from", "period_until", "due_on", "meeting_on",
    "figures_at", "edited_name", "edited_at", "handed_in_at", "handed_in_name", "handed_in_office", "snapshot", "content_hash", "reported_on",
    "paragraph",
)  # fmt: skip
_SEEN = """EXISTS (SELECT FROM access a WHERE a.promise_id = r.promise_id AND a.organisation_id = $1)
AND (r.organisation_id = $1 OR (r.handed_in_at IS NOT NULL AND NOT r.own))"""
_REPORT = f"""
SELECT r.*, p.title AS promise_title, o.name AS organisation FROM report r
JOIN promise p ON p.id = r.promise_id JOIN organisation o ON o.id = r.organisation_id WHERE {_SEEN}
"""


# ---------------------------------------------------------------- reports
async def every(organisation: UUID, *, promise_id: UUID | None = None) -> list[Report]:
    """All that the organisation may see, the latest period first; or those of one promise."""
    rows = await database.connection().fetch(
        f"{_REPORT} AND ($2::uuid IS NULL OR r.promise_id = $2) ORDER BY r.period_until DESC, r.title, r.id", organisation, promise_id
    )
    return [_report(row) for row in rows]


async def one(organisation: UUID, report_id: UUID, *, lock: bool = False) -> Report:
    """One report; with `lock` nobody else changes it until the unit of work ends. Raises `NotFound`."""
    row = await database.connection().fetchrow(f"{_REPORT} AND r.id = $2{' FOR UPDATE OF r' if lock else ''}", organisation, report_id)
    if row is None:
        raise NotFound
    return _report(row)


async def of_duty(organisation: UUID, obligation_id: UUID) -> UUID | None:
    """The report that the organisation has made for a duty, or else one that another party has handed in."""
    found: UUID | None = await database.connection().fetchval(
        f"SELECT r.id FROM report r WHERE {_SEEN} AND r.obligation_id = $2 ORDER BY r.organisation_id = $1 DESC, r.handed_in_at LIMIT 1",
        organisation,
        obligation_id,
    )
    return found


async def add(organisation: UUID, report: Report, *, now: dt.datetime) -> UUID:
    """A new draft; where the organisation has one for the duty already, that one. Raises `NotFound` for a promise that is not open to it."""
    link = database.connection()
    made: UUID | None = await link.fetchval(_ADD, organisation, *_values(report), now)
    if made is None:
        made = await link.fetchval(
            f"SELECT r.id FROM report r WHERE {_SEEN} AND r.organisation_id = $1 AND r.obligation_id = $2", organisation, report.obligation_id
        )
    if made is None:
        raise NotFound
    return made


_ADD = """
INSERT INTO report (organisation_id, promise_id, obligation_id, own, title, receiver, form, period_from, period_until, due_on, meeting_on,
                    parts, figures, figures_at, edited_name, edited_at, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16
WHERE EXISTS (SELECT FROM access a WHERE a.promise_id = $2 AND a.organisation_id = $1)
ON CONFLICT (obligation_id, organisation_id) DO NOTHING RETURNING id
"""
_HEAD = ("promise_id", "obligation_id", "own", "title", "receiver", "form", "period_from", "period_until", "due_on", "meeting_on")


def _values(report: Report) -> tuple[object, ...]:
    return (*(getattr(report, name) for name in _HEAD), _parts(report.sections), report.figures.as_json(), report.figures_at, report.edited_name)


def _parts(sections: Sequence[Section]) -> list[dict[str, str]]:
    return [{"key": one.key, "proposed": one.proposed, "text": one.text} for one in sections]


async def write(organisation: UUID, report: Report, *, by_name: str, now: dt.datetime) -> None:
    """The sections and figures of one's own draft. Raises `NotFound`."""
    if not await database.connection().fetchval(
        "UPDATE report SET parts = $3, figures = $4, figures_at = $5, edited_name = $6, edited_at = $7"
        " WHERE organisation_id = $1 AND id = $2 AND handed_in_at IS NULL RETURNING true",
        organisation,
        report.id,
        _parts(report.sections),
        report.figures.as_json(),
        report.figures_at,
        by_name,
        now,
    ):
        raise NotFound


async def hand_in(organisation: UUID, report_id: UUID, snapshot: str, content_hash: str, by: tuple[str, str], *, now: dt.datetime) -> None:
    """Fixes what one's own draft says; `by` is a name and an office. The database lets nobody change it from then on. Raises `NotFound`."""
    if not await database.connection().fetchval(
        "UPDATE report SET snapshot = $3, content_hash = $4, handed_in_name = $5, handed_in_office = $6, handed_in_at = $7"
        " WHERE organisation_id = $1 AND id = $2 AND handed_in_at IS NULL RETURNING true",
        organisation,
        report_id,
        snapshot,
        content_hash,
        *by,
        now,
    ):
        raise NotFound


async def note(organisation: UUID, report_id: UUID, on: dt.date, paragraph: str) -> None:
    """Where one's own handed-in report stands in the minutes. Raises `NotFound`."""
    if not await database.connection().fetchval(
        "UPDATE report SET reported_on = $3, paragraph = $4 WHERE organisation_id = $1 AND id = $2 AND handed_in_at IS NOT NULL RETURNING true",
        organisation,
        report_id,
        on,
        paragraph,
    ):
        raise NotFound


async def discard(organisation: UUID, report_id: UUID) -> None:
    """Throws one's own draft away. Raises `NotFound`."""
    if not await database.connection().fetchval(
        "DELETE FROM report WHERE organisation_id = $1 AND id = $2 AND handed_in_at IS NULL RETURNING true", organisation, report_id
    ):
        raise NotFound


def _report(row: Any) -> Report:
    sections = tuple(Section(part["key"], part["proposed"], part["text"]) for part in row["parts"])
    return Report(
        **{name: row[name] for name in _PLAIN},
        promise_title=row["promise_title"],
        organisation=row["organisation"],
        sections=sections,
        figures=figures.from_json(row["figures"]),
    )


# ---------------------------------------------------------------- one's own rhythms


async def own_rhythms(organisation: UUID, *, promise_id: UUID | None = None) -> dict[UUID, list[Rhythm]]:
    """The organisation's own rhythms by promise, or those of one promise."""
    rows = await database.connection().fetch(
        "SELECT promise_id, receiver, per, days_after, id, form, days_before, created_at FROM own_rhythm"
        " WHERE organisation_id = $1 AND ($2::uuid IS NULL OR promise_id = $2) ORDER BY receiver, per",
        organisation,
        promise_id,
    )
    found: dict[UUID, list[Rhythm]] = {}
    for row in rows:
        fields = ("receiver", "per", "days_after", "id", "form", "days_before")
        since = swedish.local(row["created_at"]).date()
        found.setdefault(row["promise_id"], []).append(Rhythm(**{name: row[name] for name in fields}, since=since))
    return found


async def add_rhythm(organisation: UUID, promise_id: UUID, rhythm: Rhythm, *, now: dt.datetime) -> None:
    """A rhythm of one's own on a promise. Raises `Refusal` where there is one already, `NotFound` for a promise that is not open to it."""
    link = database.connection()
    if not await link.fetchval("SELECT EXISTS (SELECT FROM access WHERE promise_id = $2 AND organisation_id = $1)", organisation, promise_id):
        raise NotFound
    made = await link.fetchval(
        "INSERT INTO own_rhythm (organisation_id, promise_id, receiver, per, form, days_after, days_before, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organisation_id, promise_id, receiver, per) DO NOTHING RETURNING true",
        organisation,
        promise_id,
        rhythm.receiver,
        rhythm.per,
        rhythm.form,
        rhythm.days_after,
        rhythm.days_before,
        now,
    )
    if made is None:
        raise Refusal("rhythm.twice", field="mottagare", receiver=rhythm.receiver)


async def remove_rhythm(organisation: UUID, rhythm_id: UUID) -> tuple[UUID, str]:
    """Takes it away; gives its promise and its receiver. Raises `NotFound`."""
    row = await database.connection().fetchrow(
        "DELETE FROM own_rhythm WHERE organisation_id = $1 AND id = $2 RETURNING promise_id, receiver", organisation, rhythm_id
    )
    if row is None:
        raise NotFound
    return row["promise_id"], row["receiver"]


async def planned(organisation: UUID, promise_id: UUID, version: int) -> None:
    """Remembers from which version of the promise the duties of one's own rhythms were planned."""
    await database.connection().execute(
        "UPDATE own_rhythm SET planned_for = $3 WHERE organisation_id = $1 AND promise_id = $2", organisation, promise_id, version
    )


async def across_organisations_outdated(*, everything: bool) -> list[tuple[UUID, UUID]]:
    """Whose own rhythms on which promises were planned from an older version of it; with `everything` all there are."""
    rows = await database.connection().fetch(
        "SELECT DISTINCT w.organisation_id, w.promise_id FROM own_rhythm w JOIN promise p ON p.id = w.promise_id"
        " WHERE p.stage IN ('signed', 'ended_early') AND ($1 OR w.planned_for <> p.version)",
        everything,
    )
    return [(row["organisation_id"], row["promise_id"]) for row in rows]


# ---------------------------------------------------------------- meetings
async def meetings(organisation: UUID) -> list[Meeting]:
    """The dates that the organisation keeps, past ones too, by body and day."""
    rows = await database.connection().fetch(
        "SELECT id, organisation_id, body, held_on FROM meeting WHERE organisation_id = $1 ORDER BY lower(body), held_on", organisation
    )
    return [Meeting(*row) for row in rows]


async def lock_meetings(organisation: UUID) -> None:
    """One change of an organisation's dates at a time, so that each is reckoned from what the one before left."""
    await database.connection().execute("SELECT pg_advisory_xact_lock(hashtextextended('meetings' || $1::text, 0))", str(organisation))


async def keep_meeting(organisation: UUID, meeting: Meeting, *, now: dt.datetime) -> None:
    """A new date, or another day for one that is there. Raises `NotFound` for another organisation's."""
    made = await database.connection().fetchval(
        "INSERT INTO meeting (id, organisation_id, body, held_on, created_at) VALUES ($2, $1, $3, $4, $5)"
        " ON CONFLICT (id) DO UPDATE SET held_on = excluded.held_on WHERE meeting.organisation_id = $1 RETURNING id",
        organisation,
        meeting.id,
        meeting.body,
        meeting.held_on,
        now,
    )
    if made is None:
        raise NotFound


async def remove_meeting(organisation: UUID, meeting_id: UUID) -> None:
    """Takes a date away. Raises `NotFound`."""
    if not await database.connection().fetchval(
        "DELETE FROM meeting WHERE organisation_id = $1 AND id = $2 RETURNING true", organisation, meeting_id
    ):
        raise NotFound


async def known_to_partners(organisation: UUID, promise_id: UUID) -> list[Meeting]:
    """The dates that rhythms of this promise may use: one's own, then those of the other parties that one may see."""
    rows = await database.connection().fetch(
        "SELECT m.id, m.organisation_id, m.body, m.held_on FROM meeting m WHERE m.organisation_id = $1"
        " OR EXISTS (SELECT FROM rhythm r JOIN party y ON y.promise_id = r.promise_id JOIN access a ON a.promise_id = r.promise_id"
        "            WHERE r.promise_id = $2 AND a.organisation_id = $1 AND y.organisation_id = m.organisation_id AND lower(r.receiver) = lower(m.body))"
        " ORDER BY m.organisation_id = $1 DESC, m.organisation_id, m.held_on",
        organisation,
        promise_id,
    )
    return [Meeting(*row) for row in rows]
