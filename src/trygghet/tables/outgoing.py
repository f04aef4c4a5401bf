"""What leaves the building, what residents may read, and the clocks."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Connection(Table, tablename="connection", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    channel = Text(null=False, default=None)
    name = Text(null=False, default=None)
    base_url = Text(null=False, default=None)
    form = Text(null=False, default="")
    secret = Bytea(null=False, default=None)
    state = Text(null=False, default="ok")
    state_why = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    account_id = Text(null=False, default="")
    limits = JSONB(null=False, default="{}")
    owner_id = UUID(null=True)
    expires_at = Timestamptz(null=True)
    warned_days = Integer(null=True)
    checked_at = Timestamptz(null=True)
    failing_since = Timestamptz(null=True)
    state_at = Timestamptz(null=True)


class ChannelApp(Table, tablename="channel_app", db=DB):
    id = UUID(primary_key=True, null=False)
    channel = Text(null=False, default=None)
    base_url = Text(null=False, default=None)
    secret = Bytea(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class Connecting(Table, tablename="connecting", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    channel = Text(null=False, default=None)
    base_url = Text(null=False, default=None)
    secret = Bytea(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)


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
    words = JSONB(null=False, default="{}")
    via = Text(null=False, default="")
    bounced_at = Timestamptz(null=True)
    read_at = Timestamptz(null=True)
    silenced = Boolean(null=False, default=False)
    act = Text(null=False, default="publish")
    confirmed_at = Timestamptz(null=True)
    vanished_at = Timestamptz(null=True)
    looked_at = Timestamptz(null=True)


class PublishingStop(Table, tablename="publishing_stop", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=True)
    why = Text(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    lifted_at = Timestamptz(null=True)
    lifted_by = Text(null=False, default="")


class PublishedCopy(Table, tablename="published_copy", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    status_update_id = UUID(null=False, default=None)
    version = Integer(null=False, default=None)
    act = Text(null=False, default=None)
    channel = Text(null=False, default=None)
    place = Text(null=False, default=None)
    shown = JSONB(null=False, default=None)
    sha256 = Text(null=False, default="")
    remote_url = Text(null=False, default="")
    at = Timestamptz(null=False, default=None)


class Installation(Table, tablename="installation", db=DB):
    id = Integer(primary_key=True, null=False, default=None)
    environment = Text(null=False, default=None)
    adopted_from = Text(null=False, default="")
    adopted_at = Timestamptz(null=True)


class CanaryNight(Table, tablename="canary_night", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    obligation_id = UUID(null=False, default=None)
    night = Date(null=False, default=None)
    marker = Text(null=False, default=None)
    planned_at = Timestamptz(null=False, default=None)
    published_at = Timestamptz(null=True)
    published_wall = Timestamptz(null=True)
    returned_at = Timestamptz(null=True)


class PublishedOrganisation(Table, tablename="published_organisation", db=DB):
    id = UUID(primary_key=True, null=False)
    slug = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    name = Text(null=False, default=None)
    short_name = Text(null=False, default=None)
    code = Text(null=True)
    municipalities = JSONB(null=False, default="[]")
    changed_at = Timestamptz(null=False, default=None)
    colour = Text(null=True)
    crest = Bytea(null=True)
    crest_hash = Text(null=False, default="")
    crest_width = Integer(null=False, default=0)
    crest_height = Integer(null=False, default=0)
    council = Text(null=False, default="")
    access_email = Text(null=False, default="")
    access_level = Text(null=False, default="")
    shortcomings = Text(null=False, default="")
    assessed_on = Date(null=True)
    inhabitants = Integer(null=True)
    counted_on = Date(null=True)


class FaultReport(Table, tablename="fault_report", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    text = Text(null=False, default=None)
    page = Text(null=False, default=None)
    email = Text(null=False, default=None)
    network = Text(null=False, default=None)
    reported_at = Timestamptz(null=False, default=None)


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
    calendar = JSONB(null=False, default="[]")


class PublishedVersion(Table, tablename="published_version", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    number = Integer(null=False, default=None)
    content = JSONB(null=False, default=None)
    published_at = Timestamptz(null=False, default=None)


class PublishedUpdate(Table, tablename="published_update", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    content = JSONB(null=False, default=None)
    published_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    withdrawn_at = Timestamptz(null=True)
    withdrawn_why = Text(null=False, default="")


class PublishedFollowUp(Table, tablename="published_follow_up", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    key = Text(null=False, default=None)
    frozen = Text(null=False, default=None)
    content_hash = Text(null=False, default=None)
    approvals = JSONB(null=False, default=None)
    signed_at = Timestamptz(null=False, default=None)


class PublishedPicture(Table, tablename="published_picture", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    mime = Text(null=False, default=None)
    body = Bytea(null=False, default=None)
    sha256 = Text(null=False, default=None)


class PublishedRetelling(Table, tablename="published_retelling", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    code = Text(null=False, default=None)
    content = JSONB(null=False, default=None)
    published_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    withdrawn_at = Timestamptz(null=True)
    withdrawn_why = Text(null=False, default="")


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
