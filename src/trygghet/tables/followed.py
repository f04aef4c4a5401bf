"""The yearly follow-ups: what each party says of them, and what they say together."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class FollowUp(Table, tablename="follow_up", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    revealed_at = Timestamptz(null=True)
    subjects = JSONB(null=False, default="[]")
    joint = JSONB(null=False, default="{}")
    summary = Text(null=False, default="")
    lessons = Text(null=False, default="")
    next_year = Text(null=False, default="")
    content = JSONB(null=True)
    content_hash = Text(null=False, default="")
    edited_name = Text(null=False, default="")
    edited_office = Text(null=False, default="")
    edited_for = UUID(null=True)
    edited_at = Timestamptz(null=True)
    signed_at = Timestamptz(null=True)
    created_at = Timestamptz(null=False, default=None)


class HandIn(Table, tablename="hand_in", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    follow_up_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    subjects = JSONB(null=False, default="{}")


class Assessment(Table, tablename="assessment", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    follow_up_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    subject = Text(null=False, default=None)
    verdict = Text(null=True)
    reason = Text(null=False, default="")


class FollowUpMerge(Table, tablename="follow_up_merge", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    year = Integer(null=False, default=None)
    reason = Text(null=False, default=None)
    content_hash = Text(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    agreed_at = Timestamptz(null=True)
    withdrawn_at = Timestamptz(null=True)


class ApprovedFollowUp(Table, tablename="approved_follow_up", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    follow_up_id = UUID(null=False, default=None)
    content_hash = Text(null=False, default=None)
    content = JSONB(null=False, default=None)
