"""How it is followed up: counted place by place, done or not, told in words, or by a measured value; through the front door."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import made
from tests.made import read
from trygghet.periods import Validity
from trygghet.promises import counting, words
from trygghet.promises.counting import Done
from trygghet.promises.rules import ActivityDraft, AreaDraft, GoalDraft, Indicator, Source

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

D = dt.date
HELD = Validity(D(2024, 1, 1), D(2024, 12, 31))
HALFWAY = D(2024, 7, 1)


# ---------------------------------------------------------------- the same number at each place
def test_what_one_place_has_above_its_number_makes_up_for_nothing_at_another() -> None:
    done = [Done(D(2024, 3, 1), 6, "Torget"), Done(D(2024, 4, 1), 2, "Stationen"), Done(D(2024, 5, 1), 1, "Skolan")]
    found = counting.count(3, "period", ["Torget", "Stationen", "Hamnen"], HELD, done, HALFWAY)
    assert (found.done, found.promised) == (5, 9)
    assert found.expected == pytest.approx(9 * 182 / 366)
    assert "var och en av 3 platser" in found.why
    assert [
        (place.name, place.tally.done, place.tally.promised)
        for place in counting.by_place(3, "period", ["Torget", "Stationen", "Hamnen"], HELD, done, HALFWAY)
    ] == [("Torget", 6, 3), ("Stationen", 2, 3), ("Hamnen", 0, 3), ("", 1, None)]


def test_without_a_number_the_places_are_counted_and_added_up() -> None:
    done = [Done(D(2024, 3, 1), 6, "Torget"), Done(D(2024, 4, 1), 2, "Stationen")]
    found = counting.count(None, "period", ["Torget", "Stationen"], HELD, done, HALFWAY)
    assert (found.done, found.promised) == (8, None)


def test_a_number_owed_each_month_at_each_place_is_multiplied_by_both() -> None:
    found = counting.count(2, "month", ["Torget", "Stationen"], HELD, [], HALFWAY)
    assert (found.promised, found.expected) == (48, 24.0)


# ---------------------------------------------------------------- in words
LEVEL = Indicator(
    name="Andel otrygga", unit="procent", baseline=34, baseline_on=D(2023, 11, 12), direction="down", level=29.5, level_on=D(2025, 12, 31)
)


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        (("count", 4, "period", "insatser", (), None), ["Minst 4 insatser under löftets tid"]),
        (("count", 1, "day", "", (), None), ["Minst 1 varje dag"]),
        (("count", 1, "period", "dialoger", (), None), ["Minst 1 under löftets tid, räknat i dialoger"]),
        (("count", 3, "year", "besök", ("Torget", "Hamnen"), None), ["Minst 3 besök varje år", "på var och en av 2 platser: Torget och Hamnen"]),
        (("count", None, "year", "besök", ("Torget", "Hamnen"), None), ["Räknas på Torget och Hamnen"]),
        (("", None, "period", "", (), None), []),
        (("yes_no", None, "period", "", (), None), ["Görs eller görs inte"]),
        (("narrative", None, "period", "", (), None), ["Berättas med ord"]),
        (
            ("indicator", None, "period", "", (), LEVEL),
            ["Andel otrygga", "Ska minska från 34 procent (12 november 2023) till 29,5 procent senast 31 december 2025"],
        ),
        (("indicator", None, "period", "", (), Indicator(name="Trygga", direction="keep")), ["Trygga", "Ska inte bli sämre"]),
    ],
)
def test_a_target_is_said_in_words(target: tuple[Any, ...], lines: list[str]) -> None:
    assert words.target(*target) == lines


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Source(kind="dialogue", title="x", held_on=D(2024, 5, 16), place="Kulturhuset", participants=70), "16 maj 2024, Kulturhuset. 70 deltog"),
        (Source(kind="survey", title="x", participants=1412, response_rate=48.5), "1\u00a0412 svarade, svarsfrekvens 48,5 procent"),
        (Source(kind="survey", title="x", response_rate=50), "svarsfrekvens 50 procent"),
        (Source(kind="statistics", title="x"), ""),
    ],
)
def test_a_source_is_said_in_words(source: Source, expected: str) -> None:
    assert words.source(source) == expected


# ---------------------------------------------------------------- through the front door
VISITS = ActivityDraft(title="Trygghetsvandringar", at_least=2, per="year", unit="vandringar", places=("Torget", "Hamnen"))
PICTURE = ActivityDraft(title="Gemensam lägesbild", measure="yes_no", due_on=D(2024, 11, 15))
TOGETHER = ActivityDraft(title="Fler som hjälps åt", measure="narrative")
SAFE = ActivityDraft(title="Känslan av trygghet", measure="indicator", indicator=LEVEL)


async def only(activity: ActivityDraft) -> tuple[uuid.UUID, str]:
    """A promise with that activity alone, and the address of its form."""
    promise_id = await made.promise(areas=(), activities=(activity,))
    _, found = await read(promise_id)
    return promise_id, f"/loften/{promise_id}/aktiviteter/{found.id}/utfall"


async def send(browser: httpx.AsyncClient, address: str, **typed: str) -> httpx.Response:
    """Opens the form and sends it as it stands, but for what is typed; a select sends its first choice."""
    html = (await browser.get(address)).text
    form = html[html.index('<form class="form"') :]
    form = form[: form.index("</form>")]
    fields = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
    fields |= dict(re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>\s*<option value="([^"]*)"', form))
    return await browser.post(address, data=fields | typed)


@pytest.mark.anyio
async def test_an_outcome_names_its_place_and_every_page_counts_place_by_place(browser_of: BrowserOf) -> None:
    promise_id, address = await only(VISITS)
    ragna = await browser_of("ragna")
    for place in ("", "Skogen"):
        refused = await send(ragna, address, antal="3", plats=place)
        assert refused.status_code == 422
        assert "Plats: välj en av platserna." in refused.text
    assert (await send(ragna, address, antal="3", plats="Torget")).status_code == 303
    _, found = await read(promise_id)
    assert [(row.amount, row.place) for row in found.recorded] == [(3, "Torget")]
    page = (await ragna.get(f"/loften/{promise_id}")).text
    public = (await (await browser_of()).get("/bjorken")).text
    for html in (page, public):
        assert "<b>2 av 4</b>" in html, "the third at the square is none at the harbour"
        for row in ('<th scope="row">Torget</th><td class="num">3</td><td class="num">2</td>', '<th scope="row">Hamnen</th><td class="num">0</td>'):
            assert row in html, row
    assert "på var och en av 2 platser: Torget och Hamnen" in page
    assert "<b>2 av 4</b>" in (await (await browser_of("anna")).get("/oversikt")).text


@pytest.mark.anyio
async def test_a_correction_keeps_the_place_and_may_change_it(browser_of: BrowserOf) -> None:
    promise_id, address = await only(VISITS)
    ragna = await browser_of("ragna")
    await send(ragna, address, antal="1", plats="Torget")
    _, found = await read(promise_id)
    correction = f"/loften/{promise_id}/utfall/{found.recorded[0].id}/ratta"
    assert '<option value="Torget" selected>Torget</option>' in (await ragna.get(correction)).text
    await send(ragna, correction, plats="Hamnen", anteckning="fel plats")
    _, found = await read(promise_id)
    assert [(row.amount, row.place) for row in found.standing] == [(1, "Hamnen")]


@pytest.mark.anyio
async def test_what_is_done_or_not_asks_for_no_number(browser_of: BrowserOf) -> None:
    promise_id, address = await only(PICTURE)
    ragna = await browser_of("ragna")
    assert "Inte gjord än" in (await ragna.get(f"/loften/{promise_id}")).text
    assert "Inte gjord än" in (await (await browser_of()).get("/bjorken")).text
    form = (await ragna.get(address)).text
    assert 'inputmode="numeric"' not in form
    assert (await send(ragna, address, datum="2024-09-12", antal="50")).status_code == 303
    assert [row.amount for row in (await read(promise_id))[1].recorded] == [1]
    page = (await ragna.get(f"/loften/{promise_id}")).text
    assert "Gjord 12 sep 2024" in page
    assert "Jämn takt" not in page
    public = (await (await browser_of()).get("/bjorken")).text
    assert "Gjord</span> 12 september 2024" in public
    assert "gånger" not in public


@pytest.mark.anyio
@pytest.mark.parametrize("activity", [TOGETHER, SAFE])
async def test_what_is_told_in_words_says_what_was_done_and_never_a_pace(browser_of: BrowserOf, activity: ActivityDraft) -> None:
    promise_id, address = await only(activity)
    ragna = await browser_of("ragna")
    empty = await send(ragna, address)
    assert empty.status_code == 422
    assert "Vad som gjordes: skriv något här." in empty.text
    assert (await send(ragna, address, anteckning="Sju föreningar kom", antal="50")).status_code == 303
    _, found = await read(promise_id)
    assert [(row.amount, row.note) for row in found.recorded] == [(1, "Sju föreningar kom")]
    for html in ((await ragna.get(f"/loften/{promise_id}")).text, (await (await browser_of()).get("/bjorken")).text):
        assert "takt" not in html.replace("kontakt", "").replace("Kontakt", "").replace("folj-takt", "").replace('name="takt"', "")
        assert 'class="counter"' not in html
        for line in found.target_words:
            assert line in html, line
    assert "Sju föreningar kom" not in (await (await browser_of()).get("/bjorken")).text, "notes stay inside"


@pytest.mark.anyio
async def test_a_row_in_words_is_corrected_or_taken_away_without_a_number(browser_of: BrowserOf) -> None:
    promise_id, address = await only(TOGETHER)
    ragna = await browser_of("ragna")
    await send(ragna, address, anteckning="Åtta föreningar kom")
    _, found = await read(promise_id)
    first = f"/loften/{promise_id}/utfall/{found.recorded[0].id}/ratta"
    assert (await send(ragna, first, anteckning="Sju föreningar kom")).status_code == 303
    _, found = await read(promise_id)
    assert [row.note for row in found.standing] == ["Sju föreningar kom"]
    assert (await send(ragna, f"/loften/{promise_id}/utfall/{found.standing[0].id}/ratta", antal="0", anteckning="Fel löfte")).status_code == 303
    assert (await read(promise_id))[1].standing == []


@pytest.mark.anyio
async def test_a_goal_says_how_one_will_know(browser_of: BrowserOf) -> None:
    goal = GoalDraft(title="Fler är trygga", measure="indicator", indicator=LEVEL, activities=(made.TALKS,))
    promise_id = await made.promise(areas=(AreaDraft(title="Trygghet", goals=(goal,)),))
    found, _ = await read(promise_id)
    assert found.areas[0].goals[0].indicator == LEVEL
    for html in ((await (await browser_of("anna")).get(f"/loften/{promise_id}")).text, (await (await browser_of()).get("/bjorken")).text):
        assert "Följs upp: Andel otrygga" in html
        assert "Ska minska från 34 procent (12 november 2023) till 29,5 procent senast 31 december 2025" in html


@pytest.mark.anyio
async def test_the_party_that_answers_for_it_is_told_before_its_unit(browser_of: BrowserOf) -> None:
    promise_id, _ = await only(ActivityDraft(title="Kontroller", organisation="lpo-skogen", responsible="områdespolisen"))
    for html in ((await (await browser_of("anna")).get(f"/loften/{promise_id}")).text, (await (await browser_of()).get("/bjorken")).text):
        assert "LPO Skogen: områdespolisen" in html


@pytest.mark.anyio
async def test_forty_activities_make_a_page_with_its_own_way_about_and_rows_that_open_when_asked(browser_of: BrowserOf) -> None:
    areas = tuple(
        AreaDraft(title=f"Område {number}", activities=tuple(ActivityDraft(title=f"Aktivitet {number}.{one}", at_least=4) for one in range(10)))
        for number in range(4)
    )
    promise_id = await made.promise(areas=areas)
    await made.recorded(promise_id, 2)
    page = (await (await browser_of("anna")).get(f"/loften/{promise_id}")).text
    assert page.count("<article") == 40
    assert '<a href="#omrade-3">3. Område 2</a>' in page
    assert "Visa 1 registrerad rad" in page
    short = (await (await browser_of("anna")).get(f"/loften/{await made.promise()}")).text
    assert "Delar av löftet" not in short
