"""A text begins from last period's promise, from another municipality's, or from nothing; and a signed one is changed, extended or ended."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace

import pytest

from tests import cast, made
from tests.wordings.writer import HEAD, Writer, begun, fields
from trygghet.periods import Validity
from trygghet.promises import actions as promises
from trygghet.promises.rules import Source
from trygghet.wordings import actions, beginning, starting
from trygghet.wordings.manuscript import HEAD_ID, Manuscript, empty
from trygghet.wordings.rules import Side

pytestmark = pytest.mark.anyio
TODAY = cast.START.date()


async def manuscripts(organisation: uuid.UUID) -> list[Manuscript]:
    """The texts that are being written, by their titles."""
    return sorted((one.manuscript for one in await actions.open_wordings(organisation)), key=lambda one: one.head["title"])


# ---------------------------------------------------------------- the days of what follows
@pytest.mark.parametrize(
    ("first", "last", "next_first", "next_last"),
    [
        ("2023-01-01", "2024-12-31", "2025-01-01", "2026-12-31"),
        ("2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"),
        ("2023-07-01", "2023-09-30", "2023-10-01", "2023-12-31"),
        ("2023-02-01", "2024-01-31", "2024-02-01", "2025-01-31"),
        ("2023-03-06", "2025-12-31", "2026-01-01", "2028-10-28"),
        ("2023-03-15", "2024-03-14", "2024-03-15", "2025-03-14"),
        ("2024-02-29", "2024-02-29", "2024-03-01", "2024-03-01"),
    ],
)
def test_the_next_promise_begins_the_day_after_and_is_as_long(first: str, last: str, next_first: str, next_last: str) -> None:
    days = beginning.next_days(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert [day.isoformat() for day in days] == [next_first, next_last]


@pytest.mark.parametrize(
    ("title", "new"),
    [
        ("Medborgarlöfte i Björken 2023–2024", "Medborgarlöfte i Björken 2025–2026"),
        ("Löfte 2023-24 för Björken", "Löfte 2025–2026 för Björken"),
        ("Löfte 2024", "Löfte 2025–2026"),
        ("Medborgarlöfte i Björken", "Medborgarlöfte i Björken 2025–2026"),
        ("", "2025–2026"),
    ],
)
def test_the_title_gets_the_new_years(title: str, new: str) -> None:
    assert beginning.renamed(title, dt.date(2025, 1, 1), dt.date(2026, 12, 31)) == new


def test_days_inside_move_as_far_as_the_first_day_and_the_sources_stay_behind() -> None:
    task, source = uuid.uuid4(), uuid.uuid4()
    text = empty().add("activity", part_id=task).set_field(task, "due_on", "2023-06-30").set_field(task, "at_least", "12")
    text = text.add("source", part_id=source).set_field(source, "title", "Trygghetsmätning 2022")
    after = beginning.successor(text, Validity(dt.date(2023, 1, 1), dt.date(2024, 12, 31)))
    (moved,) = after.of("activity")
    assert (moved["due_on"], moved["at_least"]) == ("2025-06-30", "12")
    assert moved.id != task, "what is counted on it is another promise's"
    assert after.of("source") == []


def test_an_open_promise_leaves_the_days_to_be_filled_in() -> None:
    text = empty().set_field(HEAD_ID, "valid_from", "2023-01-01").set_field(HEAD_ID, "title", "Löfte")
    after = beginning.successor(text, Validity(dt.date(2023, 1, 1), None, dt.date(2025, 1, 1)))
    assert (after.head["valid_from"], after.head["valid_until"], after.head["title"]) == ("", "", "Löfte")


# ---------------------------------------------------------------- through the front door
async def test_the_successor_of_ones_own_promise_takes_over_the_day_after(browser_of: cast.BrowserOf) -> None:
    old = await made.promise(sources=(Source(kind="survey", title="Mätning 2022"),))
    anna = await browser_of("anna")
    page = await anna.get(f"/loften/ny?fran={old}")
    assert "1 januari 2025 till och med 31 december 2026" in page.text
    at = await begun(anna, fran=str(old))
    writer = Writer(anna, at)
    html = await writer.open()
    head = fields(html, HEAD)
    assert (head["title"], head["valid_from"], head["valid_until"]) == ("Medborgarlöfte i Björken 2025–2026", "2025-01-01", "2026-12-31")
    assert re.findall(r"<li>([^<]+)<button", html)[:2] == ["Björkens kommun", "LPO Skogen"]
    assert "Mätning 2022" not in html
    assert "Lugnare trafik vid skolorna." in html
    wording = (await actions.open_wordings(cast.BJORKEN))[0]
    assert (await starting.around(cast.BJORKEN, wording, TODAY)).time.previous_last == dt.date(2024, 12, 31)
    assert "ordagrant" in html, "the advice knows what it follows"


async def test_the_same_form_sent_twice_begins_one_text(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    page = await anna.get("/loften/ny")
    key = re.search(r'name="form_key" value="([^"]+)"', page.text)
    assert key
    for _ in range(2):
        await anna.post("/loften/ny", data={"_csrf_token": cast.csrf(page.text), "form_key": key[1]})
    assert len(await actions.open_wordings(cast.BJORKEN)) == 1


async def test_the_police_begin_the_same_promise_in_several_municipalities_with_each_ones_name_and_party(browser_of: cast.BrowserOf) -> None:
    old = await made.promise(title="Medborgarlöfte för Björken 2023–2024")
    per = await browser_of("per")
    answer_at = await begun(per, fran=str(old), kommun=[str(cast.BJORKEN), str(cast.EKEN)])
    assert answer_at == "/loften#skrivs"
    bjorken, eken = await manuscripts(cast.SKOGEN)
    assert (bjorken.head["title"], eken.head["title"]) == ("Medborgarlöfte för Björken 2025–2026", "Medborgarlöfte för Eken")
    assert eken.head["area"] == "Eken"
    assert {one["organisation"] for one in bjorken.of("party")} == {str(cast.BJORKEN), str(cast.SKOGEN)}
    assert {one["organisation"] for one in eken.of("party")} == {str(cast.EKEN), str(cast.SKOGEN)}
    assert eken.head["valid_from"] == "", "nobody knows when Eken's own promise ends"
    assert [one["name"] for one in eken.of("contact")] == [""], "somebody else is to be asked there"
    assert not {one.id for one in bjorken.parts} & {one.id for one in eken.parts} - {HEAD_ID}


async def test_each_municipality_goes_on_from_its_own_promise_when_it_has_one(browser_of: cast.BrowserOf) -> None:
    old = await made.promise()
    await made.promise(
        by=cast.EKEN,
        title="Ekens löfte 2024",
        parties=(made.EKEN, made.SKOGEN),
        valid_from=dt.date(2024, 1, 1),
        valid_until=dt.date(2025, 6, 30),
        contacts=(),
    )
    per = await browser_of("per")
    await begun(per, fran=str(old), kommun=[str(cast.EKEN)])
    (eken,) = await manuscripts(cast.SKOGEN)
    assert (eken.head["valid_from"], eken.head["valid_until"]) == ("2025-07-01", "2027-06-30")
    assert eken.head["title"].endswith("2025–2027")


async def test_what_still_names_the_old_municipality_is_pointed_out_where_it_stands(browser_of: cast.BrowserOf) -> None:
    old = await made.promise(oath="Vi lovar Björkens invånare lugnare gator.")
    per = await browser_of("per")
    at = await begun(per, fran=str(old), kommun=[str(cast.EKEN)])
    html = await Writer(per, at).open()
    assert re.search(r'id="n-000000000001-oath">\s*<details class="advice">.*?Här nämns Björken, som inte är part i löftet', html, re.DOTALL)


async def test_another_municipalitys_published_promise_can_be_begun_from_and_nothing_of_it_but_what_residents_read(
    browser_of: cast.BrowserOf,
) -> None:
    old = await made.promise()
    oda = await browser_of("oda")
    listed = (await oda.get("/loften/ny?sok=björken")).text
    assert "Medborgarlöfte i Björken 2023–2024" in listed
    assert "Medborgarlöfte i Björken" not in (await oda.get("/loften/ny?sok=finns inte")).text
    at = await begun(oda, fran=str(old))
    html = await Writer(oda, at).open()
    head = fields(html, HEAD)
    assert (head["title"], head["area"], head["valid_from"]) == ("Medborgarlöfte i Ön", "Ön", "")
    assert re.findall(r"<li>([^<]+)<button", html)[:1] == ["Öns kommun"]
    (text,) = await manuscripts(cast.ON)
    assert [one["title"] for one in text.every("activity")] == ["Trafikkontroller", "Trygghetssamtal"]
    assert (await oda.get(f"/loften/{old}")).status_code == 404


async def test_nobody_begins_from_what_is_not_published_or_for_a_municipality_that_is_not_theirs(browser_of: cast.BrowserOf) -> None:
    anna, per, oda = [await browser_of(who) for who in ("anna", "per", "oda")]
    wording = await begun(anna)
    private = (await actions.read(cast.BJORKEN, uuid.UUID(wording.rsplit("/", 1)[1]))).promise_id
    page = await oda.get("/loften/ny")
    for client, form in (
        (oda, {"fran": str(private)}),
        (oda, {"fran": str(uuid.uuid4())}),
        (oda, {"fran": "något"}),
        (per, {"kommun": str(cast.ON)}),
        (per, {"kommun": "x"}),
    ):
        token = cast.csrf((await client.get("/loften/ny")).text)
        assert (await client.post("/loften/ny", data={**form, "_csrf_token": token})).status_code == 404, form
    assert "Skogen" not in page.text, "a stranger has no area of Skogen's to choose from"


async def test_the_police_alone_say_later_which_municipality_it_is_for(browser_of: cast.BrowserOf) -> None:
    per = await browser_of("per")
    writer = Writer(per, await begun(per))
    html = await writer.open()
    assert re.findall(r"<li>([^<]+)<button", html) == ["LPO Skogen"]
    assert "Kommunen som löftet gäller" in html
    assert (await writer.type(HEAD, concerns=str(cast.BJORKEN))).status_code == 303
    assert fields(await writer.open(), HEAD)["concerns"] == str(cast.BJORKEN)


# ---------------------------------------------------------------- a signed promise
async def test_a_change_begins_with_the_text_as_it_is_and_keeps_the_ids_of_its_parts(browser_of: cast.BrowserOf) -> None:
    old = await made.promise()
    anna = await browser_of("anna")
    token = cast.csrf((await anna.get(f"/loften/{old}")).text)
    answer = await anna.post(f"/loften/{old}/lydelser", data={"kind": "change", "_csrf_token": token})
    assert answer.status_code == 303
    writer = Writer(anna, answer.headers["location"].removesuffix("/skriv"))
    html = await writer.open()
    assert "Skälet till ändringen" in html
    (text,) = await manuscripts(cast.BJORKEN)
    promise = await promises.read(cast.BJORKEN, old)
    assert {one.id for one in promise.all_activities} == {one.id for one in text.every("activity")}
    assert "Skälet till ändringen: skriv något här." in await writer.open("?kontroll=ja")
    await writer.type(HEAD, reason="Fler kontroller behövs.")
    assert fields(await writer.open(), HEAD)["reason"] == "Fler kontroller behövs."
    assert "Inget saknas" in await writer.open("?kontroll=ja")


@pytest.mark.parametrize(("kind", "day", "slip"), [("extension", "2024-06-30", "senare"), ("early_end", "2025-12-31", "tidigare")])
async def test_an_extension_and_an_early_end_show_the_days_and_the_reason_first(browser_of: cast.BrowserOf, kind: str, day: str, slip: str) -> None:
    old = await made.promise()
    anna = await browser_of("anna")
    token = cast.csrf((await anna.get(f"/loften/{old}")).text)
    answer = await anna.post(f"/loften/{old}/lydelser", data={"kind": kind, "_csrf_token": token})
    writer = Writer(anna, answer.headers["location"].removesuffix("/skriv"))
    html = await writer.open()
    assert html.index('name="reason"') < html.index('name="valid_until"') < html.index('name="title"')
    await writer.type(HEAD, reason="Så här blev det.", valid_until=day)
    assert re.search(rf'href="#f-000000000001-valid_until">[^<]*{slip}', await writer.open("?kontroll=ja"))


async def test_one_text_of_a_promise_is_open_at_a_time_and_the_way_leads_to_it(browser_of: cast.BrowserOf) -> None:
    old = await made.promise()
    anna, per = await browser_of("anna"), await browser_of("per")
    token = cast.csrf((await anna.get(f"/loften/{old}")).text)
    first = await anna.post(f"/loften/{old}/lydelser", data={"kind": "change", "_csrf_token": token})
    again = await anna.post(f"/loften/{old}/lydelser", data={"kind": "extension", "_csrf_token": token})
    assert again.headers["location"] == first.headers["location"].replace("/skriv", "?pagar=ja")
    theirs = await per.post(f"/loften/{old}/lydelser", data={"kind": "change", "_csrf_token": cast.csrf((await per.get(f"/loften/{old}")).text)})
    assert theirs.status_code == 422
    assert "Den andra parten har redan börjat på en ändring" in theirs.text
    assert (await anna.post(f"/loften/{old}/lydelser", data={"kind": "dikt", "_csrf_token": token})).status_code in {303, 404}


# ---------------------------------------------------------------- names of others
def test_a_neighbours_name_is_noticed_as_a_word_of_its_own_only() -> None:
    near = [
        Side(cast.EKEN, "eken", "Ekens kommun", "Eken", "municipality"),
        Side(cast.BJORKEN, "bjorken", "Björkens kommun", "Björken", "municipality"),
    ]
    party = uuid.uuid4()
    text = empty().add("party", part_id=party).set_field(party, "organisation", str(cast.BJORKEN))
    text = text.set_field(HEAD_ID, "oath", "Ekens torg och Björkens torg, men inte Ekenäs eller eken i parken.")
    assert beginning.foreign(text, near) == {(HEAD_ID, "oath"): ["Eken"]}
    assert beginning.foreign(text, []) == {}


def test_what_another_party_answered_for_is_left_to_be_chosen() -> None:
    old, new = Side(cast.BJORKEN, "bjorken", "Björkens kommun", "Björken", "municipality"), Side(cast.ON, "on", "Öns kommun", "Ön", "municipality")
    tasks = {str(one): uuid.uuid4() for one in (cast.BJORKEN, cast.SKOGEN)}
    text = empty().set_field(HEAD_ID, "title", "Björkens löfte i Björken")
    for organisation, task in tasks.items():
        text = text.add("activity", part_id=task).set_field(task, "organisation", organisation)
    swapped = beginning.localised(text, old, new, [cast.ON])
    assert swapped.head["title"] == "Öns löfte i Ön"
    assert [one["organisation"] for one in swapped.of("activity")] == [str(cast.ON), ""]
    assert replace(swapped.head, fields={}).id == HEAD_ID
