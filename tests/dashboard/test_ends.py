"""Days that no promise covers, and what is done about an end, on both parties' first pages."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests import agreeing, cast, made, world
from tests.dashboard.test_rules import AMAL, GRANNE, KOMMUN, MELLERUD, POLICE, POLIS, _board, _duty, _promise
from tests.obligations import given
from trygghet import database
from trygghet.dashboard import ends, rules
from trygghet.dashboard.facts import Board, Municipality
from trygghet.periods import Gap, Validity
from trygghet.promises.rules import PartyDraft

if TYPE_CHECKING:
    from tests.conftest import HandClock

D = dt.date.fromisoformat
HERE = Municipality(AMAL, "Åmåls kommun", "Åmål", "amal")
NEXT_DOOR = Municipality(MELLERUD, "Melleruds kommun", "Mellerud", "mellerud")
HELD = Validity(D("2023-01-01"), D("2024-12-31"))


def board(*covers: str, duty: dict[str, Any] | None = None, **promise: Any) -> Board:
    """Åmål's promise of 2023 and 2024 with its end, and the days that published promises cover."""
    one = _promise(validity=HELD, **promise)
    stretches = [
        Validity(D(first), D(last) if last else None, None if last else D("2030-01-01")) for first, _, last in (c.partition("..") for c in covers)
    ]
    end = _duty(one, "renewal", **(duty or {}))
    return _board(one, duties=(end,), municipalities=(HERE,), covers={"amal": [HELD, *stretches]})


def rows(found: Board, day: str, organisation: uuid.UUID = AMAL) -> list[tuple[str, str, str]]:
    return [(row.heading, row.chip.text if row.chip else "", row.text) for row in rules.owed(found, organisation, D(day))]


# ---------------------------------------------------------------- the rule
def test_the_end_becomes_a_gap_the_day_after_and_stays_one_row() -> None:
    assert [one[:2] for one in rows(board(), "2024-12-31")] == [("Löftet går ut utan efterföljare", "I dag")]
    (row,) = rows(board(), "2025-01-14")
    assert row == (
        "Inget löfte gäller sedan 1 januari 2025",
        "Löfteslucka, 14 dagar",
        "Inget nytt är påbörjat. Den publika sidan säger att löftet har gått ut.",
    )


def test_both_parties_are_told() -> None:
    for organisation in (AMAL, POLICE):
        assert rows(board(), "2025-01-14", organisation)[0][1] == "Löfteslucka, 14 dagar"


def test_a_gap_that_a_later_promise_will_close_is_told_beforehand_and_while_it_lasts() -> None:
    found = board("2025-03-01..2026-12-31", duty={"done": True, "followed": True})
    text = "59 dagar som inget löfte {}, innan nästa börjar gälla 1 mars 2025. En förlängning av det förra löftet stänger luckan."
    heading = "Löfteslucka 1 januari till och med 28 februari 2025"
    assert rows(found, "2024-10-01") == [(heading, "Löfteslucka väntar, 59 dagar", text.format("kommer att täcka"))]
    assert rows(found, "2025-01-14") == [(heading, "Löfteslucka, 59 dagar", text.format("täcker"))]
    assert rows(found, "2025-03-01") == []


def test_it_waits_for_somebody_however_far_ahead_it_is() -> None:
    found = board("2025-03-01..2026-12-31", duty={"done": True, "followed": True})
    today = D("2024-02-01")
    assert [row.gap for row in rules.waiting(rules.owed(found, AMAL, today), today)] == [True]


@pytest.mark.parametrize("covers", [["2025-01-01..2025-12-31"], ["2024-06-01.."], ["2022-01-01..2025-06-30"]])
def test_any_promise_that_residents_can_read_closes_it(covers: list[str]) -> None:
    assert ends.uncovered(board(*covers), D("2025-01-14")) == []


def test_it_is_not_raised_where_the_leaders_of_all_parties_want_no_more() -> None:
    assert ends.uncovered(board(duty={"done": True}), D("2025-01-14")) == []
    assert ends.uncovered(board(duty={"marked": frozenset({AMAL})}), D("2025-01-14")) != []


def test_an_early_end_leaves_a_gap_from_its_own_last_day() -> None:
    early = Validity(D("2023-01-01"), D("2024-08-14"))
    found = replace(board(), covers={"amal": [early]})
    (one,) = ends.uncovered(found, D("2024-10-01"))
    assert one.gap == Gap(D("2024-08-15"), None)


