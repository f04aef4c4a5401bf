"""Files of outcomes: what one would record, what it records, and that it may come again."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from trygghet import spreadsheet
from trygghet.history import actions as history
from trygghet.outcomes import actions, files
from trygghet.promises import actions as promises
from trygghet.promises.rules import ActivityDraft
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from trygghet.outcomes.files import Plan

pytestmark = pytest.mark.anyio
D = dt.date
HEAD = "datum;aktivitet;antal;plats;anteckning;nyckel"
WALKS = ActivityDraft(title="Vandringar", at_least=2, per="year", unit="vandringar", places=("Torget", "Hamnen"))
TOLD = ActivityDraft(title="Dialog med skolan", measure="narrative")


def body(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode("cp1252")


async def look(promise_id: uuid.UUID, *rows: str, organisation: uuid.UUID = cast.BJORKEN, head: str = HEAD) -> Plan:
    return await actions.look_through(organisation, promise_id, body(*rows, head=head), now=cast.START)


async def take(promise_id: uuid.UUID, *rows: str, organisation: uuid.UUID = cast.BJORKEN) -> int:
    plan = await look(promise_id, *rows, organisation=organisation)
    return await actions.take_in(organisation, promise_id, body(*rows), seen=plan.mark, by=made.ANNA, now=cast.START)


async def standing(promise_id: uuid.UUID, activity: str = "Trafikkontroller") -> list[tuple[str, int, str, str]]:
    found = await promises.read(cast.BJORKEN, promise_id)
    one = next(one for one in found.all_activities if one.title == activity)
    return [(row.happened_on.isoformat(), row.amount, row.place, row.note) for row in sorted(one.standing, key=lambda row: row.happened_on)]


def whys(plan: Plan) -> dict[int, tuple[str, ...]]:
    return {line.number: line.why for line in plan.having("wrong")}


# ---------------------------------------------------------------- looked through
async def test_each_row_says_what_is_wrong_and_what_works(database_url: str) -> None:
    promise_id = await made.promise(activities=(WALKS, TOLD))
    plan = await look(
        promise_id,
        "2024-09-01;Trafikkontroller;2;;;",
        "2024-13-01;Trafikkontroller;två;;;",
        "2024-09-01;Trafikkontrol;2;;;",
        "2024-10-02;Trafikkontroller;1;;;",
        "2022-12-31;Trafikkontroller;1;;;",
        "2024-09-01;Vandringar;1;Skogen;;",
        "2024-09-01;vandringar;1;torget;;",
        "2024-09-01;Dialog med skolan;;;;",
        "2024-09-01;Dialog med skolan;;;Vi träffade rektor.;",
        "2024-09-01;;1;;;",
        "2024-09-01;Trafikkontroller;1;;Gäller 811228-9874;",
        "2024-09-01;Trafikkontroller;1;;;A-7",
        "2024-09-02;Trafikkontroller;1;;;A-7",
        ";Trafikkontroller;;;;",
        "2024-09-03;Trafikkontroller;1;;;811228-9874",
    )
    assert whys(plan) == {
        3: ("Antal: skriv ett heltal, minst 1. Du skrev ”två”.", "Datum: 2024-13-01 finns inte. Månaden skrivs 01 till 12."),
        4: ("Aktivitet: ”Trafikkontrol” finns inte i löftet. Mallen har namnen på alla aktiviteter.",),
        5: ("Datum: 2 oktober 2024 har inte varit än. Skriv i dag, 1 oktober 2024, eller en tidigare dag.",),
        6: ("Datum: löftet gäller 1 januari 2023 till och med 31 december 2024. Du skrev 31 december 2022.",),
        7: ("Plats: välj en av platserna.",),
        9: ("Vad som gjordes: skriv något här.",),
        11: ("Aktivitet: skriv namnet som det står i löftet.",),
        12: (
            (
                "Anteckning: ”811228-9874” ser ut som ett personnummer och sparas inte. Numret pekar ut en person, och texten kan bli offentlig. "
                "Ta bort det och skriv utan personuppgifter."
            ),
        ),
        14: ("Nyckel: samma som på rad 13. Två rader är två utfall och har var sin nyckel.",),
        16: (
            (
                "Nyckel: ”811228-9874” ser ut som ett personnummer och sparas inte. Numret pekar ut en person, och texten kan bli offentlig. "
                "Ta bort det och skriv utan personuppgifter."
            ),
        ),
    }
    assert [(line.number, line.entry.place) for line in plan.having("new") if line.entry] == [(2, ""), (8, "Torget"), (10, ""), (13, "")]
    assert await standing(promise_id) == []


async def test_two_activities_of_one_name_are_not_told_apart_by_it(database_url: str) -> None:
    promise_id = await made.promise(activities=(WALKS, replace(WALKS, places=())))
    assert whys(await look(promise_id, "2024-09-01;Vandringar;1;Torget;;")) == {
        2: ("Aktivitet: flera i löftet heter ”Vandringar”. Registrera de raderna för hand.",)
    }


# ---------------------------------------------------------------- taken in, once
async def test_a_file_that_comes_again_records_nothing_more_and_a_longer_one_only_what_is_new(database_url: str) -> None:
    promise_id = await made.promise()
    rows = ["2024-09-01;Trafikkontroller;2;Nossebro;;", "2024-09-01;Trafikkontroller;2;Nossebro;;", "2024-09-02;Trafikkontroller;1;;Kväll;K1"]
    assert await take(promise_id, *rows) == 3
    with pytest.raises(Refusal, match=r"import\.nothing"):
        await take(promise_id, *rows)
    assert await take(promise_id, rows[0].replace("Nossebro", " nossebro"), *rows[1:], rows[0], "2024-09-03;TRAFIKKONTROLLER;4;;;") == 2
    assert [row[1] for row in await standing(promise_id)] == [2, 2, 2, 1, 4]


async def test_both_parties_may_have_counted_the_same(database_url: str) -> None:
    promise_id = await made.promise()
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        assert await take(promise_id, "2024-09-01;Trafikkontroller;1;;;", "2024-09-01;Trafikkontroller;1;;;7", organisation=organisation) == 2
    assert len(await standing(promise_id)) == 4


async def test_a_key_that_says_another_thing_than_before_is_refused_and_nothing_of_the_file_is_kept(database_url: str) -> None:
    promise_id = await made.promise()
    await take(promise_id, "2024-09-01;Trafikkontroller;2;;;K1")
    rows = ("2024-09-01;Trafikkontroller;3;;;K1", "2024-09-02;Trafikkontroller;1;;;K2", "2024-09-01;Trygghetssamtal;2;;;K1")
    why = ("Raden är redan inläst men sade något annat: 2, 1 september 2024. Rätta den i löftet i stället, så står skälet kvar.",)
    assert whys(await look(promise_id, *rows)) == {2: why, 4: why}
    with pytest.raises(Refusal, match=r"import\.wrong"):
        await take(promise_id, *rows)
    assert await standing(promise_id) == [("2024-09-01", 2, "", "")]


async def test_what_was_taken_back_does_not_come_again_with_its_file(database_url: str) -> None:
    promise_id = await made.promise()
    await take(promise_id, "2024-09-01;Trafikkontroller;2;;;")
    (row,) = (await made.read(promise_id))[1].recorded
    await actions.undo(cast.BJORKEN, row.id, by=made.ANNA, now=cast.START)
    assert [line.fate for line in (await look(promise_id, "2024-09-01;Trafikkontroller;2;;;")).lines] == ["known"]


async def test_what_changed_since_it_was_looked_through_is_looked_through_again(database_url: str) -> None:
    promise_id = await made.promise()
    row = "2024-09-01;Trafikkontroller;2;;;"
    seen = (await look(promise_id, row)).mark
    await take(promise_id, row)
    with pytest.raises(Refusal, match=r"import\.stale"):
        await actions.take_in(cast.BJORKEN, promise_id, body(row), seen=seen, by=made.ANNA, now=cast.START)
    with pytest.raises(Refusal, match=r"import\.stale"):
        await actions.take_in(cast.BJORKEN, promise_id, body("2024-09-01;Trafikkontroller;9;;;"), seen=seen, by=made.ANNA, now=cast.START)


async def test_the_log_has_one_event_for_a_file_with_its_sum(database_url: str) -> None:
    promise_id = await made.promise()
    rows = ("2024-09-01;Trafikkontroller;2;;;", "2024-03-05;Trafikkontroller;1;;;")
    await take(promise_id, *rows)
    *_, event = await history.events(cast.BJORKEN, promise_id)
    assert event.act == "outcome.imported"
    assert event.words == {"rows": "2 utfall", "amount": "3", "first": "5 mars 2024", "last": "1 september 2024"}
    assert event.content_hash == (await look(promise_id, *rows)).content_hash, "whoever has the file can tell that it was this one"


# ---------------------------------------------------------------- fetched, and taken in again
async def test_the_table_of_all_outcomes_comes_back_as_known_and_makes_the_same_sum_elsewhere(browser_of: BrowserOf) -> None:
    promise_id, other = await made.promise(activities=(WALKS,)), await made.promise(title="Ett annat löfte", activities=(WALKS,))
    first = await made.recorded(promise_id, 2, place="Nossebro", note="=1+1; kväll")
    await made.recorded(promise_id, 5, note="fel")
    anna = made.ANNA
    await promises.correct_outcome(
        cast.BJORKEN,
        first,
        by=anna,
        amount=3,
        happened_on=D(2024, 9, 12),
        note="Tre var det",
        form_key=uuid.uuid4(),
        place="Nossebro",
        now=cast.START,
    )
    wrong = next(row for row in (await made.read(promise_id))[1].standing if row.amount == 5)
    await actions.undo(cast.BJORKEN, wrong.id, by=anna, now=cast.START)
    table = (await (await browser_of("bo")).get(f"/loften/{promise_id}/utfall.csv")).content
    told = spreadsheet.read(table)
    assert sorted((row.cells["antal"], row.cells["räknas"], row.cells["part"], row.cells["registrerad av"]) for row in told.rows) == [
        ("0", "nej", "Björkens kommun", "Anna Asson"),
        ("2", "nej", "Björkens kommun", "Anna Asson"),
        ("3", "ja", "Björkens kommun", "Anna Asson"),
        ("5", "nej", "Björkens kommun", "Anna Asson"),
    ]
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        again = await actions.look_through(organisation, promise_id, table, now=cast.START)
        assert {line.fate for line in again.lines} == {"known"}, "whoever recorded them"
    elsewhere = await actions.look_through(cast.BJORKEN, other, table, now=cast.START)
    assert sorted(line.fate for line in elsewhere.lines) == ["new", "void", "void", "void"]
    await actions.take_in(cast.BJORKEN, other, table, seen=elsewhere.mark, by=anna, now=cast.START)
    assert await standing(other) == [("2024-09-12", 3, "Nossebro", "Tre var det")]
    assert {line.fate for line in (await actions.look_through(cast.BJORKEN, other, table, now=cast.START)).lines} == {"known", "void"}


async def test_the_template_has_every_activity_and_records_nothing_as_it_is(browser_of: BrowserOf) -> None:
    promise_id = await made.promise(activities=(WALKS,))
    blank = (await (await browser_of("ragna")).get(f"/rapportera/import/{promise_id}/mall.csv")).content
    assert [row.cells["aktivitet"] for row in spreadsheet.read(blank, files.NEEDED).rows] == ["Trafikkontroller", "Trygghetssamtal", "Vandringar"]
    assert (await actions.look_through(cast.BJORKEN, promise_id, blank, now=cast.START)).lines == []


def test_a_file_travels_through_a_form_unchanged_and_nothing_else_does() -> None:
    found = body("2024-09-01;Trafikkontroller;2;Åsen;;")
    assert files.unpacked(files.packed(found)) == found
    assert re.fullmatch("[A-Z2-7]+", files.packed(found))
    for odd in ("", "x", "ÅÄÖ", files.packed(found)[:-3] + "!", files.packed(found)[2:]):
        with pytest.raises(Refusal):
            spreadsheet.read(files.unpacked(odd), files.NEEDED)
    assert len(files.unpacked(files.packed(b"a" * 50_000_000))) <= spreadsheet.MOST_BYTES + 1


# ---------------------------------------------------------------- over the front door
async def choose(browser: httpx.AsyncClient, promise_id: uuid.UUID, content: bytes) -> httpx.Response:
    address = f"/rapportera/import/{promise_id}"
    token = cast.csrf((await browser.get(address)).text)
    return await browser.post(address, data={"_csrf_token": token}, files={"fil": ("utfall.csv", content, "text/csv")})


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


async def test_a_file_is_looked_through_and_then_taken_in(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    seen = await choose(ragna, promise_id, body("2024-09-01;Trafikkontroller;2;Åsen;;", "2024-09-02;Trafikkontroller;5;;;"))
    assert seen.status_code == 200
    assert "Läs in 2 rader" in seen.text
    assert "7 kontroller" in seen.text
    assert await standing(promise_id) == []
    done = await ragna.post(f"/rapportera/import/{promise_id}", data=hidden(seen.text))
    assert done.status_code == 303
    assert "Inläst: 2 rader." in (await ragna.get(done.headers["location"])).text
    assert await standing(promise_id) == [("2024-09-01", 2, "Åsen", ""), ("2024-09-02", 5, "", "")]
    again = await ragna.post(f"/rapportera/import/{promise_id}", data=hidden(seen.text))
    assert again.status_code == 422
    assert "något har ändrats sedan du såg igenom filen" in again.text
    assert len(await standing(promise_id)) == 2


async def test_what_is_wrong_in_a_file_stands_row_by_row_and_nothing_can_be_taken_in(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ragna = await browser_of("ragna")
    seen = await choose(ragna, promise_id, body("2024-09-01;Trafikkontroller;två;;;", "2024-09-02;Trafikkontroller;5;;;"))
    assert seen.status_code == 422
    assert "<strong>Rad 2</strong><br>Antal: skriv ett heltal, minst 1. Du skrev ”två”." in seen.text
    assert 'name="sett"' not in seen.text
    for content, words in (
        (b"", "Fil: välj en fil."),
        (b"PK\x03\x04", "gick inte att läsa"),
        (b"a;b\r\n1;2", "Det saknas ”datum”, ”aktivitet” och ”antal”"),
    ):
        refused = await choose(ragna, promise_id, content)
        assert refused.status_code == 422
        assert words in refused.text


async def test_who_is_no_party_takes_nothing_in(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    anna = await browser_of("anna")
    assert f"/rapportera/import/{promise_id}" in (await anna.get("/rapportera/import")).text
    carl = await browser_of("carl")
    assert "Inga löften att läsa in till" in (await carl.get("/rapportera/import")).text
    assert (await carl.get(f"/rapportera/import/{promise_id}")).status_code == 404
