"""What is measured over the years, and the goals that it is drawn beside."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Date, Integer, Numeric, Text, Timestamptz
from piccolo.table import Table

from trygghet.database import DB


class Series(Table, tablename="series", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    unit = Text(null=False, default="")
    area = Text(null=False, default="")
    source = Text(null=False, default=None)
    note = Text(null=False, default="")
    direction = Text(null=False, default="")
    threshold = Numeric(null=True)
    threshold_words = Text(null=False, default="")
    kpi = Text(null=False, default="")
    kpi_title = Text(null=False, default="")
    municipality_code = Text(null=False, default="")
    retrieved_at = Timestamptz(null=True)
    form_key = UUID(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    updated_at = Timestamptz(null=False, default=None)


class Observation(Table, tablename="observation", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    series_id = UUID(null=False, default=None)
    year = Integer(null=False, default=None)
    observed_on = Date(null=True)
    value = Numeric(null=True)
    n = Integer(null=True)
    response_rate = Numeric(null=True)
    preliminary = Boolean(null=False, default=False)
    break_note = Text(null=False, default="")
    source = Text(null=False, default="")
    retrieved_at = Timestamptz(null=True)
    replaces_id = UUID(null=True)
    reason = Text(null=False, default="")
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)


class GoalSeries(Table, tablename="goal_series", db=DB):
    id = UUID(primary_key=True, null=False)
    organisation_id = UUID(null=False, default=None)
    series_id = UUID(null=False, default=None)
    promise_id = UUID(null=False, default=None)
    goal_id = UUID(null=False, default=None)
    by_name = Text(null=False, default=None)
    by_office = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
