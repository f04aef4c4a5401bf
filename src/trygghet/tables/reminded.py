"""How people are reminded: ladders, who stands in for whom, what they do not want by mail, and addresses that do not take it."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Ladder(Table, tablename="ladder", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    promise_id = UUID(null=True)
    kind = Text(null=False, default=None)
    steps = JSONB(null=False, default=None)
    repeat = JSONB(null=True)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)


class Handover(Table, tablename="handover", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    to_person_id = UUID(null=False, default=None)
    from_on = Date(null=False, default=None)
    until_on = Date(null=False, default=None)
    by_name = Text(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True)


class SilencedKind(Table, tablename="silenced_kind", db=DB):
    id = UUID(primary_key=True, null=False)
    person_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class Suppression(Table, tablename="suppression", db=DB):
    id = UUID(primary_key=True, null=False)
    email = Text(null=False, default=None)
    tier = Text(null=False, default=None)
    until_at = Timestamptz(null=True)
    bounces = Integer(null=False, default=1)
    reason = Text(null=False, default=None)
    status = Text(null=False, default="")
    last_at = Timestamptz(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class Bounce(Table, tablename="bounce", db=DB):
    id = UUID(primary_key=True, null=False)
    message_id = Text(null=False, default=None)
    email = Text(null=False, default=None)
    hard = Boolean(null=False, default=None)
    status = Text(null=False, default="")
    reason = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)


class InboundCount(Table, tablename="inbound_count", db=DB):
    outcome = Text(primary_key=True, null=False, default=None)
    mails = BigInt(null=False, default=0, db_column_name="count")  # every Table has a method of that name
