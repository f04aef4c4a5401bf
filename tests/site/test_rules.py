from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests import cast
from trygghet.promises.rules import Source
from trygghet.site import rules
from trygghet.site.heard import heard
from trygghet.site.rules import Published
from trygghet.site.told import Told
from trygghet.tongue import SWEDISH

DAY = dt.date.fromisoformat


def published(first: str = "2023-01-01", last: str | None = "2024-12-31", **changes: Any) -> Published:
    content = {
        "title": "Löftet",
        "area": "Björken",
        "oath": "Vi lovar.",
        "valid_from": first,
        "valid_until": last,
        "review_on": None if last else "2026-06-01",
        "parties": [
            {
                "name": "Björkens kommun",
                "short": "Björken",
                "side": "municipality",
                "signatory_office": "Ordförande",
                "signatory_name": "Bo",
                "signed": True,
                "signed_on": None,
            },
            {
                "name": "LPO Skogen",
                "short": "LPO Skogen",
                "side": "police",
                "signatory_office": "",
                "signatory_name": "",
                "signed": True,
                "signed_on": "2022-12-20",
            },
        ],
        "chapters": [],
        "definitions": [],
        "links": [],
        "areas": [],
        "goals": [],
        "activities": [],
        "contact": {},
        "told_through": "",
        "tell_every_days": None,
        "page_updated_on": None,
        "follow_ups": [],
        "rhythms": [],
        **changes,
    }
    return Published(uuid.uuid5(uuid.NAMESPACE_DNS, f"{first}{last}"), "bjorken", "Björken", content, cast.START, cast.START)


def activity(unit: str, *counts: tuple[str, int], at_least: int | None = None) -> dict[str, Any]:
    return {
        "id": "1",
        "title": "Kontroller",
        "body": "",
        "responsible": "",
        "due_on": None,
        "at_least": at_least,
        "per": "year",
        "unit": unit,
        "outcomes": [{"on": on, "amount": amount} for on, amount in counts],
    }


def told(at: dt.datetime, *, withdrawn: bool = False) -> Told:
    return Told(uuid.uuid4(), uuid.uuid4(), {}, at, at, at if withdrawn else None, "")


# ---------------------------------------------------------------- the state, computed when read
@pytest.mark.parametrize(
    ("today", "words", "left"),
    [
        ("2022-12-31", "Börjar gälla 1 januari 2023", None),
        ("2023-01-01", "Gäller till och med 31 december 2024", 730),
        ("2024-10-01", "Gäller till och med 31 december 2024", 91),
        ("2024-12-31", "Gäller till och med 31 december 2024", 0),
        ("2025-01-01", "Gick ut 31 december 2024", None),
    ],
)
def test_the_state_turns_at_midnight_without_a_job(today: str, words: str, left: int | None) -> None:
    assert published().chip(DAY(today)).text == words
    assert published().days_left(DAY(today)) == left


def test_an_open_promise_holds_until_further_notice() -> None:
    assert published(last=None).chip(DAY("2029-01-01")).text == "Gäller tills vidare"
    assert published(last=None).days_left(DAY("2025-01-01")) is None


def test_the_page_is_about_the_promise_in_force_else_the_next_else_the_last() -> None:
    first, second, third = published("2018-01-01", "2018-12-31"), published("2020-01-01", "2020-12-31"), published("2020-06-01", None)
    everything = [second, third, first]
    assert rules.foremost(everything, DAY("2020-07-01")) is third
    assert rules.foremost([first, second], DAY("2019-05-05")) is second
    assert rules.foremost([first, second], DAY("2023-05-05")) is second
    assert rules.foremost([first], DAY("2017-05-05")) is first


def test_municipalities_stand_in_the_order_of_the_swedish_alphabet() -> None:
    found = [
        Published(uuid.uuid4(), name.lower(), name, published().content, cast.START, cast.START)
        for name in ("Österåker", "Åmål", "Zinkgruvan", "Ängelholm", "Alvesta")
    ]
    assert [one.name for one in rules.overview(found, DAY("2024-01-01"))] == ["Alvesta", "Zinkgruvan", "Åmål", "Ängelholm", "Österåker"]


# ---------------------------------------------------------------- the age
@pytest.mark.parametrize(
    ("at", "words"),
    [("2024-10-01T05:00Z", "i dag"), ("2024-09-30T21:59Z", "i går"), ("2024-09-30T22:01Z", "i dag"), ("2024-09-19T08:00Z", "för 12 dagar sedan")],
)
def test_the_age_is_counted_in_swedish_days(at: str, words: str) -> None:
    assert rules.age(published(), [told(dt.datetime.fromisoformat(at))], DAY("2024-10-01")) == f"Senast uppdaterad {words}"


