"""What is reported through the year: each party's own rhythms, when bodies meet, and the reports themselves."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class OwnRhythm(Table, tablename="own_rhythm", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    promise_id = UUID(null=False, default=None)
    receiver = Text(null=False, default=None)
    per = Text(null=False, default=None)
    form = Text(null=False, default=None)
    days_after = Integer(null=False, default=0)
    days_before = Integer(null=True)
    planned_for = Integer(null=False, default=0)
    created_at = Timestamptz(null=False, default=None)


class Meeting(Table, tablename="meeting", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    body = Text(null=False, default=None)
    held_on = Date(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class Report(Table, tablename="report", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    obligation_id = UUID(null=True)
    own = Boolean(null=False, default=None)
    title = Text(null=False, default=None)
    receiver = Text(null=False, default=None)
    form = Text(null=False, default=None)
    period_from = Date(null=False, default=None)
    period_until = Date(null=False, default=None)
    due_on = Date(null=False, default=None)
    meeting_on = Date(null=True)
    parts = JSONB(null=False, default=None)
    figures = JSONB(null=False, default=None)
    figures_at = Timestamptz(null=False, default=None)
    edited_name = Text(null=False, default=None)
    edited_at = Timestamptz(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    handed_in_at = Timestamptz(null=True)
    handed_in_name = Text(null=False, default="")
    handed_in_office = Text(null=False, default="")
    snapshot = Text(null=True)
    content_hash = Text(null=True)
    reported_on = Date(null=True)
    paragraph = Text(null=False, default="")
