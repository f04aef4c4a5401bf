"""Residents who follow by mail, and what is counted so that nobody follows in another's name."""

from __future__ import annotations

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Follower(Table, tablename="follower", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    email = Text(null=False, default=None)
    scope = Text(null=False, default=None)
    subject = Text(null=False, default=None)
    pace = Text(null=False, default=None)
    round = Integer(null=False, default=1)
    asked_at = Timestamptz(null=False, default=None)
    confirmed_at = Timestamptz(null=True)
    told_until = Timestamptz(null=True)
    language = Text(null=False, default="sv")


class FormerFollower(Table, tablename="former_follower", db=DB):
    id = UUID(primary_key=True, null=False)
    mark = Text(null=False, default=None)
    left_at = Timestamptz(null=False, default=None)


class FollowAttempt(Table, tablename="follow_attempt", db=DB):
    id = UUID(primary_key=True, null=False)
    mark = Text(null=False, default=None)
    network = Text(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    at = Timestamptz(null=False, default=None)
