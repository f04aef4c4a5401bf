"""When reminders go, to which seats, under which key and in which words; no database."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import swedish
from trygghet.notices.rules import Recipient
from trygghet.reminders import lines, rules
from trygghet.reminders.lines import Known, Went
from trygghet.reminders.rules import COORDINATOR, LADDERS, LEADER, Holder, Owed

D = dt.date.fromisoformat
A, B = uuid.UUID(int=1), uuid.UUID(int=2)
KINDS = st.sampled_from(sorted(LADDERS))
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2045, 12, 31))
LONG_AGO = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)


def owed(kind: str = "renewal", due: str = "2024-12-31", **more: object) -> Owed:
    found = Owed(uuid.UUID(int=7), uuid.UUID(int=8), "Åmål", kind, "Löftet går ut", D(due))
    return replace(found, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "coordinator", "leader"),
    [
        ("renewal", [180, 90, 60, 30, 14, 7, 1], [60, 30, 14, 7, 1]),
        ("review", [180, 90, 60, 30, 14, 7, 1], [60, 30, 14, 7, 1]),
        ("follow_up", [60, 30, 14, 7, 1], [60, 30, 14, 7, 1]),
        ("report", [14, 7, 1], [1]),
        ("activity", [14, 7, 1], [1]),
    ],
)
def test_each_kind_of_duty_has_its_ladder_and_the_leader_joins_when_it_is_close(kind: str, coordinator: list[int], leader: list[int]) -> None:
    found = rules.ladder(owed(kind))
    assert [rung.lead for rung in found if rung.seat == COORDINATOR] == coordinator
    assert [rung.lead for rung in found if rung.seat == LEADER] == leader


def test_the_ladder_of_amal_falls_on_the_days_of_the_picture() -> None:
    days = [swedish.short_date(swedish.local(rung.at).date()) for rung in rules.ladder(owed()) if rung.seat == COORDINATOR]
    assert days == ["4 jul 2024", "2 okt 2024", "1 nov 2024", "1 dec 2024", "17 dec 2024", "24 dec 2024", "30 dec 2024"]


# ---------------------------------------------------------------- always 08.00 in Sweden, always that day
@given(DAYS, KINDS)
def test_a_rung_is_at_eight_in_stockholm_so_many_days_before(due: dt.date, kind: str) -> None:
    for lead in LADDERS[kind]:
        at = rules.moment(due, lead)
        assert at.tzinfo is dt.UTC
        local = swedish.local(at)
        assert (local.date(), local.hour, local.minute) == (due - dt.timedelta(days=lead), 8, 0)
        assert at.hour in {6, 7}


CHANGES = [dt.date(2024, 3, 31), dt.date(2024, 10, 27), dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2027, 3, 28), dt.date(2027, 10, 31)]


@given(st.sampled_from(CHANGES), st.integers(-3, 3), KINDS)
def test_a_change_of_summer_time_moves_no_rung(change: dt.date, near: int, kind: str) -> None:
    for lead in LADDERS[kind]:
        due = change + dt.timedelta(days=lead + near)
        local = swedish.local(rules.moment(due, lead))
        assert (local.date(), local.time()) == (change + dt.timedelta(days=near), dt.time(8))


@pytest.mark.parametrize(("day", "utc_hour"), [("2026-03-28", 7), ("2026-03-29", 6), ("2026-10-24", 6), ("2026-10-25", 7)])
def test_the_hour_in_utc_changes_with_summer_time(day: str, utc_hour: int) -> None:
    assert rules.moment(D(day) + dt.timedelta(days=1), 1) == dt.datetime.combine(D(day), dt.time(utc_hour), dt.UTC)


HOLIDAYS = sorted(holidays.country_holidays("SE", years=range(2023, 2031), include_sundays=False))


@given(st.sampled_from(HOLIDAYS), st.integers(-2, 2), KINDS)
def test_a_public_holiday_moves_no_rung(holiday: dt.date, near: int, kind: str) -> None:
    for lead in LADDERS[kind]:
        due = holiday + dt.timedelta(days=near + lead)
        assert swedish.local(rules.moment(due, lead)).date() == holiday + dt.timedelta(days=near)


# ---------------------------------------------------------------- what is wanted
@given(DAYS, KINDS, st.datetimes(dt.datetime(2014, 1, 1), dt.datetime(2046, 12, 31), timezones=st.just(dt.UTC)))  # noqa: DTZ001 - Hypothesis wants bounds without a zone
def test_only_what_is_still_to_come_is_wanted_once_for_each_party_and_seat(due: dt.date, kind: str, now: dt.datetime) -> None:
    these = owed(kind, due.isoformat())
    found = rules.wanted([these], [A, B], now)
    assert all(one.due_at > now for one in found)
    assert len({one.key for one in found}) == len(found)
    assert [one.due_at for one in found if one.organisation_id == A] == [one.due_at for one in found if one.organisation_id == B]
    ladder = rules.ladder(these, swedish.local(now + rules.AHEAD).date())
    assert sorted(one.due_at for one in found if one.organisation_id == A) == sorted(rung.at for rung in ladder if rung.at > now)
    assert all(rules.due_on_of(one.key) == due for one in found)


def test_a_key_is_made_of_ids_and_dates_alone() -> None:
    found = rules.wanted([owed()], [A], LONG_AGO)
    assert found[0].key == f"reminder:{uuid.UUID(int=7)}:2024-12-31:180:{A}:coordinator"


def test_a_moved_duty_wants_other_rows() -> None:
    before = {one.key for one in rules.wanted([owed()], [A], LONG_AGO)}
    after = {one.key for one in rules.wanted([owed(due="2025-12-31")], [A], LONG_AGO)}
    assert not before & after


def test_a_done_duty_wants_nothing_and_a_done_part_nothing_for_its_party() -> None:
    assert rules.wanted([owed(done_at=LONG_AGO)], [A, B], LONG_AGO) == []
    assert {one.organisation_id for one in rules.wanted([owed("follow_up", settled=frozenset({A}))], [A, B], LONG_AGO)} == {B}


def test_nothing_is_said_to_end_before_it_has_begun() -> None:
    short = owed(due="2024-03-31", begins_on=D("2024-01-01"))
    assert [rung.lead for rung in rules.ladder(short) if rung.seat == COORDINATOR] == [90, 60, 30, 14, 7, 1]
    early = owed("activity", due="2024-01-05", begins_on=D("2024-01-01"))
    assert [rung.lead for rung in rules.ladder(early) if rung.seat == COORDINATOR] == [14, 7, 1]
    assert rules.ladder(owed("follow_up", due="2024-01-01", begins_on=D("2024-01-01"))) == []


def test_after_an_outage_the_latest_rung_speaks_for_all() -> None:
    these = owed()
    on = {lead: rules.moment(these.due_on, lead) for lead in LADDERS["renewal"]}
    assert not rules.overtaken(these, 90, COORDINATOR, on[90])
    assert not rules.overtaken(these, 90, COORDINATOR, on[60] - dt.timedelta(seconds=1))
    assert rules.overtaken(these, 90, COORDINATOR, on[60])
    assert not rules.overtaken(these, 1, COORDINATOR, on[1] + dt.timedelta(days=30))


def test_each_reminder_knows_its_place_on_its_own_seats_ladder() -> None:
    assert rules.place(owed(), 90, COORDINATOR) == (2, 7, D("2024-11-01"))
    assert rules.place(owed(), 60, LEADER) == (1, 5, D("2024-12-01"))
    assert rules.place(owed(), 1, LEADER) == (5, 5, None)


# ---------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("kind", "left", "words"),
    [
        ("renewal", 90, "Löftet i Åmål går ut om 90 dagar"),
        ("renewal", 1, "Löftet i Åmål går ut i morgon"),
        ("renewal", 0, "Löftet i Åmål går ut i dag"),
        ("renewal", -1, "Löftet i Åmål gick ut för 1 dag sedan"),
        ("review", 30, "Löftet i Åmål ska ses över om 30 dagar"),
        ("review", -3, "Löftet i Åmål skulle ha setts över för 3 dagar sedan"),
        ("follow_up", 60, "Uppföljningen för 2024 i Åmål ska vara klar om 60 dagar"),
        ("follow_up", -2, "Uppföljningen för 2024 i Åmål skulle ha varit klar för 2 dagar sedan"),
        ("report", 14, "Rapporten till KSAU om löftet i Åmål ska lämnas om 14 dagar"),
        ("report", -1, "Rapporten till KSAU om löftet i Åmål skulle ha lämnats för 1 dag sedan"),
        ("activity", 7, "”Löftet går ut” i Åmål ska vara gjord om 7 dagar"),
        ("activity", -7, "”Löftet går ut” i Åmål skulle ha varit gjord för 7 dagar sedan"),
    ],
)
def test_the_headline_is_the_whole_news(kind: str, left: int, words: str) -> None:
    assert rules.headline(owed(kind, receiver="KSAU"), left) == words


def test_the_ladder_explains_itself() -> None:
    said = rules.why_these_days(owed())
    assert "31 december 2024" in said
    assert "180, 90, 60, 30, 14, 7 och 1 dagar före" in said
    assert rules.why_these_days(owed("follow_up", due="2024-01-01", begins_on=D("2024-01-01"))) == (
        "Löftet är för kort för påminnelser i förväg. Är det inte klart den dagen påminns ni varje vecka tills det är det."
    )


# ---------------------------------------------------------------- what is late
@given(DAYS, st.sampled_from(sorted(rules.LATE)), st.integers(0, 800))
def test_what_is_late_is_reminded_of_week_by_week_until_it_is_done(due: dt.date, kind: str, days: int) -> None:
    these, until = owed(kind, due.isoformat()), due + dt.timedelta(days=days)
    for seat in (COORDINATOR, LEADER):
        late = [swedish.local(rung.at).date() for rung in rules.ladder(these, until) if rung.lead < 0 and rung.seat == seat]
        assert late == [due + dt.timedelta(weeks=week) for week in range(1, days // 7 + 1)]


@pytest.mark.parametrize("kind", sorted(set(LADDERS) - rules.LATE))
def test_the_rest_ends_on_its_day(kind: str) -> None:
    assert all(rung.lead > 0 for rung in rules.ladder(owed(kind), D("2026-12-31")))


def test_the_plan_holds_a_year_ahead_and_each_night_carries_it_on() -> None:
    these = owed("follow_up", due="2024-12-31", title="Gemensam uppföljning för 2024")
    for now in (NOW, NOW + dt.timedelta(days=400)):
        last = max(one.due_at for one in rules.wanted([these], [A], now))
        assert now + dt.timedelta(days=359) <= last <= now + rules.AHEAD
    early, later = ({one.key for one in rules.wanted([these], [A], NOW + dt.timedelta(days=day))} for day in (0, 1))
    assert len(later & early) >= len(later) - 2, "the same wish is the same row"


def test_a_late_rung_says_that_it_is_late_and_when_the_next_comes() -> None:
    these = owed("follow_up", due="2024-12-31", title="Gemensam uppföljning för 2023 och 2024")
    assert rules.headline(these, -7) == "Uppföljningen för 2023 och 2024 i Åmål skulle ha varit klar för 7 dagar sedan"
    assert rules.why(these, -7).startswith("7 dagar efter 31 december 2024: gemensam uppföljning")
    assert rules.place(these, -14, COORDINATOR)[2] == D("2025-01-21")
    assert rules.place(these, 1, COORDINATOR) == (5, 5, D("2025-01-07"))
    assert rules.overtaken(these, -7, COORDINATOR, rules.moment(these.due_on, -14))
    assert not rules.overtaken(these, -14, COORDINATOR, rules.moment(these.due_on, -14))


# ---------------------------------------------------------------- the schedule
ANNA = Holder(uuid.UUID(int=11), COORDINATOR, D("2020-01-01"), None, Recipient("Anna Asson", "Säkerhetssamordnare", "anna@example.org"))
BO = Holder(uuid.UUID(int=12), LEADER, D("2020-01-01"), D("2024-11-30"), Recipient("Bo Bsson", "Ordförande", "bo@example.org"))
NOW = dt.datetime(2024, 10, 1, 6, tzinfo=dt.UTC)


def known(*these: Owed, went: dict[str, tuple[Went, ...]] | None = None) -> Known:
    return Known(A, tuple(("Löfte i Åmål", one) for one in these), (ANNA, BO), went or {})


def test_the_schedule_holds_both_ends_of_its_range() -> None:
    found = lines.schedule(known(owed()), D("2024-07-04"), D("2024-11-01"), NOW)
    assert [(swedish.local(line.at).date().isoformat(), line.seat, line.state) for line in found] == [
        ("2024-07-04", "coordinator", "past"),
        ("2024-10-02", "coordinator", "wanted"),
        ("2024-11-01", "coordinator", "wanted"),
        ("2024-11-01", "leader", "wanted"),
    ]
    assert lines.schedule(known(owed()), D("2024-07-05"), D("2024-10-01"), NOW) == []


def test_the_schedule_names_who_holds_the_seat_that_day() -> None:
    found = {
        (line.lead, line.seat): [one.name for one in line.people] for line in lines.schedule(known(owed()), D("2024-01-01"), D("2024-12-31"), NOW)
    }
    assert found[180, COORDINATOR] == ["Anna Asson"]
    assert found[60, LEADER] == ["Bo Bsson"]
    assert found[30, LEADER] == []


def test_the_schedule_says_what_became_of_what_has_gone() -> None:
    rung = rules.ladder(owed())[0]
    key = rules.key(owed(), rung, A)
    went = {key: (Went("sent", "anna@example.org"), Went("failed", "old@example.org"))}
    line = lines.schedule(known(owed(), went=went), D("2024-07-04"), D("2024-07-04"), NOW)[0]
    assert line.state == "failed"
    assert [(one.name, one.email) for one in line.people] == [("Anna Asson", "anna@example.org"), ("", "old@example.org")]


def test_a_done_duty_is_in_the_schedule_only_until_it_was_done() -> None:
    finished = owed(done_at=dt.datetime(2024, 9, 1, tzinfo=dt.UTC))
    assert [line.lead for line in lines.schedule(known(finished), D("2024-01-01"), D("2024-12-31"), NOW)] == [180]


def test_the_schedule_is_given_to_people_and_to_programs() -> None:
    found = lines.schedule(known(owed()), D("2024-10-02"), D("2024-12-01"), NOW)
    assert lines.as_data(found)[0] == {
        "at": "2024-10-02T08:00:00+02:00",
        "title": "Löftet i Åmål går ut om 90 dagar",
        "promise": "Löfte i Åmål",
        "obligation": "Löftet går ut",
        "due_on": "2024-12-31",
        "lead_days": 90,
        "seat": "coordinator",
        "role": "Samordnare",
        "to": [{"name": "Anna Asson", "office": "Säkerhetssamordnare", "email": "anna@example.org"}],
        "channel": "mail",
        "why": "90 dagar före 31 december 2024: löftet går ut, Åmål",
        "state": "wanted",
        "reason": "",
    }
    assert lines.as_data(found)[1]["at"] == "2024-11-01T08:00:00+01:00"
    text = lines.as_text(found)
    assert "2024-10-02 08.00  Löftet i Åmål går ut om 90 dagar\n    till   samordnare: Säkerhetssamordnare Anna Asson <anna@example.org>" in text
    assert "ledare: ingen har rollen" in text
    assert lines.as_text([]) == "Inga påminnelser går ut de dagarna."


def test_a_spreadsheet_runs_nothing_of_what_people_wrote() -> None:
    found = lines.schedule(known(owed("activity", title="=HYPERLINK(1)", area_name="+Å", due="2024-10-20")), D("2024-10-01"), D("2024-12-31"), NOW)
    table = lines.as_csv([replace(found[0], promise_title="=1+1")]).decode("utf-8-sig")
    assert table.splitlines()[0] == "När;Vad;Löfte;Roll;Namn;Titel;Adress;Kanal;Varför;Läge"
    assert ";'=1+1;" in table


def test_the_schedule_is_arranged_by_promise_duty_and_day() -> None:
    other = owed("follow_up", obligation_id=uuid.UUID(int=9), title="Gemensam uppföljning för 2024")
    ((title, stairs),) = lines.by_promise(lines.schedule(known(owed(), other), D("2024-11-01"), D("2024-12-31"), NOW))
    assert title == "Löfte i Åmål"
    assert [(one.owed.title, len(one.steps)) for one in stairs] == [("Gemensam uppföljning för 2024", 5), ("Löftet går ut", 5)]
    assert [line.seat for line in stairs[0].steps[0].lines] == ["coordinator", "leader"]
    assert stairs[0].points[0] == (D("2024-11-01"), False)
