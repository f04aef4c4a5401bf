"""Advice on days, on what is missing or the same, on hard sentences and on people; and on the whole list."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wordings.texts import AROUND, BJORKEN, SKOGEN, TODAY, advised, codes, put, text, the
from trygghet.wordings import manuscript
from trygghet.wordings.advice import Surrounding, advise
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.manuscript import HEAD_ID, Manuscript


# ---------------------------------------------------------------- days
def test_a_promise_from_a_day_to_a_day_needs_no_advice() -> None:
    assert advised(text()) == []


def test_missing_days_are_asked_for_and_an_open_promise_may_be_looked_over_instead() -> None:
    found = [one for one in advised(text(valid_from="", valid_until="")) if one.code == "day.missing"]
    assert [one.field for one in found] == ["valid_from", "valid_until"]
    assert found[1].ways == ("Ange sista dagen.", "Låt löftet gälla tills vidare, och ange i ”Ses över senast” när ni ser över det.")
    assert advised(text(valid_until="", review_on="2026-06-01")) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2025-02-30", "Gäller från och med: 2025-02-30 finns inte. Februari 2025 har 28 dagar."),
        ("2025-13-01", "Gäller från och med: 2025-13-01 finns inte. Månaden skrivs 01 till 12."),
        ("1 jan 2025", "Gäller från och med: skriv datumet som 2024-12-31. Du skrev ”1 jan 2025”."),
        ("20250101", "Gäller från och med: skriv datumet som 2024-12-31. Du skrev ”20250101”."),
    ],
)
def test_an_impossible_day_is_quoted(typed: str, said: str) -> None:
    found = the(text(valid_from=typed), "day.impossible")
    assert (found.part_id, found.field, found.text) == (HEAD_ID, "valid_from", said)


def test_an_end_before_the_start_offers_to_swap_them() -> None:
    found = the(text(valid_from="2026-01-01", valid_until="2025-12-31"), "day.reversed")
    assert found.text == "Löftet slutar 31 december 2025, före sin första dag 1 januari 2026."
    assert found.ways[0] == "Byt plats på dagarna: 31 december 2025 till 1 januari 2026."
    assert codes(text(valid_from="2026-01-01", valid_until="2025-12-31"), replace(AROUND, previous_last=dt.date(2025, 6, 1))) == ["day.reversed"]


def test_a_review_outside_the_promise_and_an_end_that_has_been() -> None:
    assert the(text(review_on="2024-12-31"), "day.reversed").field == "review_on"
    assert the(text(review_on="2027-01-01"), "day.reversed").field == "review_on"
    assert "har redan varit" in the(text(valid_from="2023-01-01", valid_until="2024-10-31"), "day.past").text
    assert codes(text(valid_from="2023-01-01", valid_until=TODAY.isoformat())) == []


@pytest.mark.parametrize(
    ("last", "code", "said"),
    [
        ("2024-12-31", None, ""),
        ("2024-12-30", "days.gap", "Då täcks 1 dag (31 december 2024) inte av något löfte."),
        ("2024-11-02", "days.gap", "Då täcks 59 dagar (3 november 2024 till 31 december 2024) inte av något löfte."),
        ("2025-01-01", "days.overlap", "Då gäller två löften på en gång 1 dag (1 januari 2025)."),
        ("2025-03-01", "days.overlap", "Då gäller två löften på en gång 60 dagar (1 januari 2025 till 1 mars 2025)."),
        ("2027-12-31", "days.overlap", "Då gäller två löften på en gång 730 dagar (1 januari 2025 till 31 december 2026)."),
    ],
)
def test_days_between_this_promise_and_the_one_before(last: str, code: str | None, said: str) -> None:
    around = replace(AROUND, previous_last=dt.date.fromisoformat(last))
    if code is None:
        assert codes(text(), around) == []
        return
    found = the(text(), code, around)
    assert found.field == "valid_from"
    assert found.text.endswith(said)
    assert len(found.ways) == 3


@pytest.mark.parametrize(
    ("first", "code", "said"),
    [
        ("2027-01-01", None, ""),
        ("2027-01-02", "days.gap", "Då täcks 1 dag (1 januari 2027) inte av något löfte."),
        ("2026-12-31", "days.overlap", "Då gäller två löften på en gång 1 dag (31 december 2026)."),
        ("2024-01-01", "days.overlap", "Då gäller två löften på en gång 730 dagar (1 januari 2025 till 31 december 2026)."),
    ],
)
def test_days_between_this_promise_and_the_one_after(first: str, code: str | None, said: str) -> None:
    around = replace(AROUND, next_first=dt.date.fromisoformat(first))
    assert codes(text(), around) == ([code] if code else [])
    if code:
        assert the(text(), code, around).text.endswith(said)


def test_an_open_promise_overlaps_to_the_end_of_the_one_before() -> None:
    around = replace(AROUND, previous_last=dt.date(2025, 1, 31))
    assert "31 dagar" in the(text(valid_until="", review_on="2026-01-01"), "days.overlap", around).text


def test_days_of_activities_targets_and_sources_are_held_against_the_promises() -> None:
    made, early = put(text(), "activity", title="Vandring", organisation=BJORKEN, due_on="2024-12-31")
    made, late = put(made, "activity", title="Mätning", organisation=BJORKEN, due_on="2027-01-01")
    assert [(one.part_id, one.field) for one in advised(made) if one.code == "day.outside"] == [(early, "due_on"), (late, "due_on")]
    target = {"measure": "indicator", "indicator": "trygga", "baseline": "40", "direction": "up", "level": "50"}
    made, _ = put(text(), "goal", title="Öka", **target, baseline_on="2026-01-01", level_on="2025-01-01")
    assert codes(made) == ["day.reversed"]
    made, _ = put(text(), "goal", title="Öka", **target, baseline_on="2024-01-01", level_on="2027-01-01")
    assert codes(made) == ["day.outside"]
    made, _ = put(text(), "source", title="Torgdialog", on="2024-11-02")
    assert codes(made) == ["day.future"]


def test_a_day_in_a_field_that_is_not_used_is_of_no_consequence() -> None:
    assert codes(put(text(), "goal", title="4 vandringar", measure="count", at_least="4", unit="vandringar", level_on="2025-02-30")[0]) == []


# ---------------------------------------------------------------- what is missing
def test_an_activity_that_nobody_answers_for() -> None:
    made, activity = put(text(), "activity", title="Vandring")
    found = the(made, "activity.nobody")
    assert (found.part_id, found.field) == (activity, "organisation")
    assert "activity.nobody" not in codes(made.set_field(activity, "responsible", "Fritidsförvaltningen"))
    assert "activity.nobody" not in codes(made.set_field(activity, "organisation", BJORKEN))
    assert codes(put(text(), "activity")[0]) == [], "nothing is said about an empty one"


def test_a_unit_without_its_party_is_asked_for_where_there_are_several() -> None:
    made, _ = put(text(), "activity", title="Vandring", responsible="Fritid")
    assert "activity.no_party" not in codes(put(made, "party", organisation=BJORKEN)[0])
    both, _ = put(put(made, "party", organisation=BJORKEN)[0], "party", organisation=SKOGEN)
    assert "”Fritid” ansvarar" in the(both, "activity.no_party").text


def test_problem_and_cause_are_asked_for_once_in_each_area() -> None:
    made, area = put(text(), "area", title="Trafik")
    assert codes(made) == [], "an area alone promises nothing"
    for title in ("Kontroller", "Hinder"):
        made, _ = put(made, "activity", area, title=title, organisation=BJORKEN)
    found = the(made, "area.no_ground")
    assert (found.part_id, found.field) == (area, "problem")
    assert the(made.set_field(area, "problem", "Många kör för fort."), "area.no_ground").field == "cause"
    assert the(made.set_field(area, "cause", "Raka gator."), "area.no_ground").field == "problem"
    assert codes(made.set_field(area, "problem", "Många kör för fort.").set_field(area, "cause", "Raka gator.")) == []


def test_an_activity_under_a_goal_belongs_to_the_goals_area_and_one_alone_to_none() -> None:
    made, area = put(text(), "area", title="Trafik", problem="Många kör för fort.", cause="Raka gator.")
    made, goal = put(made, "goal", area, title="Minst 4 kontroller")
    made, _ = put(made, "activity", goal, title="Kontroller", organisation=BJORKEN)
    assert codes(made) == []
    made, first = put(made, "activity", title="Vandring", organisation=BJORKEN)
    assert the(made, "activity.no_ground").text.startswith("Aktiviteten hör inte till något fokusområde")
    made, _ = put(made, "activity", title="Dialog", organisation=BJORKEN)
    found = the(made, "activity.no_ground")
    assert found.part_id == first
    assert found.text.startswith("Den här aktiviteten och 1 till hör inte till något fokusområde")


def test_a_number_needs_something_to_count() -> None:
    made, goal = put(text(), "goal", title="Fler trafikkontroller", measure="count", at_least="4")
    found = the(made, "target.no_unit")
    assert (found.part_id, found.field) == (goal, "unit")
    assert found.ways == ("Skriv ”trafikkontroller” i ”Vad som räknas”.",)
    assert the(made.set_field(goal, "title", "Lugnare gator"), "target.no_unit").ways == ()


# ---------------------------------------------------------------- the same again
def whole(year: int = 2024) -> Manuscript:
    made = text(title=f"Medborgarlöfte {year}", oath=f"Under {year} lovar vi lugnare gator i hela Björken.")
    made, area = put(made, "area", title="Trafik", problem="Många kör för fort.", cause="Raka gator.")
    made, _ = put(made, "goal", area, title=f"Minst 4 kontroller under {year} på infarterna")
    made, _ = put(made, "activity", area, title="Kontroller", organisation=BJORKEN, measure="count", at_least="4", unit="kontroller")
    made, _ = put(made, "goal", title="Minst två dialoger om året på torget")
    return put(made, "chapter", kind="situation", heading="Läget i dag", body="Många bilar kör för fort genom byn.")[0]


def test_a_promise_that_says_what_the_last_one_said_is_told_so_once() -> None:
    found = advised(whole(2025), replace(AROUND, previous=whole(2024)))
    assert [(one.part_id, one.field, one.code) for one in found] == [(HEAD_ID, "title", "same.promise")]
    spaced = whole(2025).set_field(HEAD_ID, "oath", "Under  2025 lovar vi\nlugnare gator i hela Björken")
    assert codes(spaced, replace(AROUND, previous=whole(2024))) == ["same.promise"]


def test_an_area_a_goal_and_a_chapter_that_are_the_same_are_told_each_by_itself() -> None:
    new = whole(2025).set_field(HEAD_ID, "oath", "Vi lovar något helt annat den här gången.")
    new = put(new, "goal", title="Minst en mätning varje höst i alla byar")[0]
    found = advised(new, replace(AROUND, previous=whole(2024)))
    assert [one.code for one in found] == ["same.chapter", "same.area", "same.goal"], "the goal inside the area is part of it"
    area = new.every("area")[0]
    changed = new.set_field(area.id, "cause", "Ny bredare väg.")
    assert codes(changed, replace(AROUND, previous=whole(2024))) == ["same.chapter", "same.goal", "same.goal"]


def test_an_oath_that_is_the_same_may_stand() -> None:
    new = text(oath="Under 2025 lovar vi lugnare gator i hela Björken.")
    new = put(new, "goal", title="Minst sju vandringar")[0]
    assert codes(new, replace(AROUND, previous=whole(2024))) == ["same.oath"]


def test_short_names_and_empty_texts_are_rightly_the_same_each_year() -> None:
    old, new = (put(text(oath=oath), "area", title="Trafik")[0] for oath in ("Ett.", "Två."))
    assert codes(new, replace(AROUND, previous=old)) == []
    assert codes(text(), replace(AROUND, previous=text())) == []


def test_an_activity_that_stands_twice() -> None:
    made, area = put(text(), "area", title="Trafik", problem="Fort.", cause="Rakt.")
    made, other = put(made, "area", title="Torget", problem="Mörkt.", cause="Lampor.")
    made, _ = put(made, "activity", area, title="Kontroller vid infarten", organisation=BJORKEN)
    made, second = put(made, "activity", other, title="kontroller  vid infarten.", organisation=BJORKEN)
    found = the(made, "activity.twice")
    assert found.part_id == second
    assert "den andra gången under ”Trafik”" in found.text
    assert "activity.twice" not in codes(made.set_field(second, "due_on", "2025-06-01"))
    assert "activity.twice" not in codes(made.set_field(second, "organisation", SKOGEN))


# ---------------------------------------------------------------- words and people
HEAVY = (
    "Kommunstyrelseförvaltningens trygghetssamordnare genomför tillsammans med lokalpolisområdets kommunpoliser återkommande "
    "trygghetsskapande orienteringspromenader i bostadsområdenas gemensamhetsanläggningar."
)


def test_a_sentence_that_is_hard_to_read_is_pointed_out_where_it_stands() -> None:
    made, chapter = put(text(), "chapter", kind="background", heading="Bakgrund", body=f"Vi har lyssnat. {HEAVY}")
    found = the(made, "words.hard")
    assert (found.part_id, found.field) == (chapter, "body")
    assert found.text.startswith(
        "”Kommunstyrelseförvaltningens trygghetssamordnare genomför …” är tung att läsa: 13 ord i en mening, 11 av dem långa."
    )


def test_what_may_point_at_somebody_is_pointed_out_in_every_text_but_the_contacts() -> None:
    made, contact = put(text(), "contact", office="Säkerhetssamordnare", name="Anna Asson", phone="0500-12 34 56", email="anna@example.org")
    made, source = put(made, "source", title="Dialog", note="Tre ungdomar hotades av föraren i ABC123.")
    made = made.set_field(HEAD_ID, "told_through", "Ring 0500-12 34 56 eller 070-123 45 67, eller skriv till anna@example.org.")
    found = [(one.part_id, one.field, one.code) for one in advised(made) if one.code.startswith("person.")]
    assert found == [(HEAD_ID, "told_through", "person.phone"), (source, "note", "person.few"), (source, "note", "person.plate")]
    assert contact not in {one.part_id for one in advised(made)}


# ---------------------------------------------------------------- the whole list
def test_advice_comes_in_reading_order_and_nothing_twice() -> None:
    made, area = put(text(valid_from=""), "area", title="Trafik")
    made, goal = put(made, "goal", area, title="Öka insatserna mot fortkörning")
    made, activity = put(made, "activity", goal, title="Kontroller")
    made, later = put(made, "goal", title="Tryggheten ska öka")
    made, source = put(made, "source", title="Dialog", note="Två ungdomar deltog. Två ungdomar deltog.")
    found = advised(made)
    assert [one.part_id for one in found] == [HEAD_ID, source, area, goal, activity, later]
    assert len(found) == len(set(found))


FIELDS = [(kind, field.name) for kind, about in KINDS.items() for field in about.fields if kind != "head"]
TYPED = st.one_of(
    st.text(max_size=60), st.sampled_from(["2025-01-01", "2025-02-30", "4", "count", "indicator", "narrative", "Öka insatserna", BJORKEN])
)


@st.composite
def manuscripts(draw: st.DrawFn) -> Manuscript:
    made = manuscript.empty()
    for name in ("title", "oath", "valid_from", "valid_until", "review_on"):
        made = made.set_field(HEAD_ID, name, draw(TYPED))
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from([kind for kind in KINDS if kind != "head"]))
        holders = [one.id for one in made.parts if one.kind in KINDS[kind].under] + [None]
        part_id = uuid.UUID(int=100 + number)
        made = made.add(kind, draw(st.sampled_from(holders)) if None in KINDS[kind].under else None, part_id=part_id)
        for name in KINDS[kind].names:
            made = made.set_field(part_id, name, draw(TYPED))
    return made


@given(manuscripts(), st.none() | manuscripts(), st.none() | st.dates(), st.none() | st.dates())
def test_whatever_stands_in_the_text_advice_is_given_the_same_twice_and_belongs_to_its_fields(
    made: Manuscript, previous: Manuscript | None, last: dt.date | None, first: dt.date | None
) -> None:
    around = Surrounding(TODAY, previous, last, first)
    found = advise(made, around)
    assert found == advise(made, around)
    assert len(set(found)) == len(found)
    order = [(part.id, name) for part in made.walked() for name in KINDS[part.kind].names]
    assert [order.index((one.part_id, one.field)) for one in found] == sorted(order.index((one.part_id, one.field)) for one in found)
    assert all(one.text for one in found)
