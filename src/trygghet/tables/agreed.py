"""Texts on their way to being agreed, what was said and done about them, and what residents are told."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Wording(Table, tablename="wording", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    number = Integer(null=False, default=None)
    kind = Text(null=False, default=None)
    reason = Text(null=False, default="")
    manuscript = JSONB(null=False, default=None)
    content_hash = Text(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    shared_at = Timestamptz(null=True)
    signed_at = Timestamptz(null=True)
    withdrawn_at = Timestamptz(null=True)
    withdrawn_why = Text(null=False, default="")
    edits = Integer(null=False, default=0)
    edited_by = UUID(null=True)
    edited_for = UUID(null=True)
    edited_name = Text(null=False, default="")
    edited_office = Text(null=False, default="")
    edited_at = Timestamptz(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    shared_with = Array(base_column=UUID(), null=False, default=[])


class WordingRevision(Table, tablename="wording_revision", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    wording_id = UUID(null=False, default=None)
    number = Integer(null=False, default=None)
    reason = Text(null=False, default="")
    manuscript = JSONB(null=False, default=None)
    content_hash = Text(null=False, default=None)
    shared = Boolean(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)


class Retelling(Table, tablename="retelling", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    code = Text(null=False, default=None)
    number = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default=None)
    promise_version = Integer(null=False, default=None)
    content_hash = Text(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    published_at = Timestamptz(null=True)
    withdrawn_at = Timestamptz(null=True)
    withdrawn_why = Text(null=False, default="")


class Comment(Table, tablename="comment", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    wording_id = UUID(null=False, default=None)
    part_id = UUID(null=False, default=None)
    body = Text(null=False, default=None)
    field = Text(null=False, default="")
    was = Text(null=False, default="")
    suggested = Text(null=False, default="")
    shared = Boolean(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    settled_at = Timestamptz(null=True)
    settled_how = Text(null=False, default="")
    settled_by = Text(null=False, default="")
    form_key = UUID(null=False, default=None)
    answer = Text(null=False, default="")


class Approval(Table, tablename="approval", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    subject_kind = Text(null=False, default=None)
    subject_id = UUID(null=False, default=None)
    content_hash = Text(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    person_name = Text(null=False, default=None)
    office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    fell_at = Timestamptz(null=True)
    fell_why = Text(null=False, default="")


class Event(Table, tablename="event", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    seq = Integer(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=True)
    person_name = Text(null=False, default=None)
    office = Text(null=False, default=None)
    act = Text(null=False, default=None)
    subject_id = UUID(null=True)
    version = Text(null=False, default="")
    content_hash = Text(null=False, default="")
    words = JSONB(null=False, default="{}")
    shared = Boolean(null=False, default=None)
    previous_hash = Text(null=False, default=None)
    hash = Text(null=False, default=None)


class EventHead(Table, tablename="event_head", db=DB):
    promise_id = UUID(primary_key=True, null=False)
    seq = Integer(null=False, default=None)
    hash = Text(null=False, default=None)


class DiaryNumber(Table, tablename="diary_number", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    number = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)


class Picture(Table, tablename="picture", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    mime = Text(null=False, default=None)
    body = Bytea(null=False, default=None)
    width = Integer(null=False, default=None)
    height = Integer(null=False, default=None)
    sha256 = Text(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class StatusUpdate(Table, tablename="status_update", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default=None)
    picture_id = UUID(null=True)
    picture_alt = Text(null=False, default="")
    channels = Array(base_column=Text(), null=False, default=list)
    earliest_at = Timestamptz(null=True)
    version = Integer(null=False, default=1)
    content_hash = Text(null=False, default=None)
    shared_at = Timestamptz(null=True)
    published_at = Timestamptz(null=True)
    withdrawn_at = Timestamptz(null=True)
    withdrawn_why = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    updated_at = Timestamptz(null=False, default=None)
    follow_up_id = UUID(null=True)
    voice = Text(null=False, default="joint")
    occasion = Text(null=False, default="")
    activity_id = UUID(null=True)
    not_after = Timestamptz(null=True)
    wordings = JSONB(null=False, default="{}")
    ways = JSONB(null=False, default="{}")
    rendered = JSONB(null=False, default="{}")
    correction = Text(null=False, default="")
    published_hash = Text(null=False, default="")


class PictureVariant(Table, tablename="picture_variant", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    picture_id = UUID(null=False, default=None)
    channel = Text(null=False, default=None)
    mime = Text(null=False, default=None)
    body = Bytea(null=False, default=None)
    width = Integer(null=False, default=None)
    height = Integer(null=False, default=None)
    sha256 = Text(null=False, default=None)


class StatusUpdateVersion(Table, tablename="status_update_version", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    status_update_id = UUID(null=False, default=None)
    version = Integer(null=False, default=None)
    content = JSONB(null=False, default=None)
    content_hash = Text(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
