"""Figures from Kolada: fetched whole or not at all, from a server of our own that speaks over a socket."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests import cast
from tests.indicators import given
from tests.kolada import ROWS, TITLE, Said, Server
from trygghet.indicators import actions
from trygghet.indicators.rules import Measured
from trygghet.kolada import Kolada, code, kpi_id
from trygghet.swedish import NotFound, Refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Iterator[Server]:
    """A Kolada of this test's own."""
    made = Server()
    yield made
    made.close()


def _at(server: Server, seconds: float = 5) -> Kolada:
    return Kolada(server.url, seconds=seconds)


async def _chosen(server: Server) -> uuid.UUID:
    return await actions.add_kpi(cast.BJORKEN, "N07403", "0001", _at(server), form_key=uuid.uuid4(), now=cast.START)


async def _pull(series_id: uuid.UUID, server: Server, seconds: float = 5) -> Any:
    return await actions.pull(cast.BJORKEN, series_id, _at(server, seconds), by=given.ANNA, now=cast.START)


async def _refused(series_id: uuid.UUID, server: Server, seconds: float = 5) -> Refusal:
    """The refusal, and that nothing at all was kept."""
    before = await given.read(series_id)
    with pytest.raises(Refusal) as no:
        await _pull(series_id, server, seconds)
    assert await given.read(series_id) == before
    assert no.value.sentence
    return no.value


async def test_a_kpi_is_laid_up_by_the_title_and_the_municipality_that_the_server_gives(database_url: str, server: Server) -> None:
    series = await given.read(await _chosen(server))
    assert (series.name, series.unit, series.area) == ("Anmälda våldsbrott", "antal/100 000 inv", "Björken")
    assert (series.about.kpi_title, series.about.municipality_code, series.source) == (TITLE, "0001", "Kolada")
    assert series.observations == ()


