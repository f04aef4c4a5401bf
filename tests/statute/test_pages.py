"""/lagen through HTTP: recording settles what was due and plans the next; nobody else sees it; a reminder arrives."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.obligations import given
from tests.paper.reading import said
from trygghet import clock as clocks
from trygghet import database
from trygghet.channels import Receipt
from trygghet.deliveries import sending
from trygghet.digests import actions as digests
from trygghet.obligations import actions as obligations
from trygghet.statute import actions

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from trygghet.channels import Message
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
D = dt.date.fromisoformat


async def post(client: httpx.AsyncClient, address: str = "/lagen", **fields: Any) -> httpx.Response:
    form = {"form_key": str(uuid.uuid4()), **fields, "_csrf_token": cast.csrf((await client.get("/frister")).text)}
    return await client.post(address, data=form)


async def open_duties(organisation: uuid.UUID = cast.BJORKEN) -> dict[str, str]:
    found = await obligations.obligations(organisation)
    return {one.duty.title: one.duty.due_on.isoformat() for one in found if one.by_law and one.done_at is None}


async def test_every_municipality_owes_what_the_law_asks_for_and_others_nothing(database_url: str) -> None:
    for _ in range(2):
        await actions.across_organisations_follow(now=cast.START)
    expected = {"Lägesbilden": "2026-07-01", "Uppföljningen av åtgärdsplanen": "2026-07-01", "Rapporten till kommunfullmäktige": "2025-12-31"}
    assert await open_duties() == await open_duties(cast.EKEN) == expected
    assert await open_duties(cast.SKOGEN) == {}


async def test_recording_settles_what_was_due_and_plans_the_next(browser_of: BrowserOf) -> None:
    await actions.follow(cast.BJORKEN, now=cast.START)
    anna = await browser_of("anna")
    answer = await post(
        anna, slag="situation", datum="2024-10-01", organ="Kommunstyrelsen", diarienummer="KS 2024/9", lank="https://example.org/bild"
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/lagen?sparat=situation#lagesbild")
    page = (await anna.get("/lagen?sparat=situation")).text
    for words in (
        "KS 2024/9",
        "Lägesbild: det är antecknat",
        "senast 1 oktober 2026",
        "Anna Asson, Säkerhetssamordnare",
        'href="https://example.org/bild"',
    ):
        assert words in page, words
    assert (await open_duties())["Uppdateringen av lägesbilden"] == "2026-10-01"
    seen = (await anna.get("/frister")).text
    assert "Enligt lagen, syns bara hos er" in seen
    assert seen.index("Uppdateringen av lägesbilden") < seen.index('id="klart"') < seen.index("<h3>Lägesbilden</h3>")


async def test_the_same_form_twice_is_one_row(browser_of: BrowserOf) -> None:
    anna, key = await browser_of("anna"), str(uuid.uuid4())
    for _ in range(2):
        assert (await post(anna, slag="council", datum="2024-09-10", form_key=key)).status_code == 303
    assert len((await actions.read(cast.BJORKEN)).records) == 1


async def test_a_correction_is_a_new_row_and_the_duties_follow_it(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    await post(anna, slag="plan", datum="2024-09-12", organ="Kommunfullmäktige")
    (first,) = (await actions.read(cast.BJORKEN)).records
    address = f"/lagen/rader/{first.id}"
    assert 'value="2024-09-12"' in (await anna.get(address)).text
    assert (await post(anna, address, datum="2024-09-21", organ="Kommunfullmäktige")).status_code == 303
    assert (await open_duties())["Uppföljningen av åtgärdsplanen"] == "2026-09-21"
    assert "Raden är redan rättad" in (await post(anna, address, datum="2024-09-22", organ="Kommunfullmäktige")).text
    second = next(one for one in (await actions.read(cast.BJORKEN)).records if one.corrects_id == first.id)
    assert "Skäl" in (await post(anna, f"/lagen/rader/{second.id}/stryk", skal=" ")).text
    assert (await post(anna, f"/lagen/rader/{second.id}/stryk", skal="Beslutet upphävdes.")).status_code == 303
    assert (await open_duties())["Uppföljningen av åtgärdsplanen"] == "2026-07-01"
    assert sorted(one.withdrawn for one in (await actions.read(cast.BJORKEN)).records) == [False, False, True]
    page = " ".join((await anna.get("/lagen")).text.split())
    assert "Rättade och strukna rader: 2" in page
    assert "12 september 2024, Kommunfullmäktige: rättad till 21 september 2024" in page
    assert "21 september 2024, Kommunfullmäktige: struken av Anna Asson" in page
    assert "Skäl: Beslutet upphävdes." in page
    async with database.within(cast.BJORKEN) as link:
        for statement in ("UPDATE statute_record SET note = 'x'", "DELETE FROM statute_record"):
            with pytest.raises(Exception, match="permission denied"):
                async with database.within(cast.BJORKEN):
                    await link.execute(statement)


async def test_what_is_wrong_is_said_in_its_own_form_with_what_was_typed(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    answer = await post(anna, slag="plan", datum="2024-13-01", organ="Nämnden", anteckning="Kvar")
    assert answer.status_code == 422
    form = re.search(r"<details[^>]* open>.*?</details>", answer.text, re.DOTALL)
    assert form
    assert 'id="plan-datum-fel"' in form.group()
    assert "2024-13-01" in form.group()
    assert 'value="Kvar"' in form.group()
    assert (await post(anna, slag="annat", datum="2024-09-01")).status_code == 404
    assert (await actions.read(cast.BJORKEN)).records == []


async def test_only_a_municipality_has_the_page_and_only_its_coordinator_writes(browser_of: BrowserOf) -> None:
    per, bo, ragna = [await browser_of(who) for who in ("per", "bo", "ragna")]
    for address in ("/lagen", "/lagen/pdf", "/lagen/word"):
        assert (await per.get(address)).status_code == 404
        assert (await bo.get(address)).status_code == 200
    assert (await post(per, slag="council", datum="2024-09-10")).status_code == 404
    assert "/lagen" not in (await per.get("/frister")).text
    assert 'href="/lagen"' in (await bo.get("/frister")).text
    for client in (bo, ragna):
        assert "Anteckna lägesbilden" not in (await client.get("/lagen")).text
        assert (await post(client, slag="council", datum="2024-09-10")).status_code == 403


async def test_the_document_for_the_council_says_what_the_page_says(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    await post(anna, slag="plan", datum="2024-09-12", organ="Kommunfullmäktige", diarienummer="KS 2024/5")
    made = await anna.get("/lagen/pdf")
    assert made.headers["content-disposition"] == 'attachment; filename="lagen-2024-10-01.pdf"'
    words = " ".join(said(made.content).split())
    for part in ("Björkens kommun", "Åtgärdsplan, 5 och 6 §§", "Kommunfullmäktige", "KS 2024/5", "Ingen lägesbild är antecknad."):
        assert part in words, part
    assert (await anna.get("/lagen/word")).content.startswith(b"PK")


# ---------------------------------------------------------------- one's own alone
async def test_what_one_organisation_owes_alone_is_nowhere_at_the_other_party(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    anna, per = await browser_of("anna"), await browser_of("per")
    await post(anna, slag="rhythm", datum="2024-10-31", intervall="12")
    for address in ("/frister", "/paminnelser", "/paminnelser.csv", "/oversikt"):
        assert "kommunfullmäktige" in (await anna.get(address)).text, address
        assert "kommunfullmäktige" not in (await per.get(address)).text, address
    for address in (f"/loften/{promise_id}", f"/loften/{promise_id}/historik", "/utskick?visa=planerade"):
        assert "kommunfullmäktige" not in (await per.get(address)).text, address
    assert [one for one in await obligations.obligations(cast.SKOGEN) if one.by_law] == []


class _Post:
    """Keeps the letters."""

    repeatable = False

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def send(self, message: Message) -> Receipt:
        self.letters.append(message)
        return Receipt()

    async def find(self, message: Message) -> Receipt | None:
        return None

    async def close(self) -> None:
        """Nothing is open."""


async def _deliver(until: dt.datetime, settings: Settings) -> list[Any]:
    box = _Post()
    while batches := await digests.across_organisations_hand_out(now=until, wall=clocks.wall()):
        for batch in batches:
            await sending.across_organisations_deliver(
                batch, composers={"reminder": digests.composer(settings)}, channels={"mail": box}, now=until, wall=clocks.wall()
            )
    return box.letters


async def test_a_reminder_of_what_the_law_asks_for_arrives_and_ends_when_it_is_recorded(
    browser_of: BrowserOf, clock: HandClock, settings: Settings
) -> None:
    anna = await browser_of("anna")
    await post(anna, slag="rhythm", datum="2024-11-01", intervall="12")
    letters = await _deliver(dt.datetime(2024, 10, 2, 6, tzinfo=dt.UTC), settings)
    assert {one.subject for one in letters} == {"Rapporten till kommunfullmäktige i Björken ska vara klar om 30 dagar"}
    assert sorted(one.to_address for one in letters) == sorted([cast.email("anna"), cast.email("bo")])
    assert "/lagen" in letters[0].text
    late = await _deliver(dt.datetime(2024, 11, 15, 7, tzinfo=dt.UTC), settings)
    assert {one.subject for one in late} == {"Rapporten till kommunfullmäktige i Björken skulle ha varit klar för 14 dagar sedan"}
    assert len(late) == 2, "after an outage the latest speaks for all"
    assert "Är det inte klart kommer nästa påminnelse 22 november 2024." in late[0].text, "a week later"
    clock.at = dt.datetime(2024, 11, 16, 8, tzinfo=dt.UTC)
    await post(anna, slag="report", datum="2024-11-16", organ="Kommunstyrelsen")
    assert await _deliver(dt.datetime(2025, 2, 3, 7, tzinfo=dt.UTC), settings) == []
    assert (await open_duties())["Rapporten till kommunfullmäktige"] == "2025-11-01"
