"""Who holds what when, what may be given and taken, and what is vacant: the rules alone."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import replace

import pytest

from tests import cast
from trygghet import database, swedish
from trygghet.members import offices
from trygghet.members.offices import Holding, Office, Term
from trygghet.swedish import Refusal

TODAY = dt.date(2024, 10, 1)
D = dt.date.fromisoformat
CHIEF, STRATEGIST, KEEPER = (
    Office(uuid.UUID(int=number), title, role)
    for number, (title, role) in enumerate(
        [("Lokalpolisområdeschef", "leader"), ("Kommunpolis", "coordinator"), ("Systemförvaltare", "administrator")], 1
    )
)
_IDS = itertools.count(100)


def held(office: Office, first: str = "2020-01-01", last: str | None = None, who: int = 11, *, acting: bool = False, ended: bool = False) -> Holding:
    at = dt.datetime(2024, 10, 1, 12, tzinfo=dt.UTC) if ended else None
    return Holding(
        uuid.UUID(int=next(_IDS)), uuid.UUID(int=who), f"Person {who}", "p@example.org", office, Term(D(first), D(last) if last else None, acting), at
    )


# ---------------------------------------------------------------- days
@pytest.mark.parametrize(
    ("day", "holds"), [("2024-06-30", False), ("2024-07-01", True), ("2024-07-15", True), ("2024-07-31", True), ("2024-08-01", False)]
)
def test_both_ends_of_a_term_are_included(day: str, *, holds: bool) -> None:
    assert held(CHIEF, "2024-07-01", "2024-07-31", acting=True).holds(D(day)) is holds


def test_what_was_ended_at_once_no_longer_holds_on_its_last_day() -> None:
    one = held(CHIEF, "2020-01-01", "2024-10-01", ended=True)
    assert one.holds(D("2024-09-30"))
    assert not one.holds(TODAY)
    assert one.is_over(TODAY)


def test_what_was_taken_back_before_it_began_never_holds() -> None:
    one = held(CHIEF, "2024-11-01", "2024-11-01", ended=True)
    assert not one.is_coming(TODAY)
    assert not any(one.holds(TODAY + dt.timedelta(days=day)) for day in range(60))


@pytest.mark.anyio
async def test_the_database_and_the_rules_agree_on_who_holds_an_office(database_url: str) -> None:
    terms = [("2024-09-30", None, False), ("2024-10-01", "2024-10-01", False), ("2024-09-01", "2024-10-01", True), ("2024-10-02", "2024-10-02", True)]
    async with database.across_organisations() as link:
        for first, last, ended in terms:
            one = held(CHIEF, first, last, ended=ended)
            for day in (D("2024-08-31"), *(D("2024-09-29") + dt.timedelta(days=number) for number in range(6))):
                found = await link.fetchval(
                    "SELECT holds(m, $4) FROM member m0, LATERAL (SELECT (jsonb_populate_record(m0, jsonb_build_object('from_on', $1::date,"
                    " 'until_on', $2::date, 'ended_at', $3::timestamptz))).*) AS x, LATERAL (SELECT jsonb_populate_record(NULL::member, to_jsonb(x)) AS m) y"
                    " LIMIT 1",
                    one.term.first,
                    one.term.last,
                    one.ended_at,
                    day,
                )
                assert found is one.holds(day), (one, day)


@pytest.mark.parametrize(
    ("title", "signed"), [("Lokalpolisområdeschef", "tf lokalpolisområdeschef"), ("BRÅ-samordnare", "tf BRÅ-samordnare"), ("Chef", "tf chef")]
)
def test_a_deputy_signs_as_one(title: str, signed: str) -> None:
    assert swedish.signed_as(title, acting=True) == signed
    assert swedish.signed_as(title, acting=False) == title


# ---------------------------------------------------------------- what may be given
@pytest.mark.parametrize(
    ("term", "code"),
    [
        (Term(D("2024-09-30")), "holding.from_past"),
        (Term(D("2024-10-05"), D("2024-10-04")), "holding.reversed"),
        (Term(TODAY, None, acting=True), "holding.acting_until"),
    ],
)
def test_terms_that_are_refused(term: Term, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        offices.check_term(term, TODAY)


@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        (("2024-12-01", None), False),
        (("2024-10-01", "2024-10-31"), True),
        (("2024-10-15", "2024-11-01"), False),
        (("2025-01-01", None), True),
        (("2024-12-31", "2025-01-31"), False),
    ],
)
def test_nobody_holds_one_office_twice_on_a_day(wanted: tuple[str, str | None], *, free: bool) -> None:
    before = [held(CHIEF, "2024-11-01", "2024-12-31")]
    term = Term(D(wanted[0]), D(wanted[1]) if wanted[1] else None)
    if free:
        offices.check_free(before, uuid.UUID(int=11), "Person 11", CHIEF, term)
        return
    with pytest.raises(Refusal, match=r"holding.overlap"):
        offices.check_free(before, uuid.UUID(int=11), "Person 11", CHIEF, term)


def test_two_people_may_hold_an_office_together_and_one_person_two_offices() -> None:
    before = [held(CHIEF)]
    offices.check_free(before, uuid.UUID(int=12), "Person 12", CHIEF, Term(TODAY))
    offices.check_free(before, uuid.UUID(int=11), "Person 11", STRATEGIST, Term(TODAY))


def test_an_office_that_closes_cannot_be_held_after_its_last_day() -> None:
    closing = replace(CHIEF, until_on=D("2024-12-31"))
    offices.check_free([], uuid.UUID(int=11), "P", closing, Term(TODAY, D("2024-12-31")))
    for term in (Term(TODAY), Term(TODAY, D("2025-01-01")), Term(D("2025-01-01"), D("2025-01-02"))):
        with pytest.raises(Refusal, match=r"office.closed"):
            offices.check_free([], uuid.UUID(int=11), "P", closing, term)


def test_nobody_gives_themselves_the_leaders_key() -> None:
    with pytest.raises(Refusal, match=r"office.own_key"):
        offices.check_own_key("leader", myself=True)
    offices.check_own_key("leader", myself=False)
    offices.check_own_key("coordinator", myself=True)


# ---------------------------------------------------------------- what may be taken
def test_the_last_administrator_stays_until_another_has_no_end_either() -> None:
    one = held(KEEPER)
    for others, refused in (
        ([], True),
        ([held(KEEPER, "2024-01-01", "2025-12-31", who=12)], True),
        ([held(KEEPER, "2024-10-02", who=12)], True),
        ([held(KEEPER, "2024-10-01", "2024-10-01", who=12, ended=True)], True),
        ([held(STRATEGIST, who=12)], True),
        ([held(KEEPER, "2024-10-01", who=12)], False),
    ):
        if refused:
            with pytest.raises(Refusal, match=r"member.last_administrator"):
                offices.check_administrator_stays([one, *others], {one.id}, TODAY)
        else:
            offices.check_administrator_stays([one, *others], {one.id}, TODAY)
    offices.check_administrator_stays([one, held(STRATEGIST, who=12)], {uuid.UUID(int=1)}, TODAY)


def test_an_office_is_not_closed_under_who_holds_it() -> None:
    with pytest.raises(Refusal, match=r"office.held"):
        offices.check_closing(CHIEF, [held(CHIEF, "2020-01-01", "2024-12-31")], D("2024-12-30"), TODAY)
    offices.check_closing(CHIEF, [held(CHIEF, "2020-01-01", "2024-12-31")], D("2024-12-31"), TODAY)
    with pytest.raises(Refusal, match=r"holding.past_end"):
        offices.check_closing(CHIEF, [], D("2024-09-30"), TODAY)


# ---------------------------------------------------------------- what is typed
@pytest.mark.parametrize(
    "text", ["anna", "anna@", "@kommunen.se", "anna@kommunen", "anna @kommunen.se", "a,b@kommunen.se", "å@kommunen.se", "a@.se", "a@b@c.se"]
)
def test_what_is_no_address_is_quoted_back(text: str) -> None:
    with pytest.raises(Refusal) as no:
        offices.email(text)
    assert no.value.code == "email.form"
    assert f"Du skrev ”{text}”" in no.value.sentence


def test_an_address_is_kept_in_lower_case_and_never_a_personal_number() -> None:
    assert offices.email("Anna.B@Kommunen.SE") == "anna.b@kommunen.se"
    with pytest.raises(Refusal, match=r"text.personal_number"):
        offices.email("640823-3234@kommunen.se")


# ---------------------------------------------------------------- what is vacant
def test_an_office_that_nobody_holds_is_vacant_since_the_day_after_the_last_holder() -> None:
    [one] = offices.vacancies([CHIEF, STRATEGIST], [held(CHIEF), held(STRATEGIST, "2020-01-01", "2024-08-31", who=12)], TODAY)
    assert (one.role, one.title, one.since, one.alone, one.next_on) == ("coordinator", "Kommunpolis", D("2024-09-01"), True, None)
    assert one.headline == "Samordnare: vakant"
    assert "sedan 1 september 2024" in one.text


def test_one_of_two_coordinators_leaving_leaves_the_office_vacant_and_not_the_seat() -> None:
    other = replace(STRATEGIST, id=uuid.UUID(int=9), title="Säkerhetschef")
    [one] = offices.vacancies([CHIEF, STRATEGIST, other], [held(CHIEF), held(STRATEGIST)], TODAY)
    assert (one.title, one.alone, one.headline) == ("Säkerhetschef", False, "Säkerhetschef: vakant")


def test_a_deputy_fills_the_office_while_it_lasts() -> None:
    people = [held(STRATEGIST), held(CHIEF, "2024-10-01", "2024-10-31", who=12, acting=True)]
    assert offices.vacancies([CHIEF, STRATEGIST], people, D("2024-10-31")) == []
    [one] = offices.vacancies([CHIEF, STRATEGIST], people, D("2024-11-01"))
    assert (one.headline, one.since) == ("Ledare: vakant", D("2024-11-01"))


def test_an_organisation_without_an_office_for_a_role_has_that_vacancy_too() -> None:
    found = offices.vacancies([KEEPER], [held(KEEPER)], TODAY)
    assert [(one.role, one.office_id, one.alone) for one in found] == [("leader", None, True), ("coordinator", None, True)]
    assert "Ni har ingen befattning med rollen ledare." in found[0].text


def test_a_closed_office_is_missed_by_nobody_and_a_successor_is_announced() -> None:
    closed = replace(STRATEGIST, id=uuid.UUID(int=9), until_on=D("2024-09-30"))
    found = offices.vacancies([CHIEF, STRATEGIST, closed], [held(CHIEF, "2024-10-10"), held(STRATEGIST)], TODAY)
    assert [(one.title, one.next_on) for one in found] == [("Lokalpolisområdeschef", D("2024-10-10"))]
    assert "Någon tillträder 10 oktober 2024." in found[0].text


def test_the_cast_leaves_nothing_vacant() -> None:
    assert {seat.role for seat in cast.SEATS if seat.organisation == cast.BJORKEN} == set(swedish.ROLES)
