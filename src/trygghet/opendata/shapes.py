"""What the API answers with. The description of the API is made of these classes, so what stands here is what others build on.

Nobody's name, telephone number or address is in it: people are shown where they are asked for, and are no data to pass on.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")
Day = Annotated[dt.date, Meta(description="A day in Sweden.")]
Moment = Annotated[dt.datetime, Meta(description="A moment, with its offset from UTC.")]
Address = Annotated[str, Meta(description="A whole address.")]
Slug = Annotated[str, Meta(description="The organisation's name in addresses.")]
Side = Literal["municipality", "police", "other"]


class Page(Struct, Generic[T]):
    """A part of a list. `next` is the address of the part after it; null where there is none."""

    data: list[T]
    page: int
    page_size: int
    total: int
    next: Address | None


class Covered(Struct):
    """A municipality in a police area, both days included; open where `until` is null."""

    slug: Slug
    first: Day
    until: Day | None


class Entry(Struct):
    """Where to begin: the licence, and the address of each list."""

    title: str
    licence: Address
    documentation: Address
    openapi: Address
    catalogue: Address
    municipalities: Address
    police_areas: Address
    promises: Address
    updates: Address
    follow_ups: Address


class Municipality(Struct):
    """A municipality. `code` is Statistics Sweden's (SCB), whose first two digits are the county's; `inhabitants` how many live there by what
    it says itself, counted on that day; `promises` how many are published.
    """

    slug: Slug
    name: str
    short_name: str
    code: str | None
    inhabitants: int | None
    counted_on: Day | None
    promises: int
    page: Address
    promises_url: Address


class PoliceArea(Struct):
    """A local police area with the municipalities that it covers, and from when to when."""

    slug: Slug
    name: str
    municipalities: list[Covered]
    page: Address


class Party(Struct):
    """Who promises. The day of the signature is unknown for some old promises."""

    name: str
    side: Side
    signatory_office: str
    signed: bool
    signed_on: Day | None


class Change(Struct):
    """A version after the first, with why: `early_end` brought the last day forward."""

    number: int
    kind: str
    reason: str
    signed_on: Day | None
    valid_until: Day | None


class Summary(Struct):
    """A promise in short. `state` is that of today; `ending` is in force and soon over."""

    id: str
    title: str
    area: str
    oath: str
    municipalities: list[Slug]
    parties: list[Party]
    state: Literal["coming", "in_force", "ending", "ended", "ended_early", "replaced"]
    valid_from: Day
    valid_until: Day | None
    review_on: Day | None
    version: int
    signed_on: Day | None
    follows: Annotated[str | None, Meta(description="The id of the promise before.")]
    published_at: Moment
    changed_at: Moment
    page: Address
    url: Address


class Chapter(Struct):
    """One of the promise's own texts."""

    kind: str
    heading: str
    body: str


class Definition(Struct):
    """What a word means in this promise, which may differ from what it means in another."""

    term: str
    meaning: str


class Link(Struct):
    """A page elsewhere that the promise points to."""

    title: str
    url: str


class Source(Struct):
    """What the promise builds on: a dialogue, a survey, statistics. `response_rate` is in per cent."""

    kind: str
    title: str
    held_on: Day | None
    place: str
    participants: int | None
    response_rate: float | None
    note: str


class Indicator(Struct):
    """A measured value that is to change, from a baseline in a direction to a level by a day."""

    name: str
    unit: str
    baseline: float | None
    baseline_on: Day | None
    direction: str
    level: float | None
    level_on: Day | None


class Target(Struct):
    """What is promised in numbers: `at_least` so many `unit` `per` period, year, quarter, month, week or day; at each of `places` if any.

    `measure` says how one will know: count, indicator, done or told in words. `words` are the same as the page has them.
    """

    measure: str
    at_least: int | None
    per: str
    unit: str
    places: list[str]
    indicator: Indicator | None
    words: list[str]


