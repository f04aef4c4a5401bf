from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lxml import html

from tests import made
from trygghet.dashboard import year
from trygghet.obligations.rhythms import Rhythm
from trygghet.obligations.rules import Duty, Kind, Obligation

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
TODAY = dt.date(2024, 10, 1)


def duty(on: dt.date, *, done: bool = False, number: int = 1) -> Obligation:
    what = Duty(f"activity:{number}", Kind.ACTIVITY, f"Möte {number}", on)
    return Obligation(UUID(int=number), None, "", "Björken", None, what, (), dt.datetime(2024, 9, 1, tzinfo=dt.UTC) if done else None)


def test_a_day_has_one_number_however_much_is_due_on_it() -> None:
    found = [duty(dt.date(2024, 12, 1), number=1), duty(dt.date(2024, 12, 1), number=2), duty(dt.date(2024, 3, 1), number=3, done=True)]
    turned = year.of(found, 2024, TODAY, shows_spans=True)
    assert [(one.number, one.kind, [row.title for row in one.rows]) for one in turned.marks] == [
        (1, "w-done", ["Möte 3"]),
        (2, "w-dot", ["Möte 1", "Möte 2"]),
    ]
    assert turned.middle == ("2", "frister återstår")
    assert turned.heading == "Tre frister infaller 2024 och en är klar. Närmast ligger 1 december: möte 1."


@pytest.mark.parametrize(("count", "said"), [(1, "En frist infaller 2024, och den är klar."), (2, "Två frister infaller 2024, och alla är klara.")])
def test_a_year_that_is_all_done_says_so(count: int, said: str) -> None:
    assert year.of([duty(dt.date(2024, 3, 1), number=one, done=True) for one in range(count)], 2024, TODAY, shows_spans=True).heading == said


def test_what_is_late_is_late_in_the_wheel_and_in_the_sentence() -> None:
    turned = year.of([duty(dt.date(2024, 9, 30)), duty(dt.date(2025, 1, 1), number=2)], 2024, TODAY, shows_spans=True)
    assert [one.kind for one in turned.marks] == ["w-warn"]
    assert turned.heading == "En frist infaller 2024 och en är försenad."
    assert (turned.before, turned.after) == (None, 2025)


def test_a_year_with_more_days_than_the_wheel_holds_has_a_number_for_each_month() -> None:
    found = [duty(dt.date(2024, 1, 1) + dt.timedelta(days=7 * week), number=week) for week in range(52)]
    turned = year.of(found, 2024, TODAY, shows_spans=False)
    assert turned.by_month
    assert [one.number for one in turned.marks] == list(range(1, 13))
    assert sum(len(one.rows) for one in turned.marks) == 52


@pytest.mark.parametrize("text", ["", "x", "0", "99999", "-1", "٢٠٢٤", "1e3"])
def test_an_address_that_names_no_year_is_about_this_one(text: str) -> None:
    assert year.asked(text, TODAY) == 2024


async def test_the_picture_and_the_table_say_the_same(browser_of: BrowserOf) -> None:
    await made.promise(rhythms=(Rhythm("KSAU", "half_year", 30),))
    page = html.fromstring((await (await browser_of("anna")).get("/arshjul")).content)
    drawn = page.xpath("//svg[contains(@class, 'wheel')]//text[@class='w-n']/text()") or page.xpath("//*[@class='w-n']/text()")
    assert drawn
    assert sorted(set(page.xpath("//td[@data-label='Nummer']/span/text()")), key=int) == drawn
    for row in page.xpath("//tbody/tr"):
        assert re.fullmatch(r"/frister#frist-[0-9a-f-]{36}", row.xpath("./th/a/@href")[0])


async def test_each_organisation_has_a_year_of_its_own(browser_of: BrowserOf) -> None:
    await made.promise()
    assert "Inga frister det här året" in (await (await browser_of("olof")).get("/arshjul")).text
    assert "Gemensam uppföljning" in (await (await browser_of("pia")).get("/arshjul?ar=2024")).text
