"""A resident follows by mail: asks, says yes, is told, changes and leaves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests import cast, made
from tests.followers import world
from tests.followers.world import WHO
from tests.followups.room import LATER as SIGNED
from tests.followups.room import approved, assessed, made_room, written
from tests.site import given
from tests.telling import WALL
from trygghet import database
from trygghet.followers import actions as followers
from trygghet.followups.rules import Verdict
from trygghet.promises.rules import PartyDraft
from trygghet.stops import actions as stops

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from tests.followers.world import Post

pytestmark = pytest.mark.anyio
START = cast.START
LATER = START + dt.timedelta(hours=3)
ON = PartyDraft(organisation="on", side="municipality", signatory_name="Olof Osson", signatory_office="Kommundirektör", signed=True)


async def test_a_resident_follows_a_promise_is_told_and_leaves(browser_of: BrowserOf, clock: HandClock, post: Post) -> None:
    promise_id = await made.promise()
    resident = await browser_of()
    page = await resident.get("/bjorken")
    assert f'value="promise:bjorken:{promise_id}"' in page.text
    answer = await world.ask(resident, f"promise:bjorken:{promise_id}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/folj/tack")
    assert "set-cookie" not in answer.headers
    assert "Titta i din inkorg" in (await resident.get("/folj/tack")).text
    [letter] = await post.go(START)
    assert letter["To"] == WHO
    assert letter["Subject"].startswith("Bekräfta att du vill följa löftet ”")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    own = world.link(letter)
    assert f"http://testserver{own}" in world.text(letter)

    await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    assert "Ja, jag vill följa" in (await resident.get(own)).text, "a mail scanner opens the link, and nothing happens"
    assert await post.go(LATER) == [], "nobody has said yes"
    clock.at = START + dt.timedelta(minutes=2)
    answer = await resident.post(own)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Klart. Nu följer du." in answer.text

    update = await given.told(promise_id, at=START + dt.timedelta(minutes=3))
    [letter] = await post.go(LATER)
    assert letter["Subject"] == given.TITLE
    assert "Tre gator får ny belysning före november." in world.text(letter)
    assert f"Läs på sidan: http://testserver/bjorken/uppdateringar/{update}\n" in world.text(letter)
    assert await post.go(LATER) == [], "once"

    assert "Sluta följa?" in (await resident.get(f"{own}/sluta")).text
    for _ in range(2):
        answer = await resident.post(
            f"{own}/sluta", content="List-Unsubscribe=One-Click", headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code == 200
        assert "Du följer inte längre" in answer.text
    assert "Du följer inte längre" in (await resident.get(own)).text
    assert await world.everywhere(WHO) == set()
    assert await world.everywhere("elsa") == set()
    await given.told(promise_id, at=LATER)
    assert await post.go(LATER + dt.timedelta(days=1)) == []


# ---------------------------------------------------------------- who is told of what
async def _promises() -> dict[str, UUID]:
    """A promise of each kind that a follower of Björken's may or may not be told of."""
    return {
        "björken": await made.promise(),
        "björken igen": await made.promise(areas=(), valid_from=dt.date(2024, 1, 1)),
        "eken": await made.promise(parties=(made.EKEN, made.SKOGEN), by=cast.EKEN, areas=()),
        "ön": await made.promise(parties=(ON,), by=cast.ON),
    }


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("promise:bjorken:{}", {"björken"}),
        ("municipality:bjorken", {"björken", "björken igen"}),
        ("area:lpo-skogen", {"björken", "björken igen", "eken"}),
        ("theme:bjorken:Trafik", {"björken", "ön"}),
    ],
)
async def test_who_follows_is_told_of_what_they_follow_and_of_nothing_else(what: str, told: set[str], browser_of: BrowserOf, post: Post) -> None:
    promises = await _promises()
    await post.follow(await browser_of(), what.format(promises["björken"]), now=START)
    for name, promise_id in promises.items():
        await given.told(promise_id, at=START + dt.timedelta(minutes=1), title=f"Nytt från {name}")
    assert {str(one["Subject"]) for one in await post.go(LATER)} == {f"Nytt från {name}" for name in told}


