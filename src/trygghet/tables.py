"""The whole schema on one page: names and types for the query builder, no behaviour.

The truth is migrations/; a test holds the two together. Constraints, indexes and policies live there alone.
"""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Organisation(Table, tablename="organisation", db=DB):
    id = UUID(primary_key=True, null=False)
    slug = Text(null=False, default=None)
    name = Text(null=False, default=None)
    short_name = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    code = Text(null=True)
    created_at = Timestamptz(null=False, default=None)


class AreaMembership(Table, tablename="area_membership", db=DB):
    id = UUID(primary_key=True, null=False)
    police_id = UUID(null=False, default=None)
    municipality_id = UUID(null=False, default=None)
    from_on = Date(null=False, default=None)
    until_on = Date(null=True)


class Person(Table, tablename="person", db=DB):
    id = UUID(primary_key=True, null=False)
    email = Text(null=False, default=None)
    name = Text(null=False, default=None)
    password_hash = Text(null=False, default=None)
    language = Text(null=False, default="sv")
    created_at = Timestamptz(null=False, default=None)


class Member(Table, tablename="member", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    role = Text(null=False, default=None)
    office = Text(null=False, default=None)
    until_on = Date(null=True)
    created_at = Timestamptz(null=False, default=None)


class Session(Table, tablename="session", db=DB):
    id = UUID(primary_key=True, null=False)
    token_hash = Bytea(null=False, default=None)
    person_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    agent = Text(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    seen_at = Timestamptz(null=False, default=None)


class SignInAttempt(Table, tablename="sign_in_attempt", db=DB):
    id = UUID(primary_key=True, null=False)
    key = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)


class Promise(Table, tablename="promise", db=DB):
    id = UUID(primary_key=True, null=False)
    title = Text(null=False, default=None)
    area_name = Text(null=False, default=None)
    oath = Text(null=False, default=None)
    valid_from = Date(null=False, default=None)
    valid_until = Date(null=True)
    review_on = Date(null=True)
    stage = Text(null=False, default=None)
    version = Integer(null=False, default=1)
    tell_every_days = Integer(null=True)
    contact_office = Text(null=False, default="")
    contact_name = Text(null=False, default="")
    contact_phone = Text(null=False, default="")
    contact_email = Text(null=False, default="")
    told_through = Text(null=False, default="")
    page_updated_on = Date(null=True)
    created_by = UUID(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    updated_at = Timestamptz(null=False, default=None)


class Access(Table, tablename="access", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    since = Timestamptz(null=False, default=None)


class Party(Table, tablename="party", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    side = Text(null=False, default=None)
    signatory_name = Text(null=False, default="")
    signatory_office = Text(null=False, default="")
    signed = Boolean(null=False, default=False)
    signed_on = Date(null=True)


class PromiseText(Table, tablename="promise_text", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    kind = Text(null=False, default=None)
    heading = Text(null=False, default=None)
    body = Text(null=False, default=None)


class Definition(Table, tablename="definition", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    term = Text(null=False, default=None)
    meaning = Text(null=False, default=None)


class Link(Table, tablename="link", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    url = Text(null=False, default=None)


class FocusArea(Table, tablename="focus_area", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default="")


class Goal(Table, tablename="goal", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    focus_area_id = UUID(null=True)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default="")


class Activity(Table, tablename="activity", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    focus_area_id = UUID(null=True)
    goal_id = UUID(null=True)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default="")
    responsible = Text(null=False, default="")
    due_on = Date(null=True)
    at_least = Integer(null=True)
    per = Text(null=False, default="period")
    unit = Text(null=False, default="")


class Outcome(Table, tablename="outcome", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    activity_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    happened_on = Date(null=False, default=None)
    amount = Integer(null=False, default=None)
    note = Text(null=False, default="")
    reporter_id = UUID(null=False, default=None)
    reporter_name = Text(null=False, default=None)
    reporter_office = Text(null=False, default=None)
    corrects_id = UUID(null=True)
    form_key = UUID(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)


class Rhythm(Table, tablename="rhythm", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    receiver = Text(null=False, default=None)
    per = Text(null=False, default=None)
    days_after = Integer(null=False, default=0)


class Obligation(Table, tablename="obligation", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    key = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    title = Text(null=False, default=None)
    due_on = Date(null=False, default=None)
    period_from = Date(null=True)
    period_until = Date(null=True)
    receiver = Text(null=False, default="")
    done_at = Timestamptz(null=True)


class ObligationMark(Table, tablename="obligation_mark", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    obligation_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    note = Text(null=False, default="")
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


class Connection(Table, tablename="connection", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    channel = Text(null=False, default=None)
    name = Text(null=False, default=None)
    base_url = Text(null=False, default=None)
    secret = Bytea(null=False, default=None)
    state = Text(null=False, default="ok")
    state_why = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)


class Delivery(Table, tablename="delivery", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    key = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    channel = Text(null=False, default=None)
    title = Text(null=False, default=None)
    promise_id = UUID(null=True)
    obligation_id = UUID(null=True)
    status_update_id = UUID(null=True)
    connection_id = UUID(null=True)
    seat = Text(null=False, default="")
    person_id = UUID(null=True)
    lead_days = Integer(null=True)
    due_at = Timestamptz(null=False, default=None)
    state = Text(null=False, default="planned")
    after_id = UUID(null=True)
    attempts = Integer(null=False, default=0)
    lookups = Integer(null=False, default=0)
    handed_out_until = Timestamptz(null=True)
    lease_until = Timestamptz(null=True)
    fence = Integer(null=False, default=0)
    address = Text(null=False, default="")
    reason = Text(null=False, default="")
    message_id = Text(null=False, default="")
    remote_id = Text(null=False, default="")
    remote_url = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    settled_at = Timestamptz(null=True)


class PublishedPromise(Table, tablename="published_promise", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    slug = Text(null=False, default=None)
    name = Text(null=False, default=None)
    code = Text(null=True)
    valid_from = Date(null=False, default=None)
    valid_until = Date(null=True)
    content = JSONB(null=False, default=None)
    published_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)


class PublishedUpdate(Table, tablename="published_update", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    content = JSONB(null=False, default=None)
    published_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    withdrawn_at = Timestamptz(null=True)
    withdrawn_why = Text(null=False, default="")


class PublishedPicture(Table, tablename="published_picture", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    mime = Text(null=False, default=None)
    body = Bytea(null=False, default=None)
    sha256 = Text(null=False, default=None)


class Tick(Table, tablename="tick", db=DB):
    id = UUID(primary_key=True, null=False)
    job = Text(null=False, default=None)
    slot = Timestamptz(null=False, default=None)


class ExampleClock(Table, tablename="example_clock", db=DB):
    id = Integer(primary_key=True, null=False, default=None)
    anchored_at = Timestamptz(null=False, default=None)
    shows_at = Timestamptz(null=False, default=None)
    target_at = Timestamptz(null=True)
    settled = BigInt(null=False, default=0)
    stuck = Boolean(null=False, default=False)