async def test_values_for_all_are_fetched_with_source_and_day_and_what_has_none_is_left_out(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    assert await _pull(series_id, server) == (2, 0, 0)
    series = await given.read(series_id)
    assert [(one.year, str(one.value)) for one in series.observations] == [(2021, "1034.2"), (2022, "987")]
    assert series.source_words == "Källa: Kolada. Hämtat 1 oktober 2024."
    assert all(one.retrieved_at == cast.START for one in series.observations)


@pytest.mark.parametrize(("name", "bare"), [("next_url", False), ("next_page", False), ("next_url", True)])
async def test_every_page_is_read_whatever_the_next_one_is_called(name: str, *, bare: bool, database_url: str, server: Server) -> None:
    server.said = Said(page=1, next_name=name, bare=bare)
    assert (await _pull(await _chosen(server), server)).new == 2
    assert len([one for one in server.said.asked if "/data/" in one]) == 4


async def test_fetching_again_changes_nothing_and_a_new_figure_there_is_a_new_row_here(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    await _pull(series_id, server)
    assert await _pull(series_id, server) == (0, 0, 2)
    assert len((await given.read(series_id)).recorded) == 2
    server.said.rows = [{**ROWS[0], "values": [{"gender": "T", "value": 1040}]}, ROWS[1]]
    assert await _pull(series_id, server) == (0, 1, 1)
    series = await given.read(series_id)
    assert [(one.year, str(one.value), one.reason) for one in series.recorded if one.year == 2021] == [
        (2021, "1034.2", ""),
        (2021, "1040", "Nytt värde hos källan"),
    ]


async def test_what_people_said_of_a_fetched_year_stays_and_a_year_that_was_taken_back_stays_away(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    await _pull(series_id, server)
    first, second = (await given.read(series_id)).observations
    noted = Measured(2022, second.value, break_note="Nytt sätt att räkna.", retrieved_at=second.retrieved_at)
    await actions.revise(cast.BJORKEN, series_id, second.id, noted, "Seriebrott enligt källan.", by=given.ANNA, now=cast.START)
    await actions.revise(cast.BJORKEN, series_id, first.id, Measured(2021, None), "Gäller inte oss.", by=given.ANNA, now=cast.START)
    server.said.rows = [{**row, "values": [{"gender": "T", "value": 1.5}]} for row in ROWS[:2]]
    await _pull(series_id, server)
    [left] = (await given.read(series_id)).observations
    assert (left.year, str(left.value), left.break_note) == (2022, "1.5", "Nytt sätt att räkna.")


async def test_a_fetched_figure_is_not_written_by_hand(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    await _pull(series_id, server)
    first = (await given.read(series_id)).observations[0]
    with pytest.raises(Refusal, match=r"observation\.fetched"):
        await actions.revise(
            cast.BJORKEN, series_id, first.id, Measured(2021, first.value and first.value + 1), "Nej.", by=given.ANNA, now=cast.START
        )
    with pytest.raises(Refusal, match=r"observation\.fetched"):
        await given.measured(series_id, 2023, "5")
    with pytest.raises(Refusal, match=r"observation\.fetched"):
        await actions.plan(cast.BJORKEN, series_id, "år;värde\n2023;5".encode(), today=cast.START.date())


async def test_a_changed_title_refuses_the_pull_and_shows_both(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    await _pull(series_id, server)
    server.said = Said(title="Anmälda brott totalt, antal/1000 inv")
    no = await _refused(series_id, server)
    assert TITLE in no.sentence
    assert "Anmälda brott totalt, antal/1000 inv" in no.sentence
    assert not [one for one in server.said.asked if "/data/" in one], "no figure is asked for"


async def test_a_new_title_that_somebody_accepts_lets_the_pull_through(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    server.said = Said(title="Anmälda våldsbrott per 100 000")
    about = (await given.read(series_id)).about
    accepted = type(about)(**{**about.__dict__, "kpi_title": "Anmälda våldsbrott per 100 000"})
    await actions.describe(cast.BJORKEN, series_id, accepted, by=given.ANNA, now=cast.START)
    assert (await _pull(series_id, server)).new == 2


FAULTS: list[tuple[str, Said, str]] = [
    ("the server says 500", Said(status=500), "felkod 500"),
    ("the server asks to wait", Said(status=429), "felkod 429"),
    ("the server sends one elsewhere", Said(status=302), "felkod 302"),
    ("the answer is cut off", Said(body=b'{"values": [{"kpi": "N0'), "inte går att läsa"),
    ("the answer is no JSON", Said(body=b"<html>Nere</html>"), "inte går att läsa"),
    ("the answer is something else", Said(body=b'["N07403"]'), "inte går att läsa"),
    ("the answer never ends", Said(body=b" " * 4_100_000), "mer än 4 MB"),
    ("the next page is another server's", Said(elsewhere="http://kolada.example.org/v3/x"), "inte går att läsa"),
    ("the next page is the same page", Said(elsewhere="/v3/data/kpi/N07403/municipality/0001?per_page=5000"), "inte går att läsa"),
    ("the municipality is unknown now", Said(municipalities=()), "ingen kommun med koden 0001"),
    ("there is no value at all", Said(rows=ROWS[2:]), "inga värden för N07403 i Björken"),
]


@pytest.mark.parametrize(("said", "told"), [(said, told) for _, said, told in FAULTS], ids=[name for name, _, _ in FAULTS])
async def test_a_fault_has_a_sentence_and_keeps_nothing_half_done(said: Said, told: str, database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    await _pull(series_id, server)
    server.said = said
    assert told in (await _refused(series_id, server)).sentence


async def test_a_fault_on_a_later_page_keeps_none_of_the_earlier(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    rows = [*ROWS[:2], {**ROWS[0], "period": 2020}]
    server.said = Said(page=1, rows=rows)
    answer = server.answer

    def cut(target: str) -> tuple[int, bytes]:
        return (500, b"") if "page=3" in target else answer(target)

    server.answer = cut  # type: ignore[method-assign]
    await _refused(series_id, server)


async def test_a_server_that_is_gone_or_slow_is_told_as_such(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    server.said.pause = 0.3
    assert "svarade inte i tid" in (await _refused(series_id, server, seconds=0.1)).sentence
    assert "svarade inte i tid" in (await _refused(series_id, server, seconds=0.7)).sentence, "the limit is for all its pages together"
    server.close()
    assert "gick inte att nå" in (await _refused(series_id, server)).sentence


async def test_odd_rows_are_no_values(database_url: str, server: Server) -> None:
    series_id = await _chosen(server)
    odd: list[Any] = [
        None,
        {"kpi": "N07403", "municipality": "0002", "period": 2020, "values": [{"gender": "T", "value": 1}]},
        {"kpi": "N07403", "municipality": "0001", "period": "2020-Q1", "values": [{"gender": "T", "value": 1}]},
        {"kpi": "N07403", "municipality": "0001", "period": 2020, "values": None},
        {"kpi": "N07403", "municipality": "0001", "period": 2019, "values": [{"gender": "T", "value": True}, {"gender": "T", "value": "12"}]},
        {"kpi": "N07403", "municipality": "0001", "period": "2018", "values": [{"gender": "T", "value": 12.25}]},
    ]
    server.said = Said(body=json.dumps({"values": odd, "next_page": None}).encode())
    await _pull(series_id, server)
    assert [(one.year, str(one.value)) for one in (await given.read(series_id)).observations] == [(2018, "12.25")]


async def test_an_unknown_kpi_or_municipality_is_not_laid_up(database_url: str, server: Server) -> None:
    for kpi, municipality, told in (("N99999", "0001", "inget som heter N99999"), ("N07403", "9999", "ingen kommun med koden 9999")):
        with pytest.raises(Refusal) as no:
            await actions.add_kpi(cast.BJORKEN, kpi, municipality, _at(server), form_key=uuid.uuid4(), now=cast.START)
        assert told in no.value.sentence
    assert await actions.read_all(cast.BJORKEN) == []


async def test_only_its_owner_fetches_and_only_what_is_kolada_s(database_url: str, server: Server) -> None:
    for who, series_id in ((cast.ON, await _chosen(server)), (cast.BJORKEN, await given.series())):
        with pytest.raises(NotFound):
            await actions.pull(who, series_id, _at(server), by=given.ANNA, now=cast.START)


async def test_where_it_is_switched_off_the_page_says_so(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    page = await anna.get("/indikatorer/ny")
    assert "Här hämtas inget från Kolada" in page.text
    typed = {"slag": "kolada", "kpi": "N07403", "kommunkod": "0001", "_csrf_token": cast.csrf(page.text)}
    answer = await anna.post("/indikatorer/ny", data=typed)
    assert answer.status_code == 422
    assert "Här hämtas inget från Kolada" in answer.text


@pytest.mark.parametrize("text", ["", "07403", "N 07403", "N07403/../x", "N1"])
def test_an_id_is_a_letter_and_digits(text: str) -> None:
    with pytest.raises(Refusal):
        kpi_id(text)


def test_a_municipal_code_keeps_its_zero() -> None:
    assert code(" 0765 ") == "0765"
    with pytest.raises(Refusal):
        code("765")
