"""What a room is filled with beforehand, what the figures propose, and how they are drawn."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.built import activity, corrected, day, goal, promise, room, row, series
from trygghet.followups import facts
from trygghet.followups.facts import EarlierVerdict, Prefilled, Said, ToldUpdate
from trygghet.followups.proposing import Proposal
from trygghet.followups.rules import Verdict
from trygghet.followups.trend import trend
from trygghet.indicators.rules import Series
from trygghet.promises.outcomes import Outcome
from trygghet.promises.promise import Activity, Goal, Promise
from trygghet.promises.rules import Indicator
from trygghet.tongue import SWEDISH

OVER = day("2025-01-10")
FEWER = Indicator(
    name="Otrygga kvällstid", unit="procent", baseline=34, baseline_on=day("2022-11-01"), direction="down", level=30, level_on=day("2024-12-31")
)


def known(*activities: Activity, today: dt.date = OVER, beside: Series | None = None, **fields: Any) -> Prefilled:
    """What is known of one goal with these activities, in 2024."""
    one = goal("Lugnare trafik", *activities, **fields)
    return of(promise("2024-01-01", "2024-12-31", goals=(one,)), today=today, beside={one: beside} if beside else {})


def of(
    held: Promise, *, today: dt.date = OVER, days: tuple[str, str] = ("2024-01-01", "2024-12-31"), beside: dict[Goal, Series] | None = None
) -> Prefilled:
    (found,) = facts.prefill(held, room(held, *days), (), (), {one.id: [found] for one, found in (beside or {}).items()}, today)
    return found


def proposed(*activities: Activity, **asked: Any) -> Proposal:
    found = known(*activities, **asked).proposal
    assert found
    return found


def done(amount: int, at_least: int | None = 12, **fields: Any) -> Activity:
    return activity("Insatser", *([row("2024-05-02", amount)] if amount else []), at_least=at_least, **fields)


# ---------------------------------------------------------------- the proposal
PROPOSED = {
    "all of it": ([done(12)], Verdict.ACHIEVED, "12 av 12 insatser är gjorda. Det som skulle vara nått är nått, därför föreslås uppnått."),
    "more than all": ([done(13)], Verdict.ACHIEVED, "13 av 12 insatser är gjorda. Det som skulle vara nått är nått, därför föreslås uppnått."),
    "one is missing": ([done(11)], Verdict.PARTLY, "11 av 12 insatser är gjorda, 92 procent. 1 saknas, därför föreslås delvis."),
    "half": ([done(6)], Verdict.PARTLY, "6 av 12 insatser är gjorda, 50 procent. 6 saknas, därför föreslås delvis."),
    "less than half": ([done(5)], Verdict.NOT_ACHIEVED, "5 av 12 insatser är gjorda, 42 procent. Mindre än hälften är nått, därför föreslås ej uppnått."),
    "nothing": ([done(0)], Verdict.NOT_ACHIEVED, "0 av 12 insatser är gjorda. Inget är nått, därför föreslås ej uppnått."),
    "one in two hundred is not a hundred percent": (
        [done(199, 200)], Verdict.PARTLY, "199 av 200 insatser är gjorda, 99 procent. 1 saknas, därför föreslås delvis."),
    "one of two": (
        [done(12), activity("Samtal", at_least=4, unit="samtal")], Verdict.PARTLY,
        "En av två delar är nådd. Insatser: 12 av 12 insatser. Samtal: 0 av 4 samtal. Därför föreslås delvis."),
    "none of two, but half of it all": (
        [done(11), activity("Samtal", row("2024-02-01"), at_least=4, unit="samtal")], Verdict.PARTLY,
        ("Ingen av två delar är nådd, men sammanlagt är minst hälften gjort. Insatser: 11 av 12 insatser. Samtal: 1 av 4 samtal. "
         "Därför föreslås delvis.")),
    "none of two": (
        [done(2), activity("Samtal", row("2024-02-01"), at_least=4, unit="samtal")], Verdict.NOT_ACHIEVED,
        "Ingen av två delar är nådd. Insatser: 2 av 12 insatser. Samtal: 1 av 4 samtal. Därför föreslås ej uppnått."),
    "all of two": (
        [done(12), activity("Lägesbild", row("2024-02-01"), measure="yes_no")], Verdict.ACHIEVED,
        "Alla två delar är nådda. Insatser: 12 av 12 insatser. Lägesbild: gjort 1 februari 2024. Därför föreslås uppnått."),
    "done or not, and not": ([activity("Lägesbild", measure="yes_no")], Verdict.NOT_ACHIEVED, "Inte gjort. Inget är nått, därför föreslås ej uppnått."),
    "what has no number": ([done(12, None)], Verdict.NOT_ASSESSED, "Det finns inget att räkna mot för de här dagarna, så siffrorna föreslår inget."),
    "what is told in words": (
        [activity("Samverkan", row("2024-02-01", note="Sju föreningar."), measure="narrative")], Verdict.NOT_ASSESSED,
        "Det finns inget att räkna mot för de här dagarna, så siffrorna föreslår inget."),
    "what one place has too much of": (
        [activity("Pass", row("2024-02-01", 9, place="torget"), row("2024-02-01", 1, place="parken"), at_least=4, unit="pass", places=("torget", "parken"))],
        Verdict.PARTLY, "5 av 8 pass är gjorda, 63 procent. 3 saknas (parken 1 av 4), därför föreslås delvis."),
}  # fmt: skip


@pytest.mark.parametrize(("activities", "verdict", "reasoning"), PROPOSED.values(), ids=PROPOSED)
def test_the_figures_propose_a_verdict_and_say_why(activities: list[Activity], verdict: Verdict, reasoning: str) -> None:
    found = proposed(*activities)
    assert (found.verdict, found.reasoning) == (verdict, reasoning)


def test_a_goal_without_anything_to_count_gets_no_proposal() -> None:
    found = proposed()
    assert (found.verdict, found.unknown) == (Verdict.NOT_ASSESSED, ())


def test_a_proposal_says_what_it_does_not_know() -> None:
    found = proposed(
        done(5),
        activity("Pass", row("2024-02-01", 1038), unit="pass"),
        activity("Samverkan", measure="narrative"),
        activity("Borta", removed_in=2),
        today=day("2024-11-27"),
    )
    assert found.unknown == (
        "Pass har inget måltal; 1\u00a0038 pass är registrerade.",
        "Samverkan berättas med ord och går inte att räkna.",
        "Borta togs bort ur löftet i version 2 och räknas inte.",
        "Insatser: inget utfall registrerat 1 januari – 1 maj 2024 och 3 maj – 26 november 2024.",
        "Pass: inget utfall registrerat 2 februari – 26 november 2024.",
        "Samverkan: inget utfall registrerat 1 januari – 26 november 2024.",
        "Mer kan vara gjort än det som är registrerat.",
        "34 dagar återstår; det som registreras efter i dag är inte med.",
    )


def test_before_the_first_day_nothing_is_proposed() -> None:
    assert known(done(0), today=day("2023-12-31")).proposal is None
    assert known(done(0), today=day("2024-01-01")).proposal


def test_a_number_for_several_years_owes_its_share_and_what_was_done_before_counts() -> None:
    rows = (row("2023-05-02", 3), row("2024-04-04", 2))
    held = promise("2023-01-01", "2025-12-31", goals=(goal("Företagen", activity("Dialog", *rows, at_least=8, per="period", unit="dialoger")),))
    found = of(held)
    assert found.proposal
    assert found.proposal.verdict is Verdict.ACHIEVED
    assert found.proposal.reasoning == (
        "5 av 8 dialoger är gjorda. Talet gäller längre än de här dagarna, och vid jämn takt ska 5,3 vara gjorda 31 december 2024. "
        "Det som skulle vara nått är nått, därför föreslås uppnått."
    )
    assert found.figures[0].share_words == "Räknat från 1 januari 2023. Vid jämn takt ska 5,3 vara gjorda 31 december 2024."
    assert found.figures[0].rows(SWEDISH)[0] == ("före 1 jan 2024", 3, Decimal("2.7"))


def test_a_first_year_cut_short_owes_its_whole_number_and_that_is_said() -> None:
    held = promise("2023-03-06", "2025-12-31", goals=(goal("Tillsyn", activity("Besök", row("2023-05-02", 17), at_least=20, unit="besök")),))
    found = of(held, today=day("2024-01-02"), days=("2023-03-06", "2023-12-31"))
    assert found.proposal
    assert found.proposal.reasoning.startswith("17 av 20 besök är gjorda, 85 procent. 3 saknas")
    assert "Besök: talet för ett år är inte nedräknat, fast löftet bara gäller en del av året." in found.proposal.unknown
    whole = of(held, days=("2024-01-01", "2024-12-31")).proposal
    assert whole
    assert not any("nedräknat" in one for one in whole.unknown)


def test_what_may_still_be_done_later_is_not_held_against_a_year() -> None:
    lasting = activity("Lägesbild", measure="yes_no")
    held = promise("2023-01-01", "2025-12-31", goals=(goal("Läget", lasting),))
    found = of(held).proposal
    assert found
    assert (found.verdict, found.unknown) == (Verdict.NOT_ASSESSED, ("Lägesbild är inte gjort och ska vara det senast 31 december 2025.",))
    last = of(held, today=day("2026-01-02"), days=("2025-01-01", "2025-12-31")).proposal
    assert last
    assert (last.verdict, last.so_far) == (Verdict.NOT_ACHIEVED, False)
    running = of(held, today=day("2025-12-31"), days=("2025-01-01", "2025-12-31")).proposal
    assert running
    assert (running.verdict, running.so_far) == (Verdict.NOT_ASSESSED, True)


MEASURED = {
    "the level is reached": (
        [(2022, "34"), (2024, "30")],
        {},
        Verdict.ACHIEVED,
        "Otrygga kvällstid: 30 procent 2024 (n = 412), målet är 30 procent.",
    ),
    "three quarters of the way": ([(2022, "34"), (2024, "31")], {}, Verdict.PARTLY, "Mer än halva vägen är gången"),
    "the wrong way": ([(2022, "34"), (2024, "36")], {}, Verdict.NOT_ACHIEVED, "Inget är nått"),
    "no value since the baseline": ([(2022, "34")], {}, Verdict.NOT_ASSESSED, "föreslår inget"),
    "a break in between": ([(2022, "34"), (2024, "30")], {"break_note": "Ny metod."}, Verdict.NOT_ASSESSED, "föreslår inget"),
}


@pytest.mark.parametrize(("values", "last", "verdict", "said"), MEASURED.values(), ids=MEASURED)
def test_a_measured_value_is_held_against_its_level(values: list[tuple[int, str]], last: dict[str, Any], verdict: Verdict, said: str) -> None:
    found = proposed(measure="indicator", indicator=FEWER, beside=series("Otrygga kvällstid", values, **last))
    assert found.verdict is verdict
    assert said in found.reasoning
    assert (verdict is Verdict.NOT_ASSESSED) == ("Ett mätvärde visar inte vad en ändring beror på." not in found.unknown)


def test_what_is_uncertain_in_a_measured_value_is_said() -> None:
    found = proposed(measure="indicator", indicator=FEWER, beside=series("Otrygga kvällstid", [(2022, "34"), (2023, "30")], preliminary=True))
    assert found.unknown == (
        "Värdet för 2023 är preliminärt.",
        "Det senaste mätvärdet är från 2023.",
        "Ett mätvärde visar inte vad en ändring beror på.",
    )
    assert proposed(measure="indicator", indicator=FEWER).unknown == ("Inga mätvärden för otrygga kvällstid ligger bredvid målet.",)


def test_a_level_for_a_later_year_is_no_failure_before_it() -> None:
    later = Indicator(name="Otrygga kvällstid", unit="procent", baseline=34, direction="down", level=30, level_on=day("2025-12-31"))
    found = proposed(measure="indicator", indicator=later, beside=series("Otrygga kvällstid", [(2024, "32")]))
    assert found.verdict is Verdict.NOT_ASSESSED
    assert found.unknown[-1].endswith("Nivån ska vara nådd först 31 december 2025.")


SAYS = [Verdict.NOT_ACHIEVED, Verdict.PARTLY, Verdict.ACHIEVED]
ROWS = st.lists(st.builds(row, st.dates(day("2023-01-01"), day("2024-12-31")).map(str), st.integers(1, 9)), max_size=8)


@st.composite
def counted(draw: st.DrawFn) -> Activity:
    kind = draw(st.sampled_from([{"measure": "yes_no"}, {"measure": "narrative"}, {"at_least": None}, {}, {}, {}]))
    fields = {"at_least": draw(st.integers(1, 30)), "per": draw(st.sampled_from(["period", "year", "quarter", "month", "week"]))} | kind
    return activity("Insatser", *draw(ROWS), **fields)


@given(st.lists(counted(), min_size=1, max_size=4), ROWS.filter(bool), st.data())
def test_more_done_never_gives_a_worse_proposal(activities: list[Activity], more: list[Outcome], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(activities) - 1))
    grown = [activity(one.title, *one.recorded, *(more if place == index else ()), **_fields(one)) for place, one in enumerate(activities)]
    found = []
    for each in (activities, grown):
        verdict = of(promise("2023-01-01", "2025-06-30", goals=(goal("Mål", *each),))).proposal
        assert verdict
        found.append(verdict.verdict)
    before, after = found
    assert before is not Verdict.CANCELLED
    if before is Verdict.NOT_ASSESSED:
        assert after in {Verdict.NOT_ASSESSED, Verdict.ACHIEVED}
    else:
        assert SAYS.index(before) <= SAYS.index(after)


def _fields(one: Activity) -> dict[str, Any]:
    return {"measure": one.measure, "at_least": one.at_least, "per": one.per}


# ---------------------------------------------------------------- what is filled in
def test_a_goal_is_filled_in_with_its_own_words_and_those_of_its_activities() -> None:
    found = known(done(9), activity("Lägesbild", measure="yes_no"), body="Det körs för fort.", measure="indicator", indicator=FEWER)
    assert found.promised == (
        "Det körs för fort.",
        "Otrygga kvällstid: ska minska från 34 procent (1 november 2022) till 30 procent senast 31 december 2024",
        "Insatser: minst 12 insatser varje år",
        "Lägesbild",
    )
    assert [(one.title, one.words, one.pace_words) for one in found.figures] == [("Insatser", "9 av 12 insatser", "3 färre än lovat")]
    assert [(one.title, one.chip.text) for one in found.states] == [("Lägesbild", "Inte gjort")]


def test_a_goal_whose_number_is_that_of_its_only_activity_shows_it_once() -> None:
    found = known(done(12), measure="count", at_least=12, per="year", unit="insatser")
    assert [one.title for one in found.figures] == ["Insatser"]
    assert found.proposal
    assert found.proposal.reasoning.startswith("12 av 12 insatser är gjorda.")


def test_notes_corrections_and_gaps_stand_with_their_activity_by_day() -> None:
    wrong = row("2024-02-08", 3)
    found = known(
        activity("A", row("2024-06-01", note="Sist.")),
        activity("B", row("2024-03-01", note="Först."), wrong, corrected(wrong, 2, "Fel.", "2024-02-20"), at_least=2),
    )
    assert [(title, note.text) for title, note in found.notes] == [("B", "Först."), ("A", "Sist.")]
    assert [(title, one.why) for title, one in found.corrections] == [("B", "Fel.")]
    assert found.gaps == ("A: inget utfall registrerat 1 januari – 31 maj 2024 och 2 juni – 31 december 2024.",)


def test_updates_stand_with_what_they_name_and_the_rest_by_themselves() -> None:
    held = promise("2024-01-01", "2024-12-31", goals=(goal("Lugnare trafik.", done(1)),), activities=(activity("Trygghetsvandringar"),))
    about = ToldUpdate(uuid4(), "Så gick vårens trygghetsvandringar", "", day("2024-06-01"))
    within = ToldUpdate(uuid4(), "Våren", "Vi vill ha LUGNARE TRAFIK vid skolorna.", day("2024-05-01"))
    other = ToldUpdate(uuid4(), "Nya lokaler", "", day("2024-07-01"))
    found = facts.prefill(held, room(held, "2024-01-01", "2024-12-31"), [about, other, within], (), {}, OVER)
    assert [one.updates for one in found] == [(within,), (about,)]
    assert facts.untied([about, other, within], found) == [other]


def test_a_promise_of_words_alone_is_one_subject_that_every_update_is_about() -> None:
    held = promise("2024-01-01", "2024-12-31")
    told = ToldUpdate(uuid4(), "Nya lokaler", "", day("2024-07-01"))
    (found,) = facts.prefill(held, room(held, "2024-01-01", "2024-12-31"), [told], (), {}, OVER)
    assert (found.updates, found.figures) == ((told,), ())
    assert found.proposal
    assert found.proposal.verdict is Verdict.NOT_ASSESSED


def test_earlier_years_come_latest_first_and_only_for_the_same_subject() -> None:
    held = promise("2022-01-01", "2024-12-31", goals=(goal("Trafik"),))
    here = room(held, "2024-01-01", "2024-12-31")
    earlier = [
        EarlierVerdict(key, number, (Said("", Verdict.PARTLY, ""),))
        for key, number in ((here.subjects[0].key, 2022), ("goal:x", 2023), (here.subjects[0].key, 2023))
    ]
    (found,) = facts.prefill(held, here, (), earlier, {}, OVER)
    assert [one.year for one in found.earlier] == [2023, 2022]


def test_a_subject_that_has_left_the_promise_is_shown_without_figures() -> None:
    held = promise("2024-01-01", "2024-12-31", goals=(goal("Trafik"),))
    here = room(held, "2024-01-01", "2024-12-31")
    (found,) = facts.prefill(promise("2024-01-01", "2024-12-31"), here, (), (), {}, OVER)
    assert found.proposal
    assert (found.figures, found.proposal.verdict) == ((), Verdict.NOT_ASSESSED)


@given(st.lists(counted(), max_size=3), st.dates(day("2022-12-01"), day("2025-12-31")))
def test_what_is_frozen_reads_back_as_it_was_and_has_no_number_that_prints_in_two_ways(activities: list[Activity], today: dt.date) -> None:
    one = goal("Mål", *activities, measure="indicator", indicator=FEWER)
    held = promise("2023-01-01", "2025-06-30", goals=(one,))
    here = room(held, "2024-01-01", "2024-12-31")
    told = ToldUpdate(uuid4(), "Mål", "", day("2024-07-01"), "/bjorken/uppdateringar/1")
    earlier = EarlierVerdict(here.subjects[0].key, 2023, (Said("LPO Skogen", Verdict.PARTLY, "Sent."),))
    (found,) = facts.prefill(held, here, [told], [earlier], {one.id: [series("Otrygga", [(2023, "33.5"), (2024, "32")])]}, today)
    stored = json.loads(json.dumps(found.as_json()))
    assert not [number for number in _leaves(stored) if isinstance(number, float)]
    again = facts.from_json(found.subject, stored)
    assert again.as_json() == stored
    assert (again.figures, again.states, again.earlier, again.promised, again.gaps) == (
        found.figures, found.states, found.earlier, found.promised, found.gaps)  # fmt: skip
    assert again.proposal is None


def _leaves(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return [leaf for each in one.values() for leaf in _leaves(each)]
    return [leaf for each in one for leaf in _leaves(each)] if isinstance(one, list) else [one]


def test_what_reporters_wrote_and_what_was_proposed_is_not_frozen() -> None:
    wrong = row("2024-02-08", 3, "HEMLIGT")
    text = json.dumps(known(activity("A", wrong, row("2024-03-01", note="HEMLIGT"), corrected(wrong, 1, "HEMLIGT", "2024-03-02"))).as_json())
    assert "HEMLIGT" not in text
    assert "eslås" not in text
    assert "Säkerhetssamordnare" not in text


def test_days_that_go_by_are_no_news_and_a_row_is() -> None:
    activities = (done(5), activity("Lägesbild", measure="yes_no", due_on=day("2024-06-30")), activity("Mall", measure="yes_no"))
    before, after = (known(*activities, today=day(on)).recorded for on in ("2024-06-01", "2025-02-01"))
    assert before == after
    assert before != known(done(6), *activities[1:]).recorded
    assert before != known(activities[0], activities[1], activity("Mall", row("2024-05-01"), measure="yes_no")).recorded
    frozen = known(*activities)
    assert facts.from_json(frozen.subject, frozen.as_json()).recorded == frozen.recorded


def test_nothing_stored_is_a_subject_of_which_nothing_is_known() -> None:
    held = promise("2024-01-01", "2024-12-31")
    subject = room(held, "2024-01-01", "2024-12-31").subjects[0]
    assert facts.from_json(subject, {}) == Prefilled(subject, (), (), (), (), (), (), ())


# ---------------------------------------------------------------- the picture
def test_the_picture_says_in_words_what_it_shows() -> None:
    running, over = known(done(9), today=day("2024-10-01")).figures[0], known(done(9)).figures[0]
    assert 'aria-label="Insatser: 9 av 12 insatser hittills, till och med 1 oktober 2024. Jämn takt hade gett 9,0: i takt."' in trend(running)
    assert 'aria-label="Insatser: 9 av 12 insatser till och med 31 december 2024. Jämn takt hade gett 12,0: 3 färre än lovat."' in trend(over)


def test_the_picture_has_a_step_for_each_row_of_its_table_and_both_end_figures_in_writing() -> None:
    figure = known(done(9), today=day("2024-10-01")).figures[0]
    drawn = trend(figure)
    (steps,) = re.findall(r'class="c-line" d="M0 [\d.]+([^"]*)"', drawn)
    assert steps.count("H") == len(figure.rows(SWEDISH)) == 10
    assert re.findall(r"<text[^>]*>([^<]+)</text>", drawn)[-2:] == ["12", "9"]
    assert [name for name, *_ in figure.rows(SWEDISH)][-2:] == ["september", "1 okt 2024"]


def test_a_title_cannot_break_out_of_the_picture() -> None:
    figure = known(activity('"><script>', row("2024-02-01"), at_least=2)).figures[0]
    assert "<script>" not in trend(figure)


def test_before_the_first_day_or_without_anything_to_show_there_is_no_picture() -> None:
    assert trend(known(done(0, None)).figures[0]) == ""
    assert trend(known(done(0), today=day("2023-11-01")).figures[0]) == ""


@given(counted().filter(lambda one: one.is_counted), st.dates(day("2023-06-01"), day("2026-12-31")), st.integers(0, 1400))
def test_nothing_is_drawn_outside_the_picture(one: Activity, today: dt.date, length: int) -> None:
    held = promise("2022-12-31", "2027-12-31", goals=(goal("Mål", one),))
    figure = of(held, today=today, days=("2023-05-15", str(day("2023-05-15") + dt.timedelta(length)))).figures[0]
    drawn = trend(figure)
    path = re.findall(r'class="c-line" d="([^"]*)"', drawn)
    across = [float(x) for each in path for x in re.findall(r"[MH]([\d.]+)", each)]
    down = [float(y) for each in path for y in re.findall(r"(?:V|M0 )([\d.]+)", each)]
    assert all(0 <= x <= 1000 for x in across)
    assert across == sorted(across)
    assert all(20 <= y <= 98 for y in down)
    assert down == sorted(down, reverse=True)
    assert "nan" not in drawn
