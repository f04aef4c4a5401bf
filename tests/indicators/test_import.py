"""Values from a spreadsheet: looked through first, then taken in; the same file again does nothing."""

from __future__ import annotations

import re
import uuid
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.indicators import given
from trygghet.indicators import actions, sheet

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio
GOOD = "År;Värde;Antal svar;Svarsfrekvens;Preliminärt;Seriebrott\r\n2019;31,5;402;51 %;;\r\n2021;33;;;nej;\r\n2023;36,25;412;52,5;Ja;Ny fråga.\r\n"


async def _sent(client: httpx.AsyncClient, series_id: uuid.UUID, body: bytes) -> httpx.Response:
    page = await client.get(f"/indikatorer/{series_id}")
    return await client.post(
        f"/indikatorer/{series_id}/import", files={"fil": ("varden.csv", body, "text/csv")}, data={"_csrf_token": cast.csrf(page.text)}
    )


async def _taken_in(client: httpx.AsyncClient, shown: httpx.Response) -> httpx.Response:
    """Presses the button on the page that shows what the file would do."""
    fields = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text.split("<main")[1])}
    assert {"innehall", "sett"} <= set(fields)
    return await client.post(str(shown.url), data=fields, follow_redirects=True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
async def test_a_file_as_swedish_excel_saves_it_is_shown_first_and_then_taken_in(encoding: str, browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    shown = await _sent(anna, series_id, GOOD.encode(encoding))
    assert "3 nya värden" in shown.text
    assert (await given.read(series_id)).recorded == (), "nothing is kept yet"
    done = await _taken_in(anna, shown)
    assert "3 nya värden, 0 ändrade, 0 fanns redan" in done.text
    series = await given.read(series_id)
    assert [(one.year, str(one.value), one.n, one.preliminary, one.break_note) for one in series.observations] == [
        (2019, "31.5", 402, False, ""),
        (2021, "33", None, False, ""),
        (2023, "36.25", 412, True, "Ny fråga."),
    ]


async def test_the_same_file_again_does_nothing(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    await _taken_in(anna, await _sent(anna, series_id, GOOD.encode()))
    before = await given.read(series_id)
    shown = await _sent(anna, series_id, GOOD.encode())
    assert shown.text.count("Finns redan") == 3
    assert 'name="innehall"' not in shown.text, "there is nothing to press"
    assert await given.read(series_id) == before


async def test_the_button_pressed_twice_takes_it_in_once(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    shown = await _sent(anna, series_id, GOOD.encode())
    await _taken_in(anna, shown)
    again = await _taken_in(anna, shown)
    assert again.status_code == 422
    assert "har ändrats sedan filen visades" in again.text
    assert len((await given.read(series_id)).recorded) == 3


async def test_rows_that_are_wrong_are_told_by_their_number_and_the_others_may_be_taken_in(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    body = "år;värde;antal svar;preliminärt\n2019;31;;\n\n20;5;;\n2020;okänt;;\n2021;;;\n2022;3;många;\n2023;3;;kanske\n2019;32;;\n2031;3;;\n"
    shown = await _sent(anna, series_id, body.encode())
    for line, told in (
        (4, "Du skrev ”20”"),
        (5, "Du skrev ”okänt”"),
        (6, "Värde: skriv ett tal"),
        (7, "Du skrev ”många”"),
        (8, "”kanske” finns inte"),
        (9, "2019 står två gånger"),
        (10, "2031 går inte"),
    ):
        assert re.search(rf"Rad {line}\.</strong> [^<]*{re.escape(told)}", unescape(shown.text)), (line, told)
    await _taken_in(anna, shown)
    assert [one.year for one in (await given.read(series_id)).observations] == [2019]


async def test_another_value_of_a_year_replaces_the_earlier_one_which_stays(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    await given.measured(series_id, 2023, "30", n=400, preliminary=True, break_note="Ny fråga.")
    shown = await _sent(anna, series_id, "år;värde;preliminärt\n2023;36;nej\n".encode())
    assert "Nu står det 30 procent. Det står kvar, struket." in shown.text
    await _taken_in(anna, shown)
    old, new = (await given.read(series_id)).recorded
    assert (str(old.value), str(new.value), new.replaces_id, new.reason) == ("30", "36", old.id, "Ny uppgift i inläst fil")
    assert (new.n, new.preliminary, new.break_note) == (400, False, "Ny fråga."), "columns that are not in the file say nothing"


async def test_what_changed_after_the_file_was_shown_is_not_written_over(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    shown = await _sent(anna, series_id, "år;värde\n2023;36\n".encode())
    await given.measured(series_id, 2023, "35")
    answer = await _taken_in(anna, shown)
    assert answer.status_code == 422
    assert [str(one.value) for one in (await given.read(series_id)).recorded] == ["35"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "Fil"),
        (b"PK\x03\x04xxxx", "Fil"),
        (b"namn;tal\na;1\n", "”år” och ”värde”"),
        ("år;värde;källa\n2023;1;811228-9874\n".encode(), "ser ut som ett personnummer"),
    ],
    ids=["nothing", "a workbook", "other columns", "a personal number"],
)
async def test_a_file_that_cannot_be_read_says_why(body: bytes, told: str, browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    answer = await _sent(anna, series_id, body)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'href="#fil"' in answer.text


async def test_what_is_downloaded_can_be_taken_in_again_and_changes_nothing(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    series_id = await given.series()
    await _taken_in(anna, await _sent(anna, series_id, GOOD.encode()))
    found = await anna.get(f"/indikatorer/{series_id}/varden.csv")
    assert found.content.startswith(b"\xef\xbb\xbf")
    assert found.headers["content-disposition"].startswith("attachment")
    planned = await actions.plan(cast.BJORKEN, series_id, found.content, today=cast.START.date())
    assert [one.is_known for one in planned] == [True, True, True]


async def test_the_template_may_be_taken_in_as_it_is(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    template = await anna.get("/indikatorer/mall.csv")
    [planned] = await actions.plan(cast.BJORKEN, await given.series(), template.content, today=cast.START.date())
    assert planned.measured
    assert sheet.COLUMNS.keys() == set(template.content.decode("utf-8-sig").splitlines()[0].split(";"))