async def test_a_follow_up_is_told_by_each_pace_in_its_way_and_who_wanted_only_that_is_forgotten(
    browser_of: BrowserOf, clock: HandClock, post: Post
) -> None:
    room_id = await made_room()
    resident = await browser_of()
    clock.at = SIGNED - dt.timedelta(hours=1)
    for pace in ("each", "monthly", "followed_up"):
        await post.follow(resident, "municipality:bjorken", pace, now=clock.at, email=f"{pace}@example.org")
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    await written(room_id)
    await approved(room_id, "bo", "pia")
    first = {str(one["To"]): one for one in await post.go(SIGNED + dt.timedelta(minutes=11))}
    assert set(first) == {"each@example.org", "followed_up@example.org"}
    for letter in first.values():
        assert letter["Subject"] == "Gemensam uppföljning 2024: 2 av 2 mål och aktiviteter uppnådda"
        assert "Lugnare trafik vid skolorna.: Uppnått" in world.text(letter)
    assert "Det här är det enda mejlet." in world.text(first["followed_up@example.org"])
    assert "Ändra eller sluta" not in world.text(first["followed_up@example.org"])
    await followers.across_organisations_plan(now=SIGNED + dt.timedelta(minutes=12))
    assert await world.everywhere("followed_up@example.org") == set()
    turned = dt.datetime(2025, 1, 1, 7, tzinfo=dt.UTC)
    assert {str(one["To"]): str(one["Subject"]) for one in await post.go(turned)} == {"monthly@example.org": "December 2024: en sak har hänt"}


async def _follow_up_is_signed() -> None:
    room_id = await made_room()
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    await written(room_id)
    await approved(room_id, "bo", "pia")


async def test_who_wants_one_letter_is_not_forgotten_because_our_own_mail_server_was_away(
    browser_of: BrowserOf, clock: HandClock, post: Post
) -> None:
    clock.at = SIGNED - dt.timedelta(hours=1)
    await post.follow(await browser_of(), "municipality:bjorken", "followed_up", now=clock.at)
    await _follow_up_is_signed()
    later = SIGNED + dt.timedelta(minutes=11)
    await followers.across_organisations_plan(now=later)
    async with database.across_organisations() as link:
        await link.execute(
            "UPDATE delivery SET state = 'failed', reason = 'Mejlservern gick inte att nå.', attempts = 12 WHERE kind = 'follow' AND key LIKE '%once'"
        )
    await followers.across_organisations_forget(now=later, wall=WALL)
    await followers.across_organisations_plan(now=later)
    assert await world.everywhere(WHO) != set(), "the next follow-up is told instead"
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE kind = 'follow' AND key LIKE '%once'") == 0, "it stands in nothing's way"


async def test_who_wants_each_thing_after_all_is_not_forgotten_with_the_single_letter(browser_of: BrowserOf, clock: HandClock, post: Post) -> None:
    clock.at = SIGNED - dt.timedelta(hours=1)
    resident = await browser_of()
    own = await post.follow(resident, "municipality:bjorken", "followed_up", now=clock.at)
    await _follow_up_is_signed()
    later = SIGNED + dt.timedelta(minutes=11)
    await followers.across_organisations_plan(now=later)
    clock.at = later
    assert (await resident.post(own, data={"takt": "each"})).status_code == 200
    [letter] = await post.go(later)
    assert "Det här är det enda mejlet." not in world.text(letter)
    await followers.across_organisations_plan(now=later + dt.timedelta(minutes=1))
    assert await world.everywhere(WHO) != set()


async def test_a_month_is_one_letter_that_leads_to_all_that_stands_and_an_empty_one_is_none(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), f"promise:bjorken:{promise_id}", "monthly", now=START)
    days = [START + dt.timedelta(days=one) for one in (2, 9, 20)]
    first, second = [await given.told(promise_id, at=day, title=f"Den {day.day}") for day in days[:2]]
    await given.told(promise_id, at=days[2], withdrawn=days[2], title="Tillbakadragen")
    assert await post.go(dt.datetime(2024, 10, 31, 22, 59, tzinfo=dt.UTC)) == []
    assert await post.go(dt.datetime(2024, 10, 31, 23, 1, tzinfo=dt.UTC)) == [], "not in the middle of the night"
    [letter] = await post.go(dt.datetime(2024, 11, 1, 6, 1, tzinfo=dt.UTC))
    assert letter["Subject"] == "Oktober 2024: två saker har hänt"
    for update_id in (first, second):
        assert f"http://testserver/bjorken/uppdateringar/{update_id}" in world.text(letter)
    assert "Tillbakadragen" not in world.text(letter)
    assert await post.go(dt.datetime(2024, 12, 1, 8, tzinfo=dt.UTC)) == []


