"""A typed promise is read with every slip at once, and what was read reads the same when it is written again."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast, made
from trygghet.obligations.rules import Rhythm
from trygghet.periods import Validity
from trygghet.promises.promise import Activity, Contact, FocusArea, Goal, Party, Promise
from trygghet.promises.rules import ActivityDraft, AreaDraft, Chapter, ContactDraft, Definition, Draft, GoalDraft, Indicator, Link, PartyDraft, Source
from trygghet.swedish import Slips
from trygghet.wordings import reading
from trygghet.wordings.beginning import from_promise
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.manuscript import HEAD_ID, Manuscript, empty
from trygghet.wordings.rules import Side

KNOWN = {row[0]: Side(row[0], row[1], row[2], row[3], row[4]) for row in cast.ORGANISATIONS}
SLUGS = {one.slug: one for one in KNOWN.values()}


# ---------------------------------------------------------------- a promise as it would be read from the database
def _party(one: PartyDraft) -> Party:
    unsigned = {"signatory_name": "", "signatory_office": "", "signed": False, "signed_on": None, "signed_at": None, "content_hash": ""}
    named = SLUGS[one.organisation]
    return Party(
        id=one.id or uuid.uuid4(),
        organisation_id=named.organisation_id,
        slug=named.slug,
        name=named.name,
        short=named.short,
        code=None,
        side=one.side,
        **unsigned,  # type: ignore[arg-type]
    )


def promise_of(draft: Draft) -> Promise:
    """The draft as a promise that has taken effect."""

    def activity(one: ActivityDraft) -> Activity:
        side = SLUGS.get(one.organisation)
        return Activity(
            one.id or uuid.uuid4(),
            one.title,
            one.body,
            side.organisation_id if side else None,
            one.organisation,
            side.short if side else "",
            one.responsible,
            one.due_on,
            one.measure,
            one.at_least,
            one.per,
            one.unit,
            one.places,
            one.indicator,
            None,
        )

    def goal(one: GoalDraft) -> Goal:
        return Goal(
            one.id or uuid.uuid4(),
            one.title,
            one.body,
            one.measure,
            one.at_least,
            one.per,
            one.unit,
            one.places,
            one.indicator,
            tuple(map(activity, one.activities)),
        )

    return Promise(
        id=uuid.uuid4(),
        title=draft.title,
        area_name=draft.area_name,
        oath=draft.oath,
        validity=Validity(draft.valid_from, draft.valid_until, draft.review_on),
        stage="signed",
        version=1,
        tell_every_days=draft.tell_every_days,
        count_every_days=draft.count_every_days,
        told_through=draft.told_through,
        page_updated_on=None,
        parties=tuple(_party(one) for one in draft.parties),
        chapters=draft.chapters,
        definitions=draft.definitions,
        links=draft.links,
        contacts=tuple(
            Contact(
                one.id or uuid.uuid4(),
                SLUGS[one.organisation].organisation_id if one.organisation else None,
                one.organisation,
                "",
                one.office,
                one.name,
                one.phone,
                one.email,
            )
            for one in draft.contacts
        ),
        sources=draft.sources,
        areas=tuple(
            FocusArea(
                one.id or uuid.uuid4(), one.title, one.body, one.problem, one.cause, tuple(map(goal, one.goals)), tuple(map(activity, one.activities))
            )
            for one in draft.areas
        ),
        goals=tuple(map(goal, draft.goals)),
        activities=tuple(map(activity, draft.activities)),
        rhythms=draft.rhythms,
    )


# ---------------------------------------------------------------- any promise
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
IDS = st.uuids(version=4)
DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2150, 1, 1))
NUMBERS = st.integers(-1_000_000, 1_000_000).map(lambda cents: cents / 100)
PLACES = st.lists(WORDS, max_size=3, unique=True).map(tuple)


@st.composite
def targets(draw: Any) -> dict[str, Any]:
    measure = draw(st.sampled_from(["", "count", "indicator", "yes_no", "narrative"]))
    if measure == "count":
        per = draw(st.sampled_from(["day", "week", "month", "quarter", "year", "period"]))
        at_least = draw(st.none() | st.integers(1, 10_000))
        return {"measure": measure, "at_least": at_least, "per": per, "unit": draw(st.just("") | WORDS), "places": draw(PLACES)}
    if measure == "indicator":
        indicator = Indicator(
            name=draw(WORDS),
            unit=draw(st.just("") | WORDS),
            baseline=draw(st.none() | NUMBERS),
            baseline_on=draw(st.none() | DAYS),
            direction=draw(st.sampled_from(["", "up", "down", "keep"])),
            level=draw(st.none() | NUMBERS),
            level_on=draw(st.none() | DAYS),
        )
        return {"measure": measure, "indicator": indicator}
    return {"measure": measure}


@st.composite
def activities(draw: Any) -> ActivityDraft:
    organisation = draw(st.sampled_from(["", "bjorken", "lpo-skogen"]))
    return ActivityDraft(
        title=draw(WORDS),
        body=draw(st.just("") | WORDS),
        organisation=organisation,
        responsible=draw(st.just("") | WORDS),
        due_on=draw(st.none() | DAYS),
        id=draw(IDS),
        **draw(targets()),
    )


SOME_ACTIVITIES = st.lists(activities(), max_size=2).map(tuple)


@st.composite
def goals(draw: Any) -> GoalDraft:
    return GoalDraft(title=draw(WORDS), body=draw(st.just("") | WORDS), activities=draw(SOME_ACTIVITIES), id=draw(IDS), **draw(targets()))


SOME_GOALS = st.lists(goals(), max_size=2).map(tuple)
AREAS = st.builds(
    AreaDraft,
    title=WORDS,
    body=st.just("") | WORDS,
    problem=st.just("") | WORDS,
    cause=st.just(""),
    goals=SOME_GOALS,
    activities=SOME_ACTIVITIES,
    id=IDS,
)


@st.composite
def drafts(draw: Any) -> Draft:
    first = draw(DAYS)
    last = draw(st.none() | st.integers(0, 2000).map(lambda days: first + dt.timedelta(days)))
    review = draw(st.just(last) if last else st.integers(0, 500).map(lambda days: first + dt.timedelta(days)))
    parties = draw(st.permutations(["bjorken", "eken", "lpo-skogen"]))
    kinds = st.sampled_from(["situation", "direction", "other"])
    return Draft(
        title=draw(WORDS),
        area_name=draw(WORDS),
        oath=draw(WORDS),
        valid_from=first,
        valid_until=last,
        review_on=review,
        tell_every_days=draw(st.none() | st.integers(1, 400)),
        count_every_days=draw(st.none() | st.integers(1, 400)),
        told_through=draw(st.just("") | WORDS),
        parties=tuple(
            PartyDraft(organisation=slug, side="police" if slug.startswith("lpo") else "municipality", id=uuid.uuid4()) for slug in parties
        ),
        chapters=draw(st.lists(st.builds(Chapter, kind=kinds, heading=WORDS, body=WORDS, id=IDS), max_size=2).map(tuple)),
        definitions=draw(st.lists(st.builds(Definition, term=WORDS, meaning=WORDS, id=IDS), max_size=2, unique_by=lambda one: one.term).map(tuple)),
        links=draw(st.lists(st.builds(Link, title=WORDS, url=st.just("https://bjorken.example.org/a"), id=IDS), max_size=2).map(tuple)),
        contacts=draw(st.lists(st.builds(ContactDraft, office=WORDS, organisation=st.sampled_from(["", "eken"]), id=IDS), max_size=2).map(tuple)),
        sources=draw(
            st.lists(
                st.builds(
                    Source,
                    kind=st.sampled_from(["survey", "dialogue"]),
                    title=WORDS,
                    held_on=st.none() | DAYS,
                    participants=st.none() | st.integers(0, 99_999),
                    response_rate=st.none() | st.integers(0, 1000).map(lambda tenths: tenths / 10),
                    id=IDS,
                ),
                max_size=2,
            ).map(tuple)
        ),
        areas=draw(st.lists(AREAS, max_size=2).map(tuple)),
        goals=draw(SOME_GOALS),
        activities=draw(SOME_ACTIVITIES),
        rhythms=draw(
            st.lists(
                st.builds(Rhythm, WORDS, st.sampled_from(["month", "quarter", "year"]), st.integers(0, 60), IDS),
                max_size=2,
                unique_by=lambda one: one.receiver,
            ).map(tuple)
        ),
    )


@given(drafts())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_promise_reads_the_same_when_it_has_been_written_out_to_be_changed(draft: Draft) -> None:
    text = from_promise(promise_of(draft), KNOWN.values())
    assert reading.draft(text, KNOWN) == draft
    assert from_promise(promise_of(reading.draft(text, KNOWN)), KNOWN.values()).as_json() == text.as_json()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KINDS)), st.sampled_from(["title", "measure", "per", "due_on", "at_least", "n", "url"]), st.text(max_size=30)
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_either_reads_or_says_what_is_wrong_on_a_field_that_is_there(typed: list[tuple[str, str, str]]) -> None:
    text = empty()
    for kind, name, value in typed:
        part_id = HEAD_ID if kind == "head" else uuid.uuid4()
        text = text if kind == "head" else text.add(kind, part_id=part_id)
        if name in KINDS[kind].names:
            text = text.set_field(part_id, name, value)
    with pytest.raises(Slips) as slips:
        reading.draft(text, KNOWN)
    for one in slips.value.refusals:
        assert one.sentence
        holder, _, name = one.field.partition(".")
        assert one.field == "parter" or name in KINDS[text.part(uuid.UUID(holder)).kind].names


# ---------------------------------------------------------------- every slip
def whole() -> Manuscript:
    """A text with nothing wrong in it, and the same ids each time."""
    text = from_promise(promise_of(replace(made.DRAFT, parties=(made.BJORKEN, made.SKOGEN))), KNOWN.values())
    reading.draft(text, KNOWN)
    return text


def slips(text: Manuscript) -> dict[str, str]:
    """The codes of all that is wrong, by kind of part and field."""
    with pytest.raises(Slips) as found:
        reading.draft(text, KNOWN)
    return {
        (
            f"{text.part(uuid.UUID(part)).kind}.{name}"
            if (part := one.field.partition(".")[0]) and (name := one.field.partition(".")[2])
            else one.field
        ): one.code
        for one in found.value.refusals
    }


def with_part(kind: str, /, **fields: str) -> Manuscript:
    """The whole text with one more part."""
    part_id = uuid.uuid4()
    text = whole().add(kind, part_id=part_id)
    for name, value in fields.items():
        text = text.set_field(part_id, name, value)
    return text


def with_head(**fields: str) -> Manuscript:
    """The whole text with other values in its head."""
    text = whole()
    for name, value in fields.items():
        text = text.set_field(HEAD_ID, name, value)
    return text


def test_an_empty_text_says_all_that_it_lacks_at_once_in_reading_order() -> None:
    assert slips(empty()) == {
        "head.title": "field.required",
        "head.area": "field.required",
        "head.oath": "field.required",
        "head.valid_from": "date.missing",
        "parter": "wording.no_parties",
    }


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        (lambda: with_head(valid_from="2025-02-30"), "head.valid_from", "date.impossible"),
        (lambda: with_head(valid_from="1 januari"), "head.valid_from", "date.form"),
        (lambda: with_head(valid_until="2022-12-31"), "head.valid_until", "validity.reversed"),
        (lambda: with_head(valid_until=""), "head.review_on", "validity.open"),
        (lambda: with_head(review_on="2022-01-01"), "head.review_on", "validity.review_early"),
        (lambda: with_head(review_on="2026-01-01"), "head.review_on", "validity.review_late"),
        (lambda: with_head(tell_every_days="nittio"), "head.tell_every_days", "number.whole"),
        (lambda: with_head(tell_every_days="0"), "head.tell_every_days", "number.whole"),
        (lambda: with_part("party"), "party.organisation", "choice.missing"),
        (lambda: with_part("party", organisation=str(cast.BJORKEN)), "party.organisation", "promise.twice"),
        (lambda: with_part("party", organisation="någon annan"), "party.organisation", "choice.missing"),
        (lambda: with_part("chapter", body="Text"), "chapter.heading", "field.required"),
        (lambda: with_part("chapter", heading="H", body="B", kind="dikt"), "chapter.kind", "choice.unknown"),
        (lambda: with_part("definition", term="infart", meaning="annat"), "definition.term", "promise.twice"),
        (lambda: with_part("definition", term="ord"), "definition.meaning", "field.required"),
        (lambda: with_part("link", title="Vår sida", url="javascript:alert(1)"), "link.url", "link.url"),
        (lambda: with_part("contact", office="Chef", email="chef hos oss"), "contact.email", "contact.email"),
        (lambda: with_part("contact", office="Chef", organisation=str(cast.ON)), "contact.organisation", "wording.no_party"),
        (lambda: with_part("source", title="Mätning", n="många"), "source.n", "number.whole"),
        (lambda: with_part("source", title="Mätning", response_rate="101"), "source.response_rate", "number.decimal"),
        (lambda: with_part("source", title="Mätning", on="2024"), "source.on", "date.form"),
        (lambda: with_part("rhythm", receiver="BRÅ", per="continuous"), "rhythm.receiver", "promise.twice"),
        (lambda: with_part("rhythm", receiver="KSAU", days_after="-1"), "rhythm.days_after", "number.whole"),
        (lambda: with_part("area"), "area.title", "field.required"),
        (lambda: with_part("goal", title="Mål", measure="indicator", level="x"), "goal.level", "number.decimal"),
        (lambda: with_part("goal", title="Mål", measure="indicator"), "goal.indicator", "field.required"),
        (lambda: with_part("goal", title="Mål", measure="känsla"), "goal.measure", "choice.unknown"),
        (lambda: with_part("activity", title="A", measure="count", at_least="0"), "activity.at_least", "number.whole"),
        (lambda: with_part("activity", title="A", measure="count", places="Torget\nTorget"), "activity.places", "promise.twice"),
        (lambda: with_part("activity", title="A", organisation=str(cast.EKEN)), "activity.organisation", "wording.no_party"),
        (lambda: with_part("activity", title="A", due_on="snart"), "activity.due_on", "date.form"),
    ],
)
def test_each_slip_is_named_on_its_field(text: Any, where: str, code: str) -> None:
    assert slips(text())[where] == code


def test_the_police_alone_say_which_municipality_it_is_for() -> None:
    text = whole()
    for part in text.of("party"):
        if part["organisation"] != str(cast.SKOGEN):
            text = text.remove(part.id)
    text = text.remove(text.of("contact")[0].id)
    assert slips(text) == {"head.concerns": "choice.missing"}
    text = text.set_field(HEAD_ID, "concerns", str(cast.BJORKEN))
    assert reading.draft(text, KNOWN).concerns == "bjorken"


@pytest.mark.parametrize(("typed", "read"), [("1 200", 1200), ("1\u00a0200", 1200), ("12", 12)])
def test_whole_numbers_may_be_typed_with_spaces(typed: str, read: int) -> None:
    text = with_part("activity", title="A", measure="count", at_least=typed)
    assert reading.draft(text, KNOWN).activities[-1].at_least == read


@pytest.mark.parametrize(("typed", "read"), [("12,5", 12.5), ("12.5", 12.5), ("-3", -3.0), ("\u22123", -3.0), ("1 000,25", 1000.25)])
def test_decimals_may_be_typed_with_a_comma_or_a_point(typed: str, read: float) -> None:
    text = with_part("goal", title="M", measure="indicator", indicator="Andel", baseline=typed)
    found = reading.draft(text, KNOWN).goals[-1].indicator
    assert found
    assert found.baseline == read