def test_what_was_taken_back_makes_nothing_younger() -> None:
    assert rules.age(published(), [told(cast.START, withdrawn=True)], DAY("2024-10-01")) == "Ingen uppdatering än"
    assert rules.age(published(page_updated_on="2023-08-14"), [], DAY("2024-10-01")) == "Ingen uppdatering sedan 14 augusti 2023"


# ---------------------------------------------------------------- the chain
def test_the_chain_goes_from_what_was_said_to_what_became_of_it() -> None:
    shown = published(
        chapters=[{"kind": "situation", "heading": "Läget", "body": "Många kör för fort. Företagare är oroliga."}],
        goals=[
            {"title": "Ett", "body": "", "activities": [activity("kontroller", ("2024-09-24", 8), ("2023-05-05", 4))]},
            {"title": "Två", "body": "", "activities": []},
        ],
        activities=[activity("samtal", ("2024-03-01", 17))],
        follow_ups=[{"year": 2023, "due_on": "2023-12-31", "done_on": "2023-12-20"}, {"year": 2024, "due_on": "2024-12-31", "done_on": None}],
    )
    found = {one.heading: (one.text, one.on) for one in rules.chain(shown, DAY("2024-10-01"))}
    assert found == {
        "Ni sa": ("Många kör för fort. Företagare är oroliga.", True),
        "Vi lovade": ("Två mål för 2023 och 2024, undertecknade av kommunen och polisen.", True),
        "Vi gjorde": ("25 kontroller och samtal hittills i år. Senast den 24 september.", True),
        "Det blev": ("2023 följdes upp gemensamt 20 december. 2024 följs upp senast 31 december.", True),
    }


def test_a_chain_says_what_is_missing() -> None:
    shown = published(follow_ups=[{"year": 2023, "due_on": "2023-12-31", "done_on": None}])
    texts = [(one.text, one.on) for one in rules.chain(shown, DAY("2024-10-01"))]
    assert texts[0] == ("Löftet berättar inte vad invånarna tog upp.", False)
    assert texts[2] == ("Inget är registrerat än.", False)
    assert texts[3] == ("2023 skulle ha följts upp senast 31 december. Uppföljningen är inte redovisad.", False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"goals": [{"title": "", "body": "", "activities": []}]}, "Ett mål för 2023 och 2024, undertecknat av"),
        ({"areas": [{"title": "", "body": "", "goals": [], "activities": []}]}, "Ett fokusområde för 2023 och 2024, undertecknat av"),
        ({"activities": [activity("")]}, "En aktivitet för 2023 och 2024, undertecknad av"),
        ({"activities": [activity("")] * 4}, "Fyra aktiviteter för 2023 och 2024, undertecknade av"),
        ({}, "Ett löfte i ord för 2023 och 2024, undertecknat av"),
    ],
)
def test_what_was_promised_is_counted_at_the_level_that_there_is(changes: dict[str, Any], words: str) -> None:
    assert rules.chain(published(**changes), DAY("2024-10-01"))[1].text.startswith(words)


def test_an_ended_promise_tells_its_last_year() -> None:
    shown = published(activities=[activity("samtal", ("2024-12-30", 3), ("2023-01-02", 9))])
    assert rules.chain(shown, DAY("2026-02-02"))[2].text == "3 samtal under 2024. Senast den 30 december."


def test_an_excerpt_is_whole_sentences_unless_the_first_is_too_long() -> None:
    assert rules.excerpt("Kort. Och gott?\n\n- Norra\n- Södra\n\nSlut") == "Kort. Och gott? Slut"
    long = rules.excerpt("Vi mötte " + "många " * 100)
    assert long.endswith("många …")
    assert len(long) <= rules.LONGEST_EXCERPT + 2
    assert rules.excerpt("") == ""


def test_what_a_promise_builds_on_is_summed_where_all_is_known() -> None:
    asked = [Source(kind="dialogue", title="Torget", participants=42), Source(kind="dialogue", title="Skolan", participants=1000)]
    assert heard([*asked, Source(kind="survey", title="Mätning", participants=412)], SWEDISH) == (
        "Löftet bygger på 2 medborgardialoger (1\u00a0042 deltog) och 1 trygghetsmätning (412 svarade)."
    )
    assert heard([*asked, Source(kind="dialogue", title="Utan antal")], SWEDISH) == "Löftet bygger på 3 medborgardialoger."
    assert heard([Source(kind="statistics", title="Brottsstatistik")], SWEDISH) == ""