class Tally(Struct):
    """How far the counting has come between two days, both included, against an even pace. Null where no number is promised."""

    period_first: Day
    period_last: Day
    done: int
    promised: int | None
    expected: float | None
    difference: float | None


class Activity(Struct):
    """What is to be done, and how far it has come. `outcomes` is how many rows have been recorded; the rows have a list of their own."""

    id: str | None
    title: str
    body: str
    owner: str
    due_on: Day | None
    target: Target
    tally: Tally
    outcomes: int
    total: Annotated[int, Meta(description="All that has been recorded, over the whole validity.")]
    last_outcome_on: Day | None
    removed_in: Annotated[int | None, Meta(description="The version that took the activity away.")]


class Observed(Struct):
    """The value of one year. `break_note` says why it cannot be compared with the ones before it."""

    year: int
    value: float | None
    n: int | None
    response_rate: float | None
    preliminary: bool
    break_note: str
    source: str


class Series(Struct):
    """What is measured over the years beside a goal; never proof of what caused anything. Definitions differ between areas and over time."""

    name: str
    kind: str
    unit: str
    area: str
    source: str
    observations: list[Observed]


class Goal(Struct):
    """What shall be achieved."""

    id: str | None
    title: str
    body: str
    target: Target | None
    series: list[Series]
    activities: list[Activity]


class Area(Struct):
    """A focus area, with the problem that it turns to and its likely cause."""

    title: str
    body: str
    problem: str
    cause: str
    goals: list[Goal]
    activities: list[Activity]


class Planned(Struct):
    """The joint follow-up of one calendar year: by when, and when it was done."""

    year: int
    due_on: Day
    done_on: Day | None


class Promise(Summary):
    """A whole promise as it reads now. What belongs to no focus area stands in `goals` and `activities`; `removed` was taken away by a change."""

    chapters: list[Chapter]
    definitions: list[Definition]
    links: list[Link]
    sources: list[Source]
    areas: list[Area]
    goals: list[Goal]
    activities: list[Activity]
    removed: list[Activity]
    changes: list[Change]
    planned_follow_ups: list[Planned]
    outcomes_url: Address
    updates_url: Address
    follow_ups_url: Address


class Outcome(Struct):
    """A dated count. `place` is one of those that the promise names. A row that was corrected stands here as it was corrected to."""

    promise_id: str
    activity_id: str | None
    activity: str
    on: Day
    amount: int
    unit: str
    place: str | None


class Correction(Struct):
    """What was put right in an update after residents could read it."""

    on: Day
    text: str


class Picture(Struct):
    """A picture of an update."""

    url: Address
    alt: str
    width: int
    height: int


class Update(Struct):
    """What residents were told. One that was taken back keeps its heading and says why; `body` is then null. Paragraphs are parted by an empty line."""

    id: str
    promise_id: str
    title: str
    body: str | None
    voice: Literal["joint", "municipality", "police"]
    parties: list[str]
    picture: Picture | None
    corrections: list[Correction]
    published_at: Moment
    changed_at: Moment
    withdrawn_at: Moment | None
    withdrawn_why: str
    page: Address


class Assessed(Struct):
    """One party's own verdict."""

    party: str
    side: str
    verdict: str
    reason: str


class Judged(Struct):
    """What the parties say of one goal or activity. `verdict` is null where they differ and both stand: read `assessments`."""

    kind: str
    title: str
    verdict: str | None
    how: str
    reason: str
    assessments: list[Assessed]


class FollowUp(Struct):
    """A signed follow-up, frozen. `sha256` is that of the very bytes at `data`."""

    id: str
    promise_id: str
    year: int
    first: Day
    last: Day
    due_on: Day
    signed_on: Day | None
    late: bool
    summary: str
    subjects: list[Judged]
    sha256: str
    page: Address
    data: Address
    pdf: Address


class Problem(Struct):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