def test_of_several_municipalities_those_without_a_promise_are_named() -> None:
    shared = _promise(validity=HELD, parties=(KOMMUN, GRANNE, POLIS))
    found = _board(
        shared,
        duties=(_duty(shared, "renewal"),),
        municipalities=(HERE, NEXT_DOOR),
        covers={"amal": [HELD], "mellerud": [HELD, Validity(D("2025-01-01"), D("2025-12-31"))]},
    )
    (row,) = rules.owed(found, POLICE, D("2025-01-14"))
    assert row.heading == "Inget löfte gäller i Åmål sedan 1 januari 2025"


def test_a_gap_after_somebody_elses_promise_is_told_too() -> None:
    found = _board(municipalities=(HERE,), covers={"amal": [HELD]})
    (row,) = rules.owed(found, POLICE, D("2025-01-14"))
    assert (row.heading, row.text) == ("Löfteslucka sedan 1 januari 2025", "14 dagar hittills. Något nytt löfte är inte undertecknat.")
    assert row.way is not None
    assert (row.way.address, row.way.otherwise_address) == ("/loften/ny", "/amal")


@pytest.mark.parametrize(
    ("gaps", "sentence"),
    [
        ([], ""),
        ([("2025-01-01", None, True)], "Inget löfte gäller i Åmål sedan 1 januari 2025."),
        ([("2025-01-01", "2025-02-28", True)], "59 dagar utan löfte i Åmål pågår till och med 28 februari 2025."),
        ([("2025-01-01", "2025-02-28", False)], "59 dagar utan löfte i Åmål väntar från 1 januari 2025."),
        ([("2025-01-01", None, True)] * 2, "Inget löfte gäller i Åmål och Åmål."),
        ([("2025-01-01", "2025-01-02", False)] * 2, "Det blir dagar utan löfte i Åmål och Åmål."),
    ],
)
def test_the_sentence_on_top(gaps: list[tuple[str, str | None, bool]], sentence: str) -> None:
    found = [ends.Uncovered(HERE, Gap(D(first), D(last) if last else None), None, now) for first, last, now in gaps]
    assert ends.sentence(found, alone=False) == sentence
    if len(found) < 2:
        assert ends.sentence(found, alone=True) == sentence.replace(" i Åmål", "")


@pytest.mark.parametrize(
    ("first", "last", "dates", "heading"),
    [
        ("2025-01-01", None, "sedan 1 jan 2025", "Löfteslucka sedan 1 januari 2025"),
        ("2025-01-01", "2025-02-28", "1 jan – 28 feb 2025", "Löfteslucka 1 januari till och med 28 februari 2025"),
        ("2024-12-01", "2025-02-28", "1 dec 2024 – 28 feb 2025", "Löfteslucka 1 december 2024 till och med 28 februari 2025"),
        ("2025-01-01", "2025-01-01", "1 jan 2025", "Löfteslucka 1 januari 2025"),
    ],
)
def test_how_its_days_are_written(first: str, last: str | None, dates: str, heading: str) -> None:
    one = ends.Uncovered(HERE, Gap(D(first), D(last) if last else None), None, is_now=True)
    assert (one.dates, one.heading) == (dates, heading)


# ---------------------------------------------------------------- through the front door
async def page(browser_of: cast.BrowserOf, who: str) -> str:
    return " ".join((await (await browser_of(who)).get("/oversikt")).text.split())


