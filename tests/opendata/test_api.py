"""The API over the front door: the same as on the pages, in parts, and nothing that is not told."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made
from tests.followups import room
from tests.site import given
from trygghet import clock, database
from trygghet.opendata import rules, tally
from trygghet.opendata.rules import Meter, TooMany

if TYPE_CHECKING:
    import httpx
    from litestar import Litestar

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from trygghet import embedded

pytestmark = pytest.mark.anyio
DAY = dt.timedelta(days=1)


async def _get(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(f"/api/v1{path}")
    assert answer.status_code == 200, (path, answer.text)
    assert answer.headers["access-control-allow-origin"] == "*"
    return answer.json()


# ---------------------------------------------------------------- what it tells
async def test_a_promise_is_told_with_its_parts_and_how_far_they_have_come(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 4)
    await made.recorded(promise_id, 5, happened_on=dt.date(2023, 5, 2))
    found = await _get(await browser_of(), f"/promises/{promise_id}")
    assert (found["state"], found["municipalities"], found["valid_until"]) == ("ending", ["bjorken"], "2024-12-31")
    assert found["definitions"] == [{"term": "infart", "meaning": "väg in i tätorten"}]
    [area] = found["areas"]
    [goal], [talks] = area["goals"], area["activities"]
    [checks] = goal["activities"]
    assert (checks["title"], checks["total"], checks["outcomes"], checks["last_outcome_on"]) == ("Trafikkontroller", 9, 2, "2024-09-12")
    assert checks["tally"] == {
        "period_first": "2024-01-01",
        "period_last": "2024-12-31",
        "done": 4,
        "promised": 12,
        "expected": 8.98,
        "difference": -4.98,
    }
    assert (talks["target"]["at_least"], talks["tally"]["promised"]) == (None, None)
    rows = await _get(await browser_of(), f"/promises/{promise_id}/outcomes")
    assert [(one["on"], one["amount"], one["unit"]) for one in rows["data"]] == [("2023-05-02", 5, "kontroller"), ("2024-09-12", 4, "kontroller")]


async def test_what_is_told_on_a_later_day_is_told_here_that_day_too(browser_of: BrowserOf, clock: HandClock) -> None:
    later = replace(made.TALKS, title="Hemlig insats", public_after=dt.date(2024, 11, 1))
    promise_id = await made.promise(areas=(replace(made.DRAFT.areas[0], activities=(later,)),))
    residents = await browser_of()
    paths = [
        f"/api/v1/promises/{promise_id}",
        f"/api/v1/promises/{promise_id}/outcomes",
        "/oppna-data/aktiviteter.csv",
        "/bjorken/data/aktiviteter.csv",
    ]
    assert not [path for path in paths if "Hemlig insats" in (await residents.get(path)).text]
    clock.at = dt.datetime(2024, 11, 1, 8, tzinfo=dt.UTC)
    assert "Hemlig insats" in (await residents.get(paths[0])).text
    assert "Hemlig insats" in (await residents.get(paths[2])).text


async def test_nobodys_name_is_data_to_pass_on(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 4)
    residents = await browser_of()
    for path in (
        f"/api/v1/promises/{promise_id}",
        "/api/v1/promises",
        "/oppna-data/loften.csv",
        "/oppna-data/utfall.csv",
        "/oppna-data/aktiviteter.csv",
    ):
        text = (await residents.get(path)).text
        assert "Björken" in text
        assert not [one for one in ("Bsson", "Psson", "Asson", "@", "0500") if one in text], path


async def test_an_update_keeps_its_corrections_and_one_that_was_taken_back_its_reason(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    right = await given.told(promise_id, at=cast.START - DAY, changed=cast.START, corrections=[{"on": "2024-10-01", "text": "Den 12 maj."}])
    gone = await given.told(promise_id, at=cast.START - 2 * DAY, withdrawn=cast.START, body="Det som stod här var fel.")
    residents = await browser_of()
    first, second = (await _get(residents, "/updates"))["data"]
    assert (first["id"], first["corrections"]) == (str(right), [{"on": "2024-10-01", "text": "Den 12 maj."}])
    assert (second["id"], second["body"], second["withdrawn_why"]) == (str(gone), None, "Fel gata.")
    for path in ("/api/v1/updates", "/oppna-data/uppdateringar.csv", "/flode.json"):
        assert "Det som stod här var fel" not in (await residents.get(path)).text
    assert (await residents.get(second["page"])).status_code == 410
    since = (
        (await _get(residents, "/updates?changed_since=2024-10-01T06:00:01%2B00:00"))["total"],
        (await _get(residents, "/updates?changed_since=2024-10-01"))["total"],
    )
    assert since == (0, 2)


async def test_a_signed_follow_up_is_told_with_each_partys_verdicts(browser_of: BrowserOf) -> None:
    one = await room.signed()
    residents = await browser_of()
    found = await _get(residents, f"/follow-ups?promise={one.room.promise_id}")
    [told] = found["data"]
    assert {said["party"] for judged in told["subjects"] for said in judged["assessments"]} == {"Björkens kommun", "LPO Skogen"}
    assert (await residents.get(told["data"])).status_code == (await residents.get(told["page"])).status_code == 200
    assert "Björkens kommun" in (await residents.get("/oppna-data/uppfoljningar.csv")).text


async def test_every_municipality_is_there_and_a_police_area_with_its_days(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    found = await _get(residents, "/municipalities")
    assert {one["slug"]: one["promises"] for one in found["data"]} == {"bjorken": 1, "eken": 0, "on": 0}
    assert (await _get(residents, "/municipalities/bjorken"))["code"] == "0001"
    [area] = (await _get(residents, "/police-areas"))["data"]
    assert {"slug": "bjorken", "first": "2020-01-01", "until": None} in area["municipalities"]


async def test_a_promise_of_two_municipalities_is_told_once_and_found_by_both(browser_of: BrowserOf) -> None:
    promise_id = await made.promise(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    residents = await browser_of()
    for query in ("", "?municipality=bjorken", "?municipality=eken"):
        [found] = (await _get(residents, f"/promises{query}"))["data"]
        assert (found["id"], found["municipalities"]) == (str(promise_id), ["bjorken", "eken"])
    assert (await _get(residents, "/promises?municipality=on"))["data"] == []


# ---------------------------------------------------------------- in parts, again, wrong
async def test_a_list_is_read_to_its_end_by_following_next(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    ids = {str(await given.told(promise_id, at=cast.START - number * DAY)) for number in range(7)}
    residents, seen, address = await browser_of(), [], "http://testserver/api/v1/updates?municipality=bjorken&page_size=3"
    while address:
        part = (await residents.get(address)).json()
        assert part["total"] == 7
        seen += [one["id"] for one in part["data"]]
        address = part["next"]
    assert (len(seen), set(seen)) == (7, ids)


async def test_who_has_it_gets_nothing_again_until_something_has_changed(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    residents, path = await browser_of(), f"/api/v1/promises/{promise_id}"
    first = await residents.get(path)
    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    again = await residents.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await made.recorded(promise_id, 1)
    assert (await residents.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 200


HOSTILE = {
    "/promises?page=0": 422,
    "/promises?page=-1": 422,
    "/promises?page=1e3": 422,
    "/promises?page=9999999999999999999999": 422,
    "/promises?page=²": 422,
    "/promises?page_size=101": 422,
    "/promises?page_size=": 422,
    "/promises?page=%3Cscript%3Ealert(1)%3C/script%3E": 422,
    "/updates?promise=1": 422,
    "/updates?changed_since=i%20g%C3%A5r": 422,
    "/updates?changed_since=0001-01-01T00:00:00%2B14:00": 422,
    "/updates?changed_since=9999-12-31T23:59:59-14:00": 422,
    "/promises?municipality=%27%20OR%201=1--": 200,
    "/promises?municipality=%ff%fe": 200,
    "/promises?municipality=" + "a" * 4000: 200,
    "/promises?page=100000": 200,
    "/promises/00000000-0000-0000-0000-000000000000": 404,
    "/promises/..%2f..%2fetc%2fpasswd": 404,
    "/municipalities/lpo-skogen": 404,
    "/municipalities/%00": 404,
    "/nothing/here": 404,
    "/": 200,
}
"""What somebody may ask, and how it is answered."""


async def test_whatever_is_asked_gets_an_answer_that_costs_little_and_repeats_no_markup(browser_of: BrowserOf) -> None:
    residents = await browser_of()
    for path, status in HOSTILE.items():
        answer = await residents.get(f"/api/v1{path}")
        assert answer.status_code == status, path
        assert "<script>alert" not in answer.text or answer.headers["content-type"].startswith("application/")
        if status >= 400 and "%00" not in path and ".." not in path:  # those two never come to the API
            assert answer.headers["content-type"] == "application/problem+json", path
            assert json.loads(answer.content)["status"] == status
            assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_draft_is_not_told_from_what_never_was(browser_of: BrowserOf) -> None:
    draft = await made.unsigned()
    residents = await browser_of()
    told = [await residents.get(f"/api/v1/promises/{one}") for one in (draft, "00000000-0000-0000-0000-000000000000")]
    assert told[0].status_code == told[1].status_code == 404
    assert told[0].content == told[1].content
    assert (await residents.get(f"/bjorken/loften/{draft}/data/utfall.csv")).status_code == 404


# ---------------------------------------------------------------- how often
async def test_a_network_that_asks_too_often_waits_and_a_key_lifts_the_limit(browser_of: BrowserOf, application: Litestar) -> None:
    adam, residents = await browser_of("adam"), await browser_of()
    page = await adam.get("/medlemmar/nycklar")
    made_key = await adam.post("/medlemmar/nycklar", data={"namn": "Lokaltidningen", "_csrf_token": cast.csrf(page.text)})
    key = made_key.text.partition('id="nyckel" readonly value="')[2].partition('"')[0]
    assert key.startswith("trygghet_")
    assert key not in (await adam.get("/medlemmar/nycklar")).text, "it is shown once"
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM api_key k WHERE position($1 in k::text) > 0", key) == 0

    application.state.meter = Meter()
    answers = [await residents.get("/api/v1") for _ in range(rules.PER_MINUTE + 1)]
    assert [one.status_code for one in answers] == [200] * rules.PER_MINUTE + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
    assert answers[-1].headers["cache-control"] == "no-store"
    assert (await residents.get("/oppna-data/utfall.csv")).status_code == 429, "files are counted with the rest"
    assert (await residents.get("/bjorken")).status_code != 429, "pages are not counted"
    lifted = {"Authorization": f"Bearer {key}"}
    assert (await residents.get("/api/v1", headers=lifted)).status_code == 200
    unknown = await residents.get("/api/v1", headers={"Authorization": "Bearer trygghet_x"})
    assert (unknown.status_code, unknown.headers["www-authenticate"]) == (401, "Bearer")

    shown = (await adam.get("/medlemmar/nycklar")).text
    address = shown.partition('action="/medlemmar/nycklar/')[2].partition('"')[0]
    await adam.post(f"/medlemmar/nycklar/{address}", data={"_csrf_token": cast.csrf(shown)})
    assert (await residents.get("/api/v1", headers=lifted)).status_code == 401
    assert "Återkallad" in (await adam.get("/medlemmar/nycklar")).text


async def test_all_processes_count_together_and_each_alone_where_valkey_is_away(valkey: embedded.Valkey) -> None:
    wall, later = dt.datetime(2026, 3, 1, 12, 0, 30, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, 12, 1, tzinfo=dt.UTC)
    one, other, away = (tally.Tally(url, "x" * 40) for url in (valkey.url, valkey.url, "redis://127.0.0.1:1"))
    asked = [await process.count("203.0.113.0/24", wall=wall, at=1.0) for process in (one, other, one)]
    assert asked == [1, 2, 3]
    assert await one.count("198.51.100.0/24", wall=wall, at=1.0) == 1
    assert await other.count("203.0.113.0/24", wall=later, at=31.0) == 1, "another minute"
    for name in await one._valkey.keys("trygghet:asked:*"):
        assert 0 < await one._valkey.ttl(name) <= 2 * rules.MINUTE
        assert not [visitor for visitor in await one._valkey.hkeys(name) if b"203.0.113" in visitor]
    assert await away.count("203.0.113.0/24", wall=wall, at=1.0) == 0
    for process in (one, other, away):
        await process.close()


async def test_what_another_process_has_counted_is_counted_here(browser_of: BrowserOf, application: Litestar, valkey: embedded.Valkey) -> None:
    other = tally.Tally(valkey.url, application.state.settings.secret_key)
    application.state.tally, alone = other, application.state.tally
    residents = await browser_of()
    for _ in range(2):  # where a minute ends in between
        for _ in range(rules.PER_MINUTE):
            await other.count(rules.network("127.0.0.1"), wall=clock.wall(), at=1.0)
        refused = await residents.get("/api/v1")
    application.state.tally = alone
    await other.close()
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= rules.MINUTE


async def test_an_organisation_has_a_bounded_number_of_keys(browser_of: BrowserOf) -> None:
    adam = await browser_of("adam")
    token = cast.csrf((await adam.get("/medlemmar/nycklar")).text)
    answers = [await adam.post("/medlemmar/nycklar", data={"namn": f"Nummer {n}", "_csrf_token": token}) for n in range(rules.MOST_KEYS + 1)]
    assert [one.status_code for one in answers] == [200] * rules.MOST_KEYS + [422]
    assert "Återkalla en som ingen använder" in answers[-1].text


def test_the_meter_remembers_a_bounded_number_of_visitors_and_forgets_them_after_a_minute() -> None:
    meter = Meter()
    for number in range(rules.MOST_NETWORKS):
        meter.take(str(number), 1, 5.0)
    meter.take("one more", 1, 5.0)
    with pytest.raises(TooMany):
        meter.take("and another", 1, 5.0)
    assert len(meter.counts) == rules.MOST_NETWORKS + 1
    with pytest.raises(TooMany) as refused:
        meter.take("7", 1, 59.5)
    assert refused.value.wait == 1
    meter.take("7", 1, 60.0)
    assert len(meter.counts) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_neighbours_in_a_network_share_a_limit(address: str, network: str) -> None:
    assert rules.network(address) == network
