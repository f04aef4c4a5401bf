"""Goals that cannot be followed up, and goals that can: sentences of the kinds that promises are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wordings.texts import advised, codes, put, text, the
from trygghet.wordings.followable import figure
from trygghet.wordings.mending import countable

VAGUE = [
    "Öka insatserna mot klotter.",
    "Kommunen och polisen ska öka åtgärderna mot skadegörelse i tätorten.",
    "Tryggheten ska öka",
    "att öka polisens synlighet i byarna",
    "Minska oron bland handlarna",
    "Förbättra trafikmiljön vid skolorna",
    "Stärka samarbetet med föreningslivet",
    "Utveckla dialogen med invånarna",
    "Verka för ett tryggare centrum",
    "Arbeta långsiktigt för en lugnare kväll",
    "Fler poliser i yttre tjänst",
    "Färre inbrott",
    "Bättre belysning längs gångvägarna",
    "Tryggare torg",
    "Förebygga att unga rekryteras",
    "Motverka att ungdomar börjar med narkotika",
    "Antalet inbrott ska inte öka",
    "Tryggheten ska inte minska",
    "Öka tryggheten 2025",
    "Öka tryggheten under 2025–2026",
    "1. Öka insatserna mot narkotika",
    "2) Minska skadegörelsen",
    "Mål 3: Öka tryggheten",
    "Öka tryggheten för ungdomar 13–17 år",
    "Öka stödet till elever i årskurs 7–9",
    "Öka närvaron längs väg 45 och E20",
    "Öka insatserna mot personer som misstänks för minst tre brott",
    "De två parterna ska öka samverkan",
    "Våra fyra kommuner ska stärka samarbetet",
    "Öka kunskapen om Agenda 2030 och SFS 2023:196",
    "Öka tryggheten dygnet runt, 24/7",
    "Fler ska ringa 114 14",
    "ÖKA TRYGGHETEN",
    "Öka\ntryggheten\ni centrum",
    "Vi ska tillsammans, inom ramen för våra respektive uppdrag och utifrån den gemensamma lägesbilden, öka insatserna " * 4,
]
AIMLESS = [
    "Ett tryggt Björken",
    "Rikta åtgärder mot brottsaktiva",
    "Nolltolerans mot narkotika",
    "Trygga gator och torg",
    "Increase the number of patrols",
    "Genomföra medborgardialoger",
]
FOLLOWABLE = [
    "Minst 4 insatser mot klotter per år",
    "att genomföra minst fyra tillsynsbesök",
    "att hålla minst en öppen dialog om trygghet",
    "att hålla en minst gemensam dialog",
    "Öka andelen trygga från 40 till 60 procent senast 2026",
    "Öka från fyrtio till sextio procent",
    "Andelen som känner sig trygga ska vara minst 70 procent",
    "Tolv trafikkontroller",
    "Tjugofem trygghetsvandringar",
    "Vi möts varje vecka",
    "Varannan fredag går vi på torget och vartannat år mäter vi, varannan vecka",
    "En trygghetsvandring i månaden",
    "En dialog per termin",
    "Polis till fots i centrum dagligen",
    "Kvartalsvis genomgång av lägesbilden",
    "Dubbelt så många kontroller som 2024",
    "Halvera antalet inbrott jämfört med 2024",
    "Minska stölderna med 20 procent jämfört med förra året",
    "Fler trafikkontroller än 2024",
    "Färre som känner oro än i den senaste trygghetsmätningen",
    "Lika många fotpatruller som 2024, i 2 tätorter",
    "En belysningsplan antas senast 1 juni 2025",
    "Kameran är på plats före sommaren",
    "Alla skolor får besök av kommunpolisen",
    "Inga bränder i skolorna",
    "Tryggheten ska öka med minst 5 procentenheter från 62",
]
RELATIVE = ["Dubbelt så många kontroller", "Halvera antalet inbrott", "Minska stölderna med 20 procent", "20 % fler fotpatruller"]


@pytest.mark.parametrize("title", VAGUE)
def test_a_goal_that_only_points_somewhere_is_caught_and_can_be_mended_in_three_ways(title: str) -> None:
    found = the(put(text(), "goal", title=title)[0], "goal.unfollowable")
    assert found.field == "title"
    assert found.text.startswith("”")
    assert len(found.ways) == 3
    count, measure, tell = found.ways
    assert count.startswith("Räkna")
    assert "minst 4 " in count
    assert measure.startswith("Mät")
    assert "31 december 2026" in measure, "the promise's own last day"
    assert tell.startswith("Beskriv")
    assert "!" not in "".join([found.text, *found.ways])


@pytest.mark.parametrize("title", AIMLESS)
def test_a_goal_that_points_nowhere_is_caught_as_well(title: str) -> None:
    found = the(put(text(), "goal", title=title)[0], "goal.unfollowable")
    assert found.text == "Det går inte att se när målet är nått: det finns inget att räkna, mäta eller pricka av."
    assert len(found.ways) == 3


@pytest.mark.parametrize("title", FOLLOWABLE)
def test_a_goal_that_can_be_followed_up_is_left_in_peace(title: str) -> None:
    assert codes(put(text(), "goal", title=title)[0]) == []


@pytest.mark.parametrize("title", RELATIVE)
def test_a_share_of_nobody_knows_what_is_asked_what_it_is_compared_with(title: str) -> None:
    found = the(put(text(), "goal", title=title)[0], "goal.no_baseline")
    assert found.text.startswith(f"”{title}” säger hur stor ändringen är")


def test_a_day_without_a_measure_is_told_apart_from_nothing_at_all() -> None:
    found = the(put(text(), "goal", title="Öka tryggheten senast 1 juni 2025")[0], "goal.how_much")
    assert found.text == "”öka tryggheten” har en dag men inget mått. När dagen kommer vet ingen om det är nått."


@pytest.mark.parametrize("title", ["Hur får vi färre inbrott?", "Vad gör Björken tryggt?"])
def test_a_question_is_no_goal(title: str) -> None:
    assert the(put(text(), "goal", title=title)[0], "goal.question").text.startswith("Det är en fråga.")


@pytest.mark.parametrize("title", ["4", "12 34", "2025", "100 %"])
def test_digits_alone_say_nothing_of_what(title: str) -> None:
    assert the(put(text(), "goal", title=title)[0], "goal.no_words").text == f"”{title}” säger inte vad som ska räknas. Skriv det också."


@pytest.mark.parametrize("title", ["", "   ", "\n"])
def test_nothing_is_said_about_a_goal_that_nobody_has_written_yet(title: str) -> None:
    assert codes(put(text(), "goal", title=title)[0]) == []


def test_the_advice_is_made_of_the_goals_own_words() -> None:
    found = the(put(text(), "goal", title="Öka tillsynsbesöken hos butiker som säljer tobak")[0], "goal.unfollowable")
    assert found.text.startswith("”öka tillsynsbesöken” går inte att följa upp än")
    assert found.ways[0] == "Räkna: skriv hur många, till exempel ”minst 4 tillsynsbesök per år hos butiker som säljer tobak”."
    assert "andelen företagare som känner sig trygga i sitt arbete ska öka från 60 till 70 procent senast 31 december 2026" in found.ways[1]


def test_a_goal_that_must_not_get_worse_is_measured_as_such() -> None:
    found = the(put(text(), "goal", title="Antalet stölder ska inte öka")[0], "goal.unfollowable")
    assert found.text.startswith("”antalet stölder ska inte öka” går inte att följa upp än: det står inte vilket värde som är i dag.")
    assert "”antalet anmälda stölder ska inte vara högre än 120 den 31 december 2026”" in found.ways[1]


@pytest.mark.parametrize(
    ("title", "noun"),
    [
        ("Öka insatserna mot klotter", ("insatser", "mot klotter")),
        ("fler trafikkontroller", ("trafikkontroller", "")),
        ("Trygghetsvandringarna i byarna", ("trygghetsvandringar", "i byarna")),
        ("öka samtalen", ("samtal", "")),
        ("mötena med föreningarna", ("möten", "med föreningarna")),
        ("besöken, och sedan mer", ("besök", "")),
        ("Utbildningen av vakter", ("utbildningar", "")),
        ("Mer tillsyn av butiker", ("tillsynsbesök", "")),
        ("Tryggheten", None),
    ],
)
def test_what_a_title_counts_is_known_in_the_plural(title: str, noun: tuple[str, str] | None) -> None:
    assert countable(title) == noun


# ---------------------------------------------------------------- the fields beside the words
VAGUE_ONE = "Öka insatserna mot klotter"


def test_a_target_in_its_fields_is_enough() -> None:
    assert codes(put(text(), "goal", title=VAGUE_ONE, measure="count", at_least="4", unit="insatser")[0]) == []
    measured = {
        "indicator": "andel trygga",
        "baseline": "40",
        "baseline_on": "2024-05-01",
        "direction": "up",
        "level": "60",
        "level_on": "2026-10-01",
    }
    assert codes(put(text(), "goal", title=VAGUE_ONE, measure="indicator", **measured)[0]) == []
    kept = {**measured, "direction": "keep", "level": ""}
    assert codes(put(text(), "goal", title=VAGUE_ONE, measure="indicator", **kept)[0]) == []


def test_a_target_that_lacks_an_end_says_which() -> None:
    found = the(put(text(), "goal", title=VAGUE_ONE, measure="indicator", indicator="andel trygga", direction="up")[0], "goal.incomplete")
    assert found.field == "baseline"
    assert found.text.startswith("Det ska mätas, men utgångsvärdet, målvärdet och dagen för målvärdet saknas.")
    assert the(put(text(), "goal", title=VAGUE_ONE, measure="count")[0], "goal.incomplete").field == "at_least"


@pytest.mark.parametrize("measure", ["yes_no", "narrative"])
def test_a_vague_goal_may_be_ticked_off_or_told_when_it_says_how(measure: str) -> None:
    assert the(put(text(), "goal", title=VAGUE_ONE, measure=measure)[0], "goal.unexplained").field == "body"
    assert codes(put(text(), "goal", title=VAGUE_ONE, measure=measure, body="Samordnaren berättar på torgmötet.")[0]) == []
    assert codes(put(text(), "goal", title="Kameran sätts upp", measure=measure)[0]) == []


def test_fields_of_another_way_to_follow_up_count_for_nothing() -> None:
    assert "goal.unfollowable" in codes(put(text(), "goal", title=VAGUE_ONE, at_least="4", unit="insatser")[0])


def test_a_goal_without_direction_is_followed_up_by_the_counted_activities_under_it() -> None:
    made, goal = put(text(), "goal", title="Trygga gator och torg")
    made, _ = put(made, "activity", goal, title="Vandringar", organisation="x", measure="count", at_least="4", unit="vandringar")
    assert "goal.unfollowable" not in codes(made)
    assert "goal.unfollowable" in codes(made.set_field(goal, "title", VAGUE_ONE))


def test_an_activity_is_asked_only_when_it_does_nothing_but_point_somewhere() -> None:
    def about(**fields: str) -> list[str]:
        return [one.code for one in advised(put(text(), "activity", organisation="x", **fields)[0]) if one.code != "activity.no_ground"]

    assert about(title="Öka polisens synlighet") == ["activity.unfollowable"]
    assert about(title="Öka polisens synlighet", measure="count") == ["activity.unfollowable"]
    assert about(title="Öka polisens synlighet", measure="count", at_least="40", unit="pass") == []
    assert about(title="Öka polisens synlighet", due_on="2025-06-01") == []
    assert about(title="Öka polisens synlighet", measure="narrative") == []
    assert about(title="Besöka butiker för att minska langningen") == []
    assert about(title="Trygghetsvandring") == []


# ---------------------------------------------------------------- figures
@pytest.mark.parametrize(
    "said", ["4", "4 insatser", "fyra", "tjugotre", "femhundra", "minst en", "en gång", "varje vecka", "per kvartal", "3,5 procent"]
)
def test_figures(said: str) -> None:
    assert figure(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "ett tryggare torg",
        "en vuxen",
        "2024",
        "2024-2025",
        "13–17 år",
        "under 18 år",
        "årskurs 9",
        "väg 45",
        "E20",
        "1 juni",
        "1. ",
        "kl. 14.03",
        "§ 5",
        "covid-19",
        "112",
        "våra tre kommuner",
        "som har minst två domar",
    ],
)
def test_digits_that_are_no_figures(said: str) -> None:
    assert not figure(said)


@given(st.text(max_size=300), st.text(max_size=100), st.sampled_from(["", "count", "indicator", "yes_no", "narrative"]))
def test_any_goal_can_be_advised_on_with_one_piece_at_most_and_three_ways_or_none(title: str, body: str, measure: str) -> None:
    found = [one for one in advised(put(text(), "goal", title=title, body=body, measure=measure)[0]) if one.code.startswith("goal.")]
    assert len(found) <= 1
    assert all(len(one.ways) in {0, 3} for one in found)
