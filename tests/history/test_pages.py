"""The log as the parties read it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests import cast, made
from trygghet.history import actions, log, rules
from trygghet.history.rules import Actor, Entry, Event

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
ANNA = Actor(cast.person_id("anna"), "Anna Asson", "Säkerhetssamordnare")
PIA = Actor(cast.person_id("pia"), "Pia Psson", "Lokalpolisområdeschef")
DAY = dt.timedelta(days=1)


async def test_the_latest_stands_first_under_its_day_with_who_for_whom_and_why(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await made.recorded(promise, 3, note="Två kvällar i rad.")
    withdrawn = Entry("update.withdrawn", uuid.uuid4(), "2.4", words={"title": "Så går det", "why": "Punkt tre måste kunna räknas."})
    await actions.record(cast.SKOGEN, promise, withdrawn, by=PIA, now=cast.START + DAY)
    page = (await (await browser_of("bo")).get(f"/loften/{promise}/historik")).text
    told = [
        page.index(one) for one in ("Onsdag 2 oktober 2024", "Drog tillbaka uppdateringen: Så går det", "Tisdag 1 oktober 2024", "Registrerade 3")
    ]
    assert told == sorted(told)
    for words in ("Pia Psson, Lokalpolisområdeschef,", "LPO Skogen", "Punkt tre måste kunna räknas.", "Två kvällar i rad.", "Lydelse 2, text 4"):
        assert words in page
    assert "Systemet, på uppdrag av Björkens kommun" in page, "nobody was named as the one who entered it"
    assert "Kedjan är hel, 3 händelser." in page


async def test_what_is_ones_own_is_marked_and_the_others_see_only_that_the_chain_goes_on(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await actions.record(cast.BJORKEN, promise, Entry("wording.started", words={"kind": "change"}, shared=False), by=ANNA, now=cast.START)
    await actions.record(cast.SKOGEN, promise, Entry("update.approved", words={"title": "Så går det"}), by=PIA, now=cast.START + DAY)
    ours = (await (await browser_of("anna")).get(f"/loften/{promise}/historik")).text
    theirs = (await (await browser_of("per")).get(f"/loften/{promise}/historik")).text
    assert "Började skriva en ändring" in ours
    assert "Bara ni ser det" in ours
    assert "Började skriva" not in theirs
    assert "Anna Asson" not in theirs
    assert "1 händelse syns bara för den part som gjorde den." in theirs
    assert "Strax före: 1 händelse som bara den part som gjorde den ser." in theirs
    assert "Kedjan är hel, 3 händelser." in theirs


async def test_the_list_can_be_narrowed_and_is_parted_into_pages(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    for minute in range(60):
        now = cast.START + dt.timedelta(minutes=minute)
        await actions.record(cast.BJORKEN, promise, Entry("wording.edited", version=f"1.{minute + 1}"), by=ANNA, now=now)
    await made.recorded(promise, 3)
    anna = await browser_of("anna")
    first, second = [(await anna.get(f"/loften/{promise}/historik?slag=text&sida={number}")).text for number in (1, 2)]
    assert first.count('id="handelse-') == 50
    assert second.count('id="handelse-') == 11
    assert "Tidigare händelser" in first
    assert "Senare händelser" in second
    assert "Registrerade" not in first + second
    assert (await anna.get(f"/loften/{promise}/historik?slag=outcomes")).text.count('id="handelse-') == 1
    for odd in ("slag=finns-inte", "slag=keys", "sida=0", "sida=x", "sida=²", "sida=99999999999"):
        answer = await anna.get(f"/loften/{promise}/historik?{odd}")
        assert answer.text.count('id="handelse-') == 50, odd
    assert "Ingenting att visa här" in (await anna.get(f"/loften/{promise}/historik?sida=99")).text


async def test_it_leads_to_what_it_tells_of_where_that_is_still_there(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    anna = await browser_of("anna")
    form = await anna.get(f"/loften/{promise}/uppdateringar/ny")
    typed = {"rubrik": "Så går det", "text": "Två i veckan.", "_csrf_token": cast.csrf(form.text)}
    where = (await anna.post(f"/loften/{promise}/uppdateringar/ny", data=typed)).headers["location"]
    assert f'<a href="{where}">Skrev en uppdatering: Så går det</a>' in (await anna.get(f"/loften/{promise}/historik")).text
    gone = await anna.post(f"{where}/slang", data={"_csrf_token": typed["_csrf_token"]})
    assert gone.status_code == 303
    page = (await anna.get(f"/loften/{promise}/historik")).text
    assert "Slängde utkastet till en uppdatering: Så går det" in page
    assert f'href="{where}"' not in page


async def test_a_broken_chain_is_told_on_the_page_too(browser_of: BrowserOf, database_url: str) -> None:
    promise = await made.promise()
    await made.recorded(promise, 3)
    superuser = await asyncpg.connect(database_url)
    await superuser.execute("UPDATE event SET person_name = 'Någon annan' WHERE seq = 2")
    await superuser.close()
    assert "Kedjan är bruten. Händelse 2: den har ändrats." in (await (await browser_of("bo")).get(f"/loften/{promise}/historik")).text


async def test_the_downloads_carry_every_hash_and_are_the_same_bytes_each_time(browser_of: BrowserOf) -> None:
    promise = await made.promise()
    await made.recorded(promise, 3, note="=1+1")
    anna = await browser_of("anna")
    table, data = [await anna.get(f"/loften/{promise}/historik.{kind}") for kind in ("csv", "json")]
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[2].startswith("2;2024-10-01 08:00:00;Björkens kommun;Anna Asson;Säkerhetssamordnare;Registrerade 3 den")
    assert "'=1+1" in table.text
    for event in await actions.events(cast.BJORKEN, promise):
        assert event.hash in table.text
    found = json.loads(data.content)
    assert [one["seq"] for one in found] == [1, 2]
    assert _read(found[1]) == (await actions.events(cast.BJORKEN, promise))[1]
    assert rules.link_hash(_read(found[1])) == found[1]["hash"], "whoever has the file can reckon the hash from it"
    assert [(await anna.get(f"/loften/{promise}/historik.{kind}")).content for kind in ("csv", "json")] == [table.content, data.content]


def _read(told: dict[str, object]) -> Event:
    ids = {name: uuid.UUID(str(told[name])) for name in ("id", "promise_id", "organisation_id", "person_id", "subject_id") if told[name]}
    return Event(**{**told, **ids, "at": dt.datetime.fromisoformat(str(told["at"]))})  # type: ignore[arg-type]


async def test_each_partys_diary_number_stands_on_top(browser_of: BrowserOf, database_url: str) -> None:
    promise = await made.promise()
    superuser = await asyncpg.connect(database_url)
    await superuser.execute(
        "INSERT INTO diary_number (promise_id, organisation_id, number, at) VALUES ($1, $2, 'KS 2024/118', $3)", promise, cast.BJORKEN, cast.START
    )
    await superuser.close()
    assert (
        'Björkens kommun: <span class="nowrap">diarienummer KS 2024/118</span>'
        in (await (await browser_of("per")).get(f"/loften/{promise}/historik")).text
    )


@pytest.mark.parametrize("act", rules.ACTS)
def test_every_act_has_a_kind_a_right_and_a_sentence(act: str) -> None:
    from trygghet.tenancy import Act

    told = rules.ACTS[act]
    assert told.kind in rules.KINDS
    assert Act(told.right)
    sentence = rules.sentence(act, dict.fromkeys(rules.needed_words(act), "x"))
    assert sentence[0].isupper()
    assert not sentence.endswith(".")
    assert "{" not in sentence


def test_events_that_were_logged_out_of_order_stand_in_the_order_of_their_time() -> None:
    events = [_event(1, cast.START), _event(2, cast.START - DAY), _event(3, cast.START)]
    found = log.page(events, log.Surroundings(title="", is_signed=True, names={}, diary_numbers=(), addresses={}), log.Verdict(3, ()))
    assert [[line.event.seq for line in lines] for _, lines in found.days] == [[3, 1], [2]]
    assert [day for day, _ in found.days] == [dt.date(2024, 10, 1), dt.date(2024, 9, 30)]


def _event(seq: int, at: dt.datetime) -> Event:
    blank = dict.fromkeys((one.name for one in dataclasses.fields(Event)), "")
    return Event(**{**blank, "seq": seq, "at": at, "act": "wording.edited", "words": {}, "shared": True})  # type: ignore[arg-type]