async def test_a_correction_is_told_to_who_was_told_and_a_slip_within_ten_minutes_to_nobody(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), f"promise:bjorken:{promise_id}", now=START)
    update_id = await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    gone = await given.told(promise_id, at=START + dt.timedelta(minutes=2), title="Fel gata")
    assert await post.go(START + dt.timedelta(minutes=10)) == []
    await world.change(gone, "withdrawn_at = $2, withdrawn_why = 'Fel gata.', changed_at = $2", START + dt.timedelta(minutes=9))
    assert [str(one["Subject"]) for one in await post.go(START + dt.timedelta(minutes=20))] == [given.TITLE]
    corrected = """content = jsonb_set(content, '{corrections}', '[{"on": "2024-10-02", "text": "Det är fyra gator."}]'), changed_at = $2"""
    await world.change(update_id, corrected, START + dt.timedelta(days=1))
    [letter] = await post.go(START + dt.timedelta(days=2))
    assert letter["Subject"] == f"Rättelse: {given.TITLE}"
    assert "Det är fyra gator." in world.text(letter)
    assert await post.go(START + dt.timedelta(days=3)) == []


async def test_what_is_put_right_while_its_letter_waits_is_not_passed_over_by_what_came_between(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), "municipality:bjorken", now=START)
    minute = dt.timedelta(minutes=1)
    slip = await given.told(promise_id, at=START + minute, title="Den första")
    await given.told(promise_id, at=START + 6 * minute, title="Den andra")
    corrected = """content = jsonb_set(content, '{corrections}', '[{"on": "2024-10-02", "text": "Det är fyra gator."}]'), changed_at = $2"""
    await world.change(slip, corrected, START + 9 * minute)
    await given.told(promise_id, at=START + 12 * minute, title="Den tredje")
    subjects = [letter["Subject"] for minutes in range(40) for letter in await post.go(START + minutes * minute)]
    assert sorted(subjects) == ["Den andra", "Den första", "Den tredje"], "each once, and the first as it reads now"


async def test_what_is_taken_back_while_its_letter_waits_is_not_told(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), f"promise:bjorken:{promise_id}", now=START)
    update_id = await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    await followers.across_organisations_plan(now=LATER)
    await world.change(update_id, "withdrawn_at = $2, withdrawn_why = 'Fel gata.', changed_at = $2", LATER)
    assert await post.go(LATER) == []


async def test_while_publishing_is_stopped_nobody_is_told_and_afterwards_everybody_is(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), "area:lpo-skogen", now=START)
    await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    await stops.across_organisations_halt("Något är fel.", now=START)
    assert await post.go(LATER) == []
    await stops.across_organisations_resume(now=LATER)
    assert len(await post.go(LATER)) == 1


async def test_a_new_promise_is_told_to_who_follows_the_municipality(browser_of: BrowserOf, post: Post) -> None:
    await post.follow(await browser_of(), "municipality:bjorken", now=START)
    promise_id = await made.promise(now=START + dt.timedelta(hours=1))
    [letter] = await post.go(LATER)
    assert letter["Subject"] == "Nytt löfte: Medborgarlöfte i Björken 2023–2024"
    assert f"http://testserver/bjorken/loften/{promise_id}" in world.text(letter)


async def test_who_follows_a_promise_hears_of_the_one_that_takes_over_and_then_no_more(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), f"promise:bjorken:{promise_id}", now=START)
    next_id = await made.promise(now=START + dt.timedelta(hours=1), title="Nästa löfte")
    async with database.across_organisations() as link:
        await link.execute(
            "UPDATE published_promise SET content = jsonb_set(content, '{follows}', to_jsonb($2::text)) WHERE promise_id = $1",
            next_id,
            str(promise_id),
        )
    await given.told(next_id, at=START + dt.timedelta(hours=1, minutes=1))
    assert [str(one["Subject"]) for one in await post.go(LATER)] == ["Nytt löfte: Nästa löfte"]


async def test_a_pace_is_changed_by_the_letters_own_link(browser_of: BrowserOf, clock: HandClock, post: Post) -> None:
    promise_id = await made.promise()
    resident = await browser_of()
    own = await post.follow(resident, f"promise:bjorken:{promise_id}", "monthly", now=START)
    await given.told(promise_id, at=START + dt.timedelta(minutes=1), title="Före")
    clock.at = START + dt.timedelta(minutes=30)
    assert "Ändrat." in (await resident.post(own, data={"takt": "each"})).text
    answer = await resident.post(own, data={"takt": "varje sekund"})
    assert answer.status_code == 422
    assert "Hur ofta: välj ett av alternativen." in answer.text
    await given.told(promise_id, at=START + dt.timedelta(minutes=40), title="Efter")
    assert [str(one["Subject"]) for one in await post.go(LATER)] == ["Efter"]


