"""Organisations, and who belongs to them."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Date, Text, Timestamptz
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
