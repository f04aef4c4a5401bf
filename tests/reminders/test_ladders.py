"""Whatever ladder an organisation makes: no reminder on a day off, none before the day that comes after it, and none twice."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trygghet import swedish, workdays
from trygghet.notices.rules import Recipient
from trygghet.reminders import changes, forms, ladders, reasons, rules
from trygghet.reminders.house import House
from trygghet.reminders.ladders import COORDINATOR, DEFAULTS, LEADER, Ladder, Ladders, Repeat, Step, To
from trygghet.reminders.rules import Holder, Owed, Party
from trygghet.swedish import Slips

D = dt.date.fromisoformat
A, DUTY = uuid.UUID(int=1), uuid.UUID(int=7)
NOW = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
HOUSE = House((Holder(uuid.UUID(int=11), COORDINATOR, D("2020-01-01"), None, Recipient("Anna Asson", "Samordnare", "anna@example.org")),))

units = st.sampled_from(["days", "workdays"])
to = st.sets(st.sampled_from(list(To)), min_size=1).map(lambda found: tuple(one for one in To if one in found))
counts = st.integers(0, ladders.LONGEST_LEAD) | st.integers(-ladders.LATEST, -1)
steps = st.lists(st.builds(Step, counts, units, to), max_size=8)
owner_too = to.map(lambda found: (To.OWNER, *(one for one in found if one is not To.OWNER)))
repeats = st.builds(Repeat, st.integers(1, ladders.RAREST), units, owner_too)
valid = st.builds(
    lambda first, more, repeat: Ladder(tuple(sorted([first, *more], key=lambda one: -one.count)), repeat),
    st.builds(Step, st.integers(0, ladders.NEAR), units, owner_too),
    steps,
    repeats,
)
days = st.dates(D("2024-01-01"), D("2027-12-31"))


def owed(due_on: dt.date, kind: str = "report") -> Owed:
    return Owed(DUTY, uuid.UUID(int=3), "Åmål", kind, "Rapport till KSAU", due_on, "KSAU")


def chosen(ladder: Ladder, kind: str = "report") -> Ladders:
    return Ladders({(None, kind): ladder})


@settings(max_examples=150, deadline=None)
@given(valid, days)
def test_no_ladder_reminds_on_a_day_off_nor_later_than_it_says(ladder: Ladder, due_on: dt.date) -> None:
    ladders.check(ladder)
    found = rules.ladder(owed(due_on), chosen(ladder), due_on + dt.timedelta(days=200))
    assert found
    for rung in found:
        day = swedish.local(rung.at).date()
        assert workdays.is_workday(day)
        assert swedish.clock_time(rung.at) == "07.30"
        assert rung.mark is not None
        if rung.mark.time or rung.mark.count < 0:
            assert day > due_on
        else:
            assert day <= due_on
            assert day <= rung.mark.named, "moved earlier, never later"
    assert len({(rung.at, rung.seat) for rung in found}) == len(found), "one row for each day and seat"


@settings(max_examples=80, deadline=None)
@given(valid, days, st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC)))  # noqa: DTZ001
def test_planning_twice_wants_the_same_rows(ladder: Ladder, due_on: dt.date, now: dt.datetime) -> None:
    first, again = (rules.wanted([owed(due_on)], [Party(A, chosen(ladder))], now) for _ in range(2))
    assert first == again
    assert len({one.key for one in first}) == len(first)
    assert all(one.due_at >= now for one in first)


@settings(max_examples=80, deadline=None)
@given(valid)
def test_a_ladder_survives_its_form_and_the_database(ladder: Ladder) -> None:
    form = forms.draft(ladder)
    fields = {f"antal-{n}": row.count for n, row in enumerate(form.rows)} | {f"enhet-{n}": row.unit for n, row in enumerate(form.rows)}
    fields |= {f"nar-{n}": row.when for n, row in enumerate(form.rows)} | {
        f"till-{n}-{one}": "ja" for n, row in enumerate(form.rows) for one in row.to
    }
    fields |= {"upprepa": form.every, "upprepa-enhet": form.every_unit} | {f"upprepa-{one}": "ja" for one in form.every_to}
    again = forms.ladder(forms.typed(fields))
    assert again.repeat == ladder.repeat
    assert {(one.count, one.unit, frozenset(one.to)) for one in again.steps} == {(one.count, one.unit, frozenset(one.to)) for one in ladder.steps}
    assert ladders.from_json(*ladder.as_json()) == ladder


@settings(max_examples=80, deadline=None)
@given(valid, valid, days)
def test_the_difference_is_what_planning_anew_does(before: Ladder, after: Ladder, due_on: dt.date) -> None:
    until, party = D("2026-04-01"), Party(A, chosen(before))
    found = changes.difference([("Löfte", owed(due_on))], party, chosen(after), HOUSE, until=until, now=NOW)
    coming = [
        {(swedish.local(at).date(), rung.seat) for rung, at in rules.coming(owed(due_on), one, until, NOW)}
        for one in (party, Party(A, chosen(after)))
    ]
    was, comes = ({(day, seat) for day, seat in one if day <= until and (day <= due_on or due_on < NOW.date())} for one in coming)
    assert found.total("added") - found.total("removed") == len(comes) - len(was)
    shifted = {(one.day, one.seat) for each in found.duties for one in each.shifts if one.kind != "removed"}
    assert shifted == comes - was


def test_the_same_ladder_makes_no_difference() -> None:
    found = changes.difference([("Löfte", owed(D("2024-12-31")))], Party(A), chosen(DEFAULTS["report"]), HOUSE, until=D("2026-04-01"), now=NOW)
    assert (found.duties, found.count, found.passed) == ((), 1, 0)
    assert all(one.before == one.after for one in found.people)


def test_the_difference_tells_what_moves_from_what_comes_and_goes_and_who_hears_more() -> None:
    after = Ladder((Step(60, "days", (To.OWNER,)), Step(10, "workdays", (To.OWNER,)), Step(1, "days", (To.OWNER,))))
    found = changes.difference([("Löfte", owed(D("2024-12-31")))], Party(A), chosen(after), HOUSE, until=D("2026-04-01"), now=NOW)
    told = [(one.kind, one.day.isoformat(), one.seat, one.was and one.was.isoformat()) for one in found.duties[0].shifts]
    assert told == [
        ("added", "2024-11-01", COORDINATOR, None),
        ("moved", "2024-12-12", COORDINATOR, "2024-12-17"),
        ("removed", "2024-12-23", COORDINATOR, None),
        ("removed", "2024-12-30", LEADER, None),
    ]
    assert found.duties[0].late < 0


def test_a_step_that_has_been_passed_goes_out_at_once_unless_the_seat_has_heard() -> None:
    after, duty = Ladder((Step(100, "days", (To.OWNER,)), Step(1, "days", (To.OWNER,)))), owed(D("2024-12-31"))
    silent = changes.difference([("L", duty)], Party(A), chosen(after), HOUSE, until=D("2026-04-01"), now=NOW)
    assert [(one.day, one.passed) for one in silent.duties[0].shifts if one.kind == "added"] == [(D("2024-10-02"), True)]
    party = Party(A, reminded={(DUTY, duty.due_on, COORDINATOR): NOW - dt.timedelta(days=2)})
    heard = changes.difference([("L", duty)], party, chosen(after), HOUSE, until=D("2026-04-01"), now=NOW)
    assert heard.passed == 0, "what has gone out is not sent again"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step(30, "days", (To.OWNER,)), "30 dagar före 31 december 2024, enligt er egen stege. Det är söndag 1 december 2024, så det går arbetsdagen före: fredag 29 november."),
        (Step(7, "days", (To.OWNER,)), "7 dagar före 31 december 2024, enligt er egen stege. Det är tisdag 24 december 2024, julafton, så det går arbetsdagen före: måndag 23 december."),
        (Step(3, "workdays", (To.OWNER,)), "3 arbetsdagar före 31 december 2024, enligt er egen stege. Helger och helgdagar räknas inte."),
        (Step(0, "days", (To.OWNER,)), "Samma dag som fristen, enligt er egen stege. Det är tisdag 31 december 2024, nyårsafton, så det går arbetsdagen före: måndag 30 december."),
        (Step(-1, "workdays", (To.OWNER,)), "1 arbetsdag efter 31 december 2024, enligt er egen stege. Helger och helgdagar räknas inte."),
    ],
)  # fmt: skip
def test_why_just_this_day(step: Step, sentence: str) -> None:
    duty, mine = owed(D("2024-12-31")), chosen(Ladder((step,)))
    (rung,) = rules.ladder(duty, mine)
    assert reasons.because(duty, rung.mark, mine, swedish.local(rung.at).date()) == sentence


def test_a_repeat_says_how_often_and_whose_ladder_it_is() -> None:
    duty = owed(D("2024-12-31"))
    mine = Ladders({(duty.promise_id, "report"): Ladder((Step(1, "days", (To.OWNER,)),), Repeat(21, "days", (To.OWNER,)))})
    last = rules.ladder(duty, mine, D("2025-03-01"))[-1]
    told = reasons.because(duty, last.mark, mine, swedish.local(last.at).date())
    assert told.startswith("Var 21:a dag efter det sista steget tills det är klart, enligt löftets egen stege.")
    assert reasons.because(duty, None, mine, D("2025-03-01")) == "Gick ut enligt den stege som gällde då."


def test_a_ladder_in_words() -> None:
    assert reasons.told(DEFAULTS["report"]) == [
        ("14 och 7 dagar före", "den som samordnar"),
        ("1 dag före", "den som samordnar och ledaren"),
        ("1 arbetsdag efter", "den som samordnar och den som är tillförordnad"),
        ("7 dagar efter", "den som samordnar och ledaren"),
        ("28 dagar efter", "den som samordnar, alla parters ledare och administratören"),
        ("sedan var 28:e dag tills det är klart", "den som samordnar och ledaren"),
    ]


def test_the_products_own_ladders_may_be_chosen_by_anyone() -> None:
    for ladder in DEFAULTS.values():
        ladders.check(ladder)


def test_a_dutys_reminders_cannot_be_turned_off() -> None:
    for steps in ((), (Step(7, "days", (To.LEADER,)),), (Step(-1, "days", (To.OWNER,)),)):
        with pytest.raises(Slips) as refused:
            ladders.check(replace(DEFAULTS["report"], steps=steps))
        assert "går inte att stänga av" in refused.value.sentences["stegen"]
    for repeat in (None, Repeat(7, "days", (To.LEADER,))):
        with pytest.raises(Slips) as refused:
            ladders.check(replace(DEFAULTS["report"], repeat=repeat))
        assert "tills det är klart" in refused.value.sentences["upprepa"]
    with pytest.raises(Slips):
        ladders.check(Ladder((Step(730, "days", (To.OWNER,)),), DEFAULTS["report"].repeat))


def test_repeats_begin_after_the_last_step_also_where_units_are_mixed() -> None:
    mixed = Ladder((Step(-10, "workdays", (To.OWNER,)), Step(-11, "days", (To.OWNER,))), Repeat(7, "days", (To.OWNER,)))
    days = [mark.day for mark in mixed.marks(D("2024-12-31"), D("2025-02-10"))]
    assert days[2] > max(days[:2])