async def test_the_nights_tidying_passes_over_nothing(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    resident = await browser_of()
    for pace in ("each", "monthly"):
        await post.follow(resident, f"promise:bjorken:{promise_id}", pace, now=START, email=f"{pace}@example.org")
    for day in range(4):
        at = START + dt.timedelta(days=day, hours=18)
        await given.told(promise_id, at=at - dt.timedelta(minutes=5), title=f"Dag {day}")
        await followers.across_organisations_forget(now=at, wall=WALL)
        assert [str(one["Subject"]) for one in await post.go(at + dt.timedelta(minutes=10))] == [f"Dag {day}"]
    turned = dt.datetime(2024, 11, 1, 6, 1, tzinfo=dt.UTC)
    await followers.across_organisations_forget(now=turned - dt.timedelta(hours=5), wall=WALL)
    assert [str(one["Subject"]) for one in await post.go(turned)] == ["Oktober 2024: fyra saker har hänt"]


async def test_who_asks_in_english_reads_english_in_every_letter_and_what_was_written_in_swedish(
    browser_of: BrowserOf, clock: HandClock, post: Post
) -> None:
    promise_id, resident = await made.promise(), await browser_of()
    asked = {"kommun": "bjorken", "vad": "municipality:bjorken", "takt": "each", "epost": WHO}
    assert (await resident.post("/en/folj", data=asked)).headers["location"] == "/en/folj/tack"
    [letter] = await post.go(START)
    assert letter["Subject"] == "Confirm that you want to follow all promises in Björkens kommun"
    own = world.link(letter)
    assert own.startswith("/en/folj/")
    assert "You get mail each time something happens." in world.text(letter)
    assert "Do you want to follow?" in (await resident.get(own)).text
    assert "Done. You are following now." in (await resident.post(own)).text
    await resident.post("/folj", data=asked)
    [again] = await post.go(START)
    assert again["Subject"] == "You already follow all promises in Björkens kommun", "who follows has chosen a language, whoever asks again"

    update = await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    [letter] = await post.go(LATER)
    assert letter["Subject"] == given.TITLE
    assert f"Read on the page: http://testserver/en/bjorken/uppdateringar/{update}\n" in world.text(letter)
    assert "Why do I get this? You have asked for mail about all promises in Björkens kommun." in world.text(letter)
    page = html.fromstring(letter.get_body(("html",)).get_content())
    assert page.get("lang") == "en"
    assert page.xpath("string(//h1/span[@lang='sv'])") == given.TITLE
    assert "Tre gator får ny belysning" in "".join(page.xpath("//*[@lang='sv']//text()"))

    clock.at = LATER
    assert "Changed." in (await resident.post(own, data={"takt": "monthly"})).text
    for day in (1, 2):
        await given.told(promise_id, at=LATER + dt.timedelta(days=day))
    [letter] = await post.go(dt.datetime(2024, 11, 1, 6, 1, tzinfo=dt.UTC))
    assert letter["Subject"] == "October 2024: two things have happened"
    assert "2 October: " in world.text(letter)
    await resident.post(own.removeprefix("/en"), data={"takt": "each"})
    await given.told(promise_id, at=LATER + dt.timedelta(days=40))
    [letter] = await post.go(LATER + dt.timedelta(days=41))
    assert "Läs på sidan: http://testserver/bjorken/" in world.text(letter), "who changes it on the Swedish page reads Swedish from then on"
    assert "You no longer follow" in (await resident.post(f"{own}/sluta")).text


async def test_a_follow_up_is_told_in_english(browser_of: BrowserOf, clock: HandClock, post: Post) -> None:
    room_id, resident = await made_room(), await browser_of()
    clock.at = SIGNED - dt.timedelta(hours=1)
    await resident.post("/en/folj", data={"kommun": "lpo-skogen", "vad": "area:lpo-skogen", "takt": "followed_up", "epost": WHO})
    [letter] = await post.go(clock.at)
    assert 'href="/en/polisomrade/lpo-skogen"' in (await resident.post(world.link(letter))).text
    for who in ("anna", "per"):
        await assessed(room_id, Verdict.ACHIEVED, who=who)
    await written(room_id)
    await approved(room_id, "bo", "pia")
    [letter] = await post.go(SIGNED + dt.timedelta(minutes=11))
    assert letter["Subject"] == "Joint follow-up 2024: 2 of 2 goals and activities achieved"
    assert "Lugnare trafik vid skolorna.: Achieved" in world.text(letter)
    assert "You have asked for a single mail about all promises in LPO Skogen." in world.text(letter)
