"""Organisations, and who belongs to them."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz
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


class FormerSlug(Table, tablename="former_slug", db=DB):
    slug = Text(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    until = Timestamptz(null=False, default=None)


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


class Office(Table, tablename="office", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    title = Text(null=False, default=None)
    role = Text(null=False, default=None)
    until_on = Date(null=True)
    created_at = Timestamptz(null=False, default=None)


class Member(Table, tablename="member", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    office_id = UUID(null=False, default=None)
    from_on = Date(null=False, default=None)
    until_on = Date(null=True)
    acting = Boolean(null=False, default=False)
    ended_at = Timestamptz(null=True)
    created_at = Timestamptz(null=False, default=None)


class Session(Table, tablename="session", db=DB):
    id = UUID(primary_key=True, null=False)
    token_hash = Bytea(null=False, default=None)
    person_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    agent = Text(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    seen_at = Timestamptz(null=False, default=None)


class CalendarAddress(Table, tablename="calendar_address", db=DB):
    id = UUID(primary_key=True, null=False)
    person_id = UUID(null=False, default=None)
    nonce = Bytea(null=False, default=None)
    renewed_at = Timestamptz(null=False, default=None)


class SignInAttempt(Table, tablename="sign_in_attempt", db=DB):
    id = UUID(primary_key=True, null=False)
    key = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)


class Invitation(Table, tablename="invitation", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    email = Text(null=False, default=None)
    office_id = UUID(null=False, default=None)
    from_on = Date(null=False, default=None)
    until_on = Date(null=True)
    acting = Boolean(null=False, default=False)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    round = Integer(null=False, default=1)
    nonce = Bytea(null=False, default=None)
    sent_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)
    opened_at = Timestamptz(null=True)
    used_at = Timestamptz(null=True)
    revoked_at = Timestamptz(null=True)
    created_at = Timestamptz(null=False, default=None)


class MemberEvent(Table, tablename="member_event", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    by_person_id = UUID(null=True)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    act = Text(null=False, default=None)
    about_person_id = UUID(null=True)
    about = Text(null=False, default="")
    colleague = Text(null=False, default="")
    office = Text(null=False, default="")
    role = Text(null=False, default="")
    from_on = Date(null=True)
    until_on = Date(null=True)
    at_once = Boolean(null=False, default=False)
