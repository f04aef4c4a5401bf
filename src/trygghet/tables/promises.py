"""What is promised, and what the promise makes due."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, Numeric, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Promise(Table, tablename="promise", db=DB):
    id = UUID(primary_key=True, null=False)
    title = Text(null=False, default=None)
    area_name = Text(null=False, default=None)
    oath = Text(null=False, default=None)
    valid_from = Date(null=True)
    valid_until = Date(null=True)
    review_on = Date(null=True)
    stage = Text(null=False, default=None)
    version = Integer(null=False, default=1)
    tell_every_days = Integer(null=True)
    told_through = Text(null=False, default="")
    page_updated_on = Date(null=True)
    created_by = UUID(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    updated_at = Timestamptz(null=False, default=None)
    follows_id = UUID(null=True)
    concerns_id = UUID(null=True)
    merged_years = Array(base_column=Integer(), null=False, default=list)
    count_every_days = Integer(null=True)


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
    signed_at = Timestamptz(null=True)
    content_hash = Text(null=False, default="")


class PromiseVersion(Table, tablename="promise_version", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    number = Integer(null=False, default=None)
    kind = Text(null=False, default=None)
    reason = Text(null=False, default="")
    signed_on = Date(null=True)
    valid_until = Date(null=True)


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
    position = Integer(null=False, default=0)


class Link(Table, tablename="link", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    url = Text(null=False, default=None)


class Contact(Table, tablename="contact", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    organisation_id = UUID(null=True)
    office = Text(null=False, default="")
    name = Text(null=False, default="")
    phone = Text(null=False, default="")
    email = Text(null=False, default="")


class Source(Table, tablename="source", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    kind = Text(null=False, default=None)
    title = Text(null=False, default=None)
    held_on = Date(null=True)
    place = Text(null=False, default="")
    participants = Integer(null=True)
    response_rate = Numeric(null=True)
    note = Text(null=False, default="")


class FocusArea(Table, tablename="focus_area", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default="")
    problem = Text(null=False, default="")
    cause = Text(null=False, default="")


class Goal(Table, tablename="goal", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    focus_area_id = UUID(null=True)
    position = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    body = Text(null=False, default="")
    measure = Text(null=False, default="")
    at_least = Integer(null=True)
    per = Text(null=False, default="period")
    unit = Text(null=False, default="")
    places = Array(base_column=Text(), null=False, default=list)
    indicator = JSONB(null=True)


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
    organisation_id = UUID(null=True)
    measure = Text(null=False, default="count")
    places = Array(base_column=Text(), null=False, default=list)
    indicator = JSONB(null=True)
    removed_in = Integer(null=True)
    public_after = Date(null=True)


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
    place = Text(null=False, default="")


class Rhythm(Table, tablename="rhythm", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=False, default=None)
    receiver = Text(null=False, default=None)
    per = Text(null=False, default=None)
    days_after = Integer(null=False, default=0)
    form = Text(null=False, default="written")
    days_before = Integer(null=True)
    organisation_id = UUID(null=True)


class Obligation(Table, tablename="obligation", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=True)
    organisation_id = UUID(null=True)
    key = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    title = Text(null=False, default=None)
    due_on = Date(null=False, default=None)
    period_from = Date(null=True)
    period_until = Date(null=True)
    receiver = Text(null=False, default="")
    done_at = Timestamptz(null=True)
    why = Text(null=False, default="")
    sequence = Integer(null=False, default=0)
    changed_at = Timestamptz(null=False, default=None)


class CancelledObligation(Table, tablename="cancelled_obligation", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=True)
    organisation_id = UUID(null=True)
    title = Text(null=False, default=None)
    due_on = Date(null=False, default=None)
    sequence = Integer(null=False, default=None)
    cancelled_at = Timestamptz(null=False, default=None)


class ObligationMark(Table, tablename="obligation_mark", db=DB):
    id = UUID(primary_key=True, null=False)
    promise_id = UUID(null=True)
    obligation_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    note = Text(null=False, default="")
    at = Timestamptz(null=False, default=None)


class StatuteRecord(Table, tablename="statute_record", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    happened_on = Date(null=False, default=None)
    body = Text(null=False, default="")
    diary_number = Text(null=False, default="")
    note = Text(null=False, default="")
    url = Text(null=False, default="")
    every_months = Integer(null=True)
    withdrawn = Boolean(null=False, default=False)
    corrects_id = UUID(null=True)
    person_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    form_key = UUID(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
