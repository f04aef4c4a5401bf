"""When reminders go, to which seats, under which key and in which words; no database."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from itertools import pairwise

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import swedish, workdays
from trygghet.notices.rules import Recipient
from trygghet.reminders import ladders, lines, rules, stairs
from trygghet.reminders.ladders import ADMINISTRATOR, COORDINATOR, DEFAULTS, DEPUTY, LEADER, PRODUCT
from trygghet.reminders.lines import Known, Went
from trygghet.reminders.rules import Holder, Owed, Party

D = dt.date.fromisoformat
A, B = uuid.UUID(int=1), uuid.UUID(int=2)
KINDS = st.sampled_from(sorted(DEFAULTS))
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2045, 12, 31))
LONG_AGO = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
BOTH = (Party(A), Party(B))


def owed(kind: str = "renewal", due: str = "2024-12-31", **more: object) -> Owed:
    found = Owed(uuid.UUID(int=7), uuid.UUID(int=8), "Åmål", kind, "Löftet går ut", D(due))
    return replace(found, **more)  # type: ignore[arg-type]


def days(found: list[rules.Rung], seat: str) -> list[str]:
    return [swedish.short_date(swedish.local(rung.at).date()) for rung in found if rung.seat == seat]


@pytest.mark.parametrize(
    ("kind", "coordinator", "leader"),
    [
        ("renewal", [180, 90, 60, 30, 14, 7, 1, -1, -7, -28], [60, 30, 14, 7, 1, -7, -28]),
        ("review", [180, 90, 60, 30, 14, 7, 1, -1, -7, -28], [60, 30, 14, 7, 1, -7, -28]),
        ("follow_up", [60, 30, 14, 7, 1, -1, -7, -14, -21, -28], [60, 30, 14, 7, 1, -7, -14, -21, -28]),
        ("report", [14, 7, 1, -1, -7, -28], [1, -7, -28]),
        ("activity", [14, 7, 1, -1, -7, -28], [1, -7, -28]),
        ("statute", [180, 90, 60, 30, 14, 7, 1, -1, -7, -14, -21, -28], [60, 30, 14, 7, 1, -7, -14, -21, -28]),
    ],
)
def test_each_kind_of_duty_has_its_ladder_and_more_seats_join_as_it_comes_close_and_passes(
    kind: str, coordinator: list[int], leader: list[int]
) -> None:
    found = DEFAULTS[kind].steps
    assert [step.count for step in found if ladders.To.OWNER in step.to] == coordinator
    assert [step.count for step in found if {ladders.To.LEADER, ladders.To.LEADERS} & {*step.to}] == leader
    assert [step.count for step in found if ladders.To.DEPUTY in step.to] == [-1]
    assert [step.count for step in found if ladders.To.ADMINISTRATOR in step.to] == [-28]


def test_the_ladder_of_amal_moves_sundays_to_the_friday_before() -> None:
    assert days(rules.ladder(owed(), PRODUCT), COORDINATOR) == [
        "4 jul 2024",
        "2 okt 2024",
        "1 nov 2024",
        "29 nov 2024",
        "17 dec 2024",
        "23 dec 2024",
        "30 dec 2024",
        "2 jan 2025",
        "7 jan 2025",
        "28 jan 2025",
    ]


# ---------------------------------------------------------------- 07.30 in Sweden on a working day, never later than the duty
@given(DAYS, KINDS)
def test_every_step_is_at_half_past_seven_on_a_working_day(due: dt.date, kind: str) -> None:
    for rung in rules.ladder(owed(kind, due.isoformat()), PRODUCT, due + dt.timedelta(days=120)):
        local = swedish.local(rung.at)
        assert rung.at.tzinfo is dt.UTC
        assert (local.hour, local.minute) == (7, 30)
        assert workdays.is_workday(local.date())
        assert rung.lead == (due - local.date()).days


@given(DAYS, st.integers(0, 400), st.sampled_from(sorted(ladders.UNITS)))
def test_a_step_before_the_day_is_never_later_than_it_was_meant_and_one_after_it_never_before(due: dt.date, count: int, unit: str) -> None:
    meant = due - dt.timedelta(days=count) if unit == "days" else workdays.before(due, count)
    assert ladders.day_of(due, count, unit) == workdays.on_or_before(meant)
    assert ladders.day_of(due, -count - 1, unit) > due


CHANGES = [dt.date(2024, 3, 31), dt.date(2024, 10, 27), dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2027, 3, 28), dt.date(2027, 10, 31)]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_summer_time_moves_no_step(change: dt.date) -> None:
    friday, monday = change - dt.timedelta(days=2), change + dt.timedelta(days=1)
    before, after = ladders.moment(friday), ladders.moment(monday)
    assert {swedish.local(one).time() for one in (before, after)} == {dt.time(7, 30)}
    assert {before.hour, after.hour} == {5, 6}


HOLIDAYS = sorted(holidays.country_holidays("SE", years=range(2023, 2031), include_sundays=False))


@given(st.sampled_from(HOLIDAYS), st.integers(1, 60))
def test_a_step_on_a_holiday_goes_the_working_day_before(holiday: dt.date, lead: int) -> None:
    found = ladders.day_of(holiday + dt.timedelta(days=lead), lead)
    assert found < holiday
    assert not any(workdays.is_workday(found + dt.timedelta(days=day)) for day in range(1, (holiday - found).days))


def test_a_leap_day_is_a_day() -> None:
    assert ladders.day_of(D("2024-03-01"), 1) == D("2024-02-29")
    assert ladders.day_of(D("2024-02-29"), 1, "workdays") == D("2024-02-28")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2024-10-01T05:29", "2024-10-01T05:30"),
        ("2024-10-01T05:30", "2024-10-01T05:30"),
        ("2024-10-01T06:59", "2024-10-01T06:59"),
        ("2024-10-01T07:00", "2024-10-02T05:30"),
        ("2024-10-04T12:00", "2024-10-07T05:30"),
        ("2024-12-23T12:00", "2024-12-27T06:30"),
    ],
)
def test_reminders_go_out_between_half_past_seven_and_nine_on_working_days(now: str, opens: str) -> None:
    at, expected = (dt.datetime.fromisoformat(one).replace(tzinfo=dt.UTC) for one in (now, opens))
    assert ladders.next_opening(at) == expected
    assert ladders.is_open(at) == (now == opens)


# ---------------------------------------------------------------- what is wanted
NOW = dt.datetime(2024, 10, 1, 6, tzinfo=dt.UTC)


@given(DAYS, KINDS, st.datetimes(dt.datetime(2014, 1, 1), dt.datetime(2046, 12, 31), timezones=st.just(dt.UTC)))  # noqa: DTZ001 - Hypothesis wants bounds without a zone
def test_what_is_wanted_is_all_that_is_to_come_and_at_most_one_gathered_reminder_a_seat(due: dt.date, kind: str, now: dt.datetime) -> None:
    these = owed(kind, due.isoformat())
    found = rules.wanted([these], BOTH, now)
    assert all(one.due_at >= now for one in found)
    assert len({one.key for one in found}) == len(found)
    assert [one.due_at for one in found if one.organisation_id == A] == [one.due_at for one in found if one.organisation_id == B]
    ahead = [rung for rung in rules.ladder(these, PRODUCT, swedish.local(now + rules.AHEAD).date()) if rung.at > now]
    assert {(rung.lead, rung.seat) for rung in ahead} <= {(one.lead_days, one.seat) for one in found}
    gathered = [one.seat for one in found if one.organisation_id == A and (one.lead_days, one.seat) not in {(rung.lead, rung.seat) for rung in ahead}]
    assert len(gathered) == len(set(gathered))
    assert all(rules.due_on_of(one.key) == due for one in found)


def test_a_key_is_made_of_ids_and_dates_alone() -> None:
    found = rules.wanted([owed()], [Party(A)], LONG_AGO)
    assert found[0].key == f"reminder:{uuid.UUID(int=7)}:2024-12-31:180:{A}:coordinator"


def test_a_moved_duty_wants_other_rows() -> None:
    before = {one.key for one in rules.wanted([owed()], BOTH, LONG_AGO)}
    after = {one.key for one in rules.wanted([owed(due="2025-12-31")], BOTH, LONG_AGO)}
    assert not before & after


def test_a_done_duty_wants_nothing() -> None:
    assert rules.wanted([owed(done_at=LONG_AGO)], BOTH, LONG_AGO) == []


def test_who_has_done_their_part_hears_of_it_again_only_as_leader_when_it_has_become_late() -> None:
    found = rules.wanted([owed("follow_up", settled=frozenset({A}))], BOTH, LONG_AGO)
    mine = [(one.seat, one.lead_days) for one in found if one.organisation_id == A]
    assert {seat for seat, _ in mine} == {LEADER}
    assert [lead for _, lead in mine] == [-14, -21, -28]
    assert {one.seat for one in found if one.organisation_id == B} == {COORDINATOR, DEPUTY, LEADER, ADMINISTRATOR}


def test_nothing_is_said_to_end_before_it_has_begun() -> None:
    short = rules.ladder(owed(due="2024-03-31", begins_on=D("2024-01-01")), PRODUCT)
    assert days(short, COORDINATOR)[:2] == ["31 jan 2024", "1 mar 2024"]
    early = rules.ladder(owed("activity", due="2024-01-05", begins_on=D("2024-01-01")), PRODUCT)
    assert days(early, COORDINATOR)[:3] == ["22 dec 2023", "29 dec 2023", "4 jan 2024"]


# ---------------------------------------------------------------- steps that went by
def test_a_duty_that_is_made_inside_its_ladder_has_the_passed_steps_gathered_the_next_morning() -> None:
    found = [one for one in rules.wanted([owed(due="2024-10-20")], [Party(A)], NOW) if one.lead_days and one.lead_days > 18]
    assert [(one.seat, one.due_at) for one in found] == []  # the steps of 14 days come within the week
    found = [one for one in rules.wanted([owed(due="2024-12-20")], [Party(A)], NOW) if one.due_at < NOW + dt.timedelta(days=2)]
    assert [(one.seat, one.lead_days, one.due_at) for one in found] == [(COORDINATOR, 91, ladders.moment(D("2024-10-02")))]


def test_what_was_reminded_of_within_the_week_before_a_passed_step_is_not_said_again() -> None:
    these = owed(due="2024-12-20")
    reminded = {(these.obligation_id, these.due_on, COORDINATOR): ladders.moment(D("2024-09-18"))}
    assert min(one.due_at for one in rules.wanted([these], [Party(A, reminded=reminded)], NOW)) > NOW + dt.timedelta(days=7)
    long_ago = {(these.obligation_id, these.due_on, COORDINATOR): ladders.moment(D("2024-06-21"))}
    assert min(one.due_at for one in rules.wanted([these], [Party(A, reminded=long_ago)], NOW)) == ladders.moment(D("2024-10-02"))


def test_what_is_due_before_the_next_morning_is_said_at_once() -> None:
    assert rules.made_up_at(D("2024-10-01"), NOW) == NOW
    assert rules.made_up_at(D("2024-10-02"), NOW) == ladders.moment(D("2024-10-02"))
    friday = dt.datetime(2024, 10, 4, 12, tzinfo=dt.UTC)
    assert rules.made_up_at(D("2024-10-06"), friday) == friday
    assert rules.made_up_at(D("2024-10-03"), friday) == ladders.moment(D("2024-10-07"))


def test_after_an_outage_the_latest_step_speaks_for_all() -> None:
    these = owed()
    on = {rung.lead: rung.at for rung in rules.ladder(these, PRODUCT) if rung.seat == COORDINATOR}
    assert not rules.overtaken(these, PRODUCT, 90, COORDINATOR, on[90])
    assert not rules.overtaken(these, PRODUCT, 90, COORDINATOR, on[60] - dt.timedelta(seconds=1))
    assert rules.overtaken(these, PRODUCT, 90, COORDINATOR, on[60])


def test_each_reminder_knows_its_place_on_its_own_seats_ladder() -> None:
    assert rules.place(owed(), PRODUCT, 90, COORDINATOR) == (2, 7, D("2024-11-01"))
    assert rules.place(owed(), PRODUCT, 60, LEADER) == (1, 5, D("2024-11-29"))
    assert rules.place(owed(), PRODUCT, 1, LEADER) == (5, 5, D("2025-01-07"))


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
    said = rules.why_these_days(owed(), PRODUCT)
    assert "31 december 2024" in said
    assert "180 dagar, 90 dagar, 60 dagar, 30 dagar, 14 dagar, 7 dagar och 1 dagar före" in said or "före, kl. 07.30" in said
    assert "Sedan var 28:e dag tills det är klart." in said


# ---------------------------------------------------------------- what is late
@given(DAYS, st.integers(60, 800))
def test_a_late_follow_up_is_reminded_of_week_by_week_until_it_is_done(due: dt.date, ahead: int) -> None:
    these, until = owed("follow_up", due.isoformat()), due + dt.timedelta(days=ahead)
    late = [swedish.local(rung.at).date() for rung in rules.ladder(these, PRODUCT, until) if rung.lead < 0 and rung.seat == COORDINATOR]
    assert all(dt.timedelta(days=1) <= second - first <= dt.timedelta(days=12) for first, second in pairwise(late[1:]))
    assert until - late[-1] < dt.timedelta(days=12)


def test_the_plan_holds_a_year_ahead_and_each_night_carries_it_on() -> None:
    these = owed("follow_up", due="2024-12-31", title="Gemensam uppföljning för 2024")
    for now in (NOW, NOW + dt.timedelta(days=400)):
        last = max(one.due_at for one in rules.wanted([these], [Party(A)], now))
        assert now + dt.timedelta(days=354) <= last <= now + rules.AHEAD
    early, later = ({one.key for one in rules.wanted([these], [Party(A)], NOW + dt.timedelta(days=day))} for day in (0, 1))
    assert len(later & early) >= len(later) - 2, "the same wish is the same row"


def test_a_late_step_says_that_it_is_late_and_when_the_next_comes() -> None:
    these = owed("follow_up", due="2024-12-31", title="Gemensam uppföljning för 2023 och 2024")
    assert rules.headline(these, -7) == "Uppföljningen för 2023 och 2024 i Åmål skulle ha varit klar för 7 dagar sedan"
    assert rules.why(these, -7).startswith("7 dagar efter 31 december 2024: gemensam uppföljning")
    assert rules.place(these, PRODUCT, -14, COORDINATOR)[2] == D("2025-01-21")
    assert rules.place(these, PRODUCT, 1, COORDINATOR) == (5, 5, D("2025-01-02"))
    assert rules.overtaken(these, PRODUCT, -7, COORDINATOR, ladders.moment(D("2025-01-14")))
    assert not rules.overtaken(these, PRODUCT, -14, COORDINATOR, ladders.moment(D("2025-01-14")))


# ---------------------------------------------------------------- the schedule
ANNA = Holder(uuid.UUID(int=11), COORDINATOR, D("2020-01-01"), None, Recipient("Anna Asson", "Säkerhetssamordnare", "anna@example.org"))
BO = Holder(uuid.UUID(int=12), LEADER, D("2020-01-01"), D("2024-11-30"), Recipient("Bo Bsson", "Ordförande", "bo@example.org"))


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
    assert found[14, LEADER] == []


def test_the_schedule_says_what_became_of_what_has_gone() -> None:
    rung = rules.ladder(owed(), PRODUCT)[0]
    key = rules.key(owed(), rung, A)
    went = {key: (Went("sent", "anna@example.org"), Went("failed", "old@example.org"))}
    line = lines.schedule(known(owed(), went=went), D("2024-07-04"), D("2024-07-04"), NOW)[0]
    assert line.state == "failed"
    assert [(one.name, one.email) for one in line.people] == [("Anna Asson", "anna@example.org"), ("", "old@example.org")]


def test_a_done_duty_is_in_the_schedule_only_until_it_was_done() -> None:
    finished = owed(done_at=dt.datetime(2024, 9, 1, tzinfo=dt.UTC))
    assert [line.lead for line in lines.schedule(known(finished), D("2024-01-01"), D("2024-12-31"), NOW)] == [180]


def test_the_schedule_is_given_to_people_and_to_programs() -> None:
    found = lines.schedule(known(owed()), D("2024-10-02"), D("2024-12-17"), NOW)
    assert lines.as_data(found)[0] == {
        "at": "2024-10-02T07:30:00+02:00",
        "title": "Löftet i Åmål går ut om 90 dagar",
        "promise": "Löfte i Åmål",
        "obligation": "Löftet går ut",
        "due_on": "2024-12-31",
        "lead_days": 90,
        "seat": "coordinator",
        "role": "Samordnare",
        "to": [{"name": "Anna Asson", "office": "Säkerhetssamordnare", "email": "anna@example.org", "because": ""}],
        "channel": "mail",
        "why": "90 dagar före 31 december 2024: löftet går ut, Åmål",
        "why_this_day": "90 dagar före 31 december 2024, enligt Tryggets stege.",
        "state": "wanted",
        "reason": "",
    }
    assert lines.as_data(found)[1]["at"] == "2024-11-01T07:30:00+01:00"
    text = lines.as_text(found)
    assert "2024-10-02 07.30  Löftet i Åmål går ut om 90 dagar\n    till   samordnare: Säkerhetssamordnare Anna Asson <anna@example.org>" in text
    assert "ledare: ingen kan få den" in text
    assert lines.as_text([]) == "Inga påminnelser går ut de dagarna."


def test_a_spreadsheet_runs_nothing_of_what_people_wrote() -> None:
    found = lines.schedule(known(owed("activity", title="=HYPERLINK(1)", area_name="+Å", due="2024-10-20")), D("2024-10-01"), D("2024-12-31"), NOW)
    table = lines.as_csv([replace(found[0], promise_title="=1+1")]).decode("utf-8-sig")
    assert table.splitlines()[0] == "När;Vad;Löfte;Roll;Namn;Titel;Adress;Kanal;Varför;Varför detta datum;Varför just den personen;Läge"
    assert ";'=1+1;" in table


def test_the_schedule_is_arranged_by_promise_duty_and_day() -> None:
    other = owed("follow_up", obligation_id=uuid.UUID(int=9), title="Gemensam uppföljning för 2024")
    (found,) = stairs.by_promise(lines.schedule(known(owed(), other), D("2024-11-01"), D("2024-12-31"), NOW), NOW.date())
    assert found.title == "Löfte i Åmål"
    assert [(one.owed.title, len(one.before)) for one in found.stairs] == [("Gemensam uppföljning för 2024", 5), ("Löftet går ut", 5)]
    assert [line.seat for line in found.stairs[0].before[0].lines] == ["coordinator", "leader"]
    assert found.stairs[0].points[0] == (D("2024-11-01"), False)