@pytest.mark.anyio
async def test_both_first_pages_tell_of_the_gap_from_the_day_after_with_no_job_having_run(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    await made.promise()
    assert "Löfteslucka" not in await page(browser_of, "anna")
    clock.at = dt.datetime(2025, 1, 13, 23, 30, tzinfo=dt.UTC)  # past midnight in Sweden
    anna, pia = await page(browser_of, "anna"), await page(browser_of, "pia")
    assert "<h3>Inget löfte gäller sedan 1 januari 2025</h3>" in anna
    assert "Inget löfte gäller sedan 1 januari 2025. Två frister" in anna
    assert "Börja på nästa löfte" in anna
    assert "Inget löfte gäller i Björken sedan 1 januari 2025." in pia
    cell = re.search(r'data-label="Löfte">(.*?)</td>', pia)
    assert cell
    assert "Löfteslucka, 14 dagar" in cell.group(1)
    assert "sedan 1 jan 2025" in cell.group(1)


@pytest.mark.anyio
async def test_a_late_successor_closes_it_and_the_days_between_are_told_beforehand(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    old = await made.promise()
    await made.promise(title="Nästa löfte", valid_from=D("2025-03-01"), valid_until=D("2026-12-31"))
    for who in ("anna", "pia"):
        found = await page(browser_of, who)
        assert "Löfteslucka 1 januari till och med 28 februari 2025" in found
        assert "Löfteslucka väntar, 59 dagar" in found
        assert f'href="/loften/{old}">Se löftet' in found
        assert "utan efterföljare" not in found
    assert "1 jan – 28 feb 2025" in await page(browser_of, "pia")
    clock.at = dt.datetime(2025, 3, 1, 8, tzinfo=dt.UTC)
    for who in ("anna", "pia"):
        assert "Löfteslucka" not in await page(browser_of, who)


@pytest.mark.anyio
async def test_the_police_alone_cover_the_days_of_the_municipality_that_they_promise(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    await made.promise()
    wording = await agreeing.shared(agreeing.text([cast.SKOGEN], concerns=str(cast.BJORKEN)), by=agreeing.PER)
    await agreeing.approve(wording, agreeing.PIA)
    await agreeing.sign(wording, agreeing.PIA)
    clock.at = dt.datetime(2025, 1, 14, 8, tzinfo=dt.UTC)
    for who in ("anna", "pia"):
        assert "Löfteslucka" not in await page(browser_of, who)


@pytest.mark.anyio
async def test_an_early_end_stands_on_both_first_pages_and_leaves_a_gap(browser_of: cast.BrowserOf) -> None:
    promise_id = await given.promise()
    await given.changed(promise_id, "early_end", last="2024-09-15")
    for who in ("anna", "pia"):
        found = await page(browser_of, who)
        assert "Avslutat i förtid" in found
        assert "Löfteslucka, 16 dagar" in found
    residents = (await (await browser_of()).get("/bjorken")).text
    assert "<strong>Löftet avslutades i förtid 15 september 2024.</strong>" in residents
    assert "Skäl: Parterna är överens om det." in residents


@pytest.mark.anyio
async def test_a_municipality_that_goes_to_another_area_is_no_gap_of_the_one_it_left(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    await made.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE area_membership SET until_on = '2024-12-31' WHERE municipality_id = $1", cast.BJORKEN)
    clock.at = dt.datetime(2025, 1, 14, 8, tzinfo=dt.UTC)
    assert "Löfteslucka" not in await page(browser_of, "pia")
    assert "Löfteslucka, 14 dagar" in await page(browser_of, "anna")


@pytest.mark.anyio
async def test_three_municipalities_and_one_area_each_have_their_own_days(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    three = (*given.BOTH, PartyDraft(organisation="eken", side="municipality", signed=True))
    await given.promise(parties=three)
    await given.promise("2025-01-01", "2025-12-31")
    clock.at = dt.datetime(2025, 1, 14, 8, tzinfo=dt.UTC)
    assert "Löfteslucka" not in await page(browser_of, "anna")
    assert "Löfteslucka, 14 dagar" in await page(browser_of, "carl")
    assert "Inget löfte gäller i Eken sedan 1 januari 2025" in await page(browser_of, "pia")


@pytest.mark.anyio
async def test_years_go_by_and_every_page_says_how_it_stands_with_not_a_row_written(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    await made.promise()
    anna, pia, residents = [await browser_of(who) for who in ("anna", "pia", None)]
    before = await world.everything()
    for day, words in (
        ("2022-12-31", "Börjar gälla 1 januari 2023"),
        ("2023-06-01", "Gäller"),
        ("2024-12-01", "Löper ut om 30 dagar"),
        ("2025-01-01", "Gick ut 31 december 2024"),
    ):
        clock.at = dt.datetime.combine(D(day), dt.time(8), dt.UTC)
        for client, path in (
            (anna, "/oversikt"),
            (anna, "/frister"),
            (anna, "/loften"),
            (pia, "/oversikt"),
            (residents, "/bjorken"),
            (residents, "/"),
        ):
            answer = await client.get(path)
            assert answer.status_code == 200, path
        assert words in (await anna.get("/oversikt")).text
    assert await world.everything() == before, "what a day means is never stored"


@pytest.mark.anyio
async def test_who_has_said_that_nothing_follows_is_told_that_the_others_have_not(browser_of: cast.BrowserOf) -> None:
    duty = await given.obligation_id(await given.promise(), "renewal:2024-12-31")
    bo = await browser_of("bo")
    token = cast.csrf((await bo.get("/frister")).text)
    await bo.post(f"/frister/{duty}/inget-nytt", data={"_csrf_token": token, "anteckning": "Frågorna ligger i handlingsplanen."})
    assert "Ni har sagt att det inte blir något nytt löfte efter 31 december 2024. LPO Skogen har inte sagt sitt." in await page(browser_of, "anna")
    assert "Löftet går ut utan efterföljare" in await page(browser_of, "pia")
