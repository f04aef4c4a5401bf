"""What a stranger can do with the form: follow in nobody's name, learn nobody's address, and fill nobody's inbox."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests import cast, made
from tests.bounces import reports
from tests.followers import world
from tests.followers.world import WHO
from tests.site import given
from tests.telling import WALL
from trygghet import clock as wall_clock
from trygghet import database
from trygghet.bounces import actions as bounces
from trygghet.followers import actions as followers
from trygghet.followers import rules
from trygghet.followers.rules import LIMITS, Pace, Scope, Wish
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from tests.followers.world import Post
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
START = cast.START
LATER = START + dt.timedelta(hours=3)
HERE = "municipality:bjorken"


async def test_nobody_learns_from_the_answer_whether_an_address_follows(browser_of: BrowserOf, post: Post) -> None:
    resident = await browser_of()
    answers = [await world.ask(resident, HERE)]
    [letter] = await post.go(START)
    answers.append(await world.ask(resident, HERE))  # has not said yes yet
    await post.go(START)
    await resident.post(world.link(letter))
    answers.append(await world.ask(resident, HERE))  # follows
    [again] = await post.go(START)
    assert again["Subject"] == "Du följer redan alla löften i Björkens kommun"
    answers.append(await world.ask(resident, HERE))  # one letter too many
    assert await post.go(START) == []
    answers.append(await world.ask(resident, HERE, email="ny@example.org"))
    seen = {(one.status_code, one.headers["location"], one.content) for one in answers}
    assert len(seen) == 1
    assert {tuple(sorted(one.headers)) for one in answers} == {tuple(sorted(answers[0].headers))}


@pytest.mark.parametrize("what", ["municipality:a\x00b", "theme:bjorken:Tra\x00fik", "municipality:bjorken\u202e", "theme:bjorken:\u200bTrafik"])
async def test_signs_that_nobody_can_see_are_no_name_of_what_can_be_followed(browser_of: BrowserOf, what: str) -> None:
    resident = await browser_of()
    answer = await resident.post("/api/v1/folj", json={"epost": WHO, "vad": what, "takt": "each"})
    assert answer.status_code == 422


async def test_only_the_last_letter_goes_where_several_were_asked_for_before_any_went(browser_of: BrowserOf, post: Post) -> None:
    resident = await browser_of()
    for _ in range(2):
        await world.ask(resident, HERE)
    assert len(await post.go(START)) == 1


async def test_one_way_in_has_the_limits_of_form_program_and_embed(browser_of: BrowserOf) -> None:
    resident = await browser_of()
    for number in range(LIMITS.network):
        email = f"nr{number}@example.org"
        if number % 2:
            assert (await world.ask(resident, HERE, email=email)).status_code == 303
        else:
            answer = await resident.post(
                "/api/v1/folj", json={"epost": email, "vad": HERE, "takt": "each"}, headers={"origin": "https://other.example.org"}
            )
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (202, "*")
    for refused in (
        await world.ask(resident, HERE, email="en.till@example.org"),
        await resident.post("/api/v1/folj", json={"epost": "en.till@example.org", "vad": HERE, "takt": "each"}),
    ):
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
        assert "Vänta en timme och försök igen." in refused.text
    assert await world.everywhere("en.till@example.org") == set()


async def test_a_flood_from_many_networks_stops_at_the_organisation_and_ends_after_an_hour(database_url: str) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO follow_attempt (mark, network, organisation_id, at) SELECT n::text, n::text, $1, $2 FROM generate_series(2, $3) n",
            cast.BJORKEN,
            WALL,
            LIMITS.organisation,
        )
    await _ask("last@example.org", "198.51.100.7", WALL)
    with pytest.raises(Refusal):
        await _ask("x@example.org", "203.0.113.9", WALL)
    await _ask("x@example.org", "203.0.113.9", WALL + dt.timedelta(minutes=61))


async def _ask(email: str, address: str, wall: dt.datetime) -> None:
    wish = Wish(email, Scope.MUNICIPALITY, "bjorken", "", Pace.EACH)
    await followers.across_organisations_ask(wish, address=address, secret_key="x" * 40, now=START, wall=wall)


async def test_who_has_left_may_come_back_but_is_not_flooded(browser_of: BrowserOf, post: Post) -> None:
    resident = await browser_of()
    own = await post.follow(resident, HERE, now=START)
    await resident.post(f"{own}/sluta")
    [gone] = await world.rows("SELECT mark FROM former_follower")
    assert gone["mark"] == rules.mark(WHO, post.settings.secret_key)
    for _ in range(3):
        await world.ask(resident, HERE)
    assert await post.go(START) == [], "the day's one letter was the one they had before"
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM follow_attempt")
    for _ in range(3):
        await world.ask(resident, HERE)
    [letter] = await post.go(START)
    await resident.post(world.link(letter))
    assert await world.rows("SELECT FROM former_follower") == []


HOSTILE = [
    ({"epost": "elsa"}, "skriv en adress som"),
    ({"epost": "elsa@example.org\r\nBcc: x@example.org"}, "skriv en adress som"),
    ({"epost": "<b>@example.org"}, "skriv en adress som"),
    ({"epost": "a" * 300 + "@example.org"}, "högst 200"),
    ({"epost": "19811228-9874@example.org"}, "personnummer"),
    ({"epost": ""}, "E-postadress"),
    ({"vad": "municipality:finns-inte"}, "finns inte här"),
    ({"vad": "area:bjorken"}, "finns inte här"),
    ({"vad": "municipality:lpo-skogen"}, "finns inte här"),
    ({"vad": "promise:bjorken:1"}, "finns inte här"),
    ({"vad": f"promise:bjorken:{'0' * 8}-0000-0000-0000-{'0' * 12}"}, "finns inte här"),
    ({"vad": "theme:bjorken:"}, "finns inte här"),
    ({"vad": "theme:bjorken:%"}, "finns inte här"),
    ({"vad": "theme:bjorken:" + "x" * 5000}, "finns inte här"),
    ({"vad": "\u202e:::"}, "finns inte här"),
    ({"takt": "varje sekund"}, "välj ett av alternativen"),
]


async def test_what_cannot_be_followed_is_said_beside_its_field_and_leaves_nothing(browser_of: BrowserOf) -> None:
    await made.promise()
    resident = await browser_of()
    for typed, said in HOSTILE:
        form = {"kommun": "bjorken", "vad": HERE, "takt": "each", "epost": WHO, **typed}
        answer = await resident.post("/folj", data=form)
        assert answer.status_code == 422, typed
        assert said in answer.text, typed
        assert "<b>@" not in answer.text
        by_program = await resident.post("/api/v1/folj", json=form)
        assert by_program.status_code == 422, typed
        assert said in "".join(by_program.json()["fel"].values()), typed
    assert await world.rows("SELECT FROM follower") == []


async def test_what_is_no_json_is_refused_and_breaks_nothing(browser_of: BrowserOf) -> None:
    stranger = await browser_of()
    for body in (b"", b"{", b"[]", b'"x"', b'{"epost": 7, "vad": [], "takt": null}', b"\xff\xfe", b"[" * 9000):
        answer = await stranger.post("/api/v1/folj", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, body[:20]
        assert answer.json()["fel"]
    assert (await stranger.post("/folj", data={"epost": "a" * 30_000})).status_code == 413


async def test_a_link_that_is_none_of_ours_leads_nowhere(browser_of: BrowserOf, post: Post) -> None:
    resident = await browser_of()
    own = await post.follow(resident, HERE, now=START)
    forged = f"{own[:-2]}{'AA' if not own.endswith('AA') else 'BB'}"
    for path in ("/folj/x", "/folj/%F0%9F", forged, f"{forged}/sluta", f"/folj/{'A' * 9000}"):
        for answer in (await resident.get(path), await resident.post(path)):
            assert answer.status_code == 404, path
    assert len(await world.rows("SELECT FROM follower WHERE confirmed_at IS NOT NULL")) == 1


async def test_no_organisation_sees_who_follows_it_nor_their_letters(browser_of: BrowserOf, post: Post) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), f"promise:bjorken:{promise_id}", now=START)
    await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    assert len(await post.go(LATER)) == 1
    assert await world.everywhere(WHO) == {"follower", "delivery"}
    for who, path in (("anna", "/utskick"), ("adam", "/utskick/adresser"), ("per", f"/loften/{promise_id}")):
        page = await (await browser_of(who)).get(path)
        assert page.status_code == 200, path
        assert WHO not in page.text, path
    async with database.within(cast.BJORKEN) as link:
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE kind = 'follow'") == 0
        with pytest.raises(Exception, match="row-level security"):
            await link.execute(
                "INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, created_at) VALUES ($1, 'x', 'follow', 'mail', 'x', $2, $2)",
                cast.BJORKEN,
                START,
            )
    assert await followers.across_organisations_number(cast.BJORKEN) == 1


# ---------------------------------------------------------------- what is forgotten
async def test_who_never_says_yes_is_forgotten_after_three_days(browser_of: BrowserOf, clock: HandClock, post: Post) -> None:
    resident = await browser_of()
    await world.ask(resident, HERE)
    [letter] = await post.go(START)
    wall = wall_clock.wall()
    await followers.across_organisations_forget(now=START + dt.timedelta(days=2, hours=23), wall=wall)
    assert await world.everywhere(WHO) == {"follower", "delivery"}
    clock.at = START + dt.timedelta(days=3, minutes=1)
    await followers.across_organisations_forget(now=clock.at, wall=wall + dt.timedelta(days=2))
    assert await world.everywhere(WHO) == set()
    assert await world.rows("SELECT FROM follow_attempt") == []
    assert (await resident.post(world.link(letter))).status_code == 404


async def test_an_address_that_letters_come_back_from_is_forgotten(browser_of: BrowserOf, post: Post, settings: Settings) -> None:
    promise_id = await made.promise()
    await post.follow(await browser_of(), f"promise:bjorken:{promise_id}", now=START)
    await given.told(promise_id, at=START + dt.timedelta(minutes=1))
    [letter] = await post.go(LATER)
    [row] = await world.rows("SELECT id FROM delivery WHERE message_id = $1", str(letter["Message-ID"]))
    returned = world.returned(post.settings, row["id"])
    raw = reports.dsn(message_id=str(letter["Message-ID"]), to=WHO)
    assert await bounces.across_organisations_take(post.settings, returned, raw, now=LATER) == "bounced"
    await followers.across_organisations_plan(now=LATER)
    assert await world.everywhere(WHO) == set()


async def test_a_mailbox_that_the_server_refuses_is_forgotten(browser_of: BrowserOf, post: Post) -> None:
    await world.ask(await browser_of(), HERE, email="ingen@example.org")
    assert await post.go(START) == []
    await bounces.across_organisations_follow_refusals(now=START)
    await followers.across_organisations_plan(now=START)
    assert await world.everywhere("ingen@example.org") == set()


async def test_the_page_says_what_can_be_followed_from_it(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    resident = await browser_of()
    page = await resident.get("/folj", params={"kommun": "bjorken"})
    assert page.status_code == 200
    for value in (f"promise:bjorken:{promise_id}", HERE, "area:lpo-skogen", "theme:bjorken:trafik"):
        assert f'value="{value}"' in page.text
    assert 'value="municipality:on"' in (await resident.get("/folj")).text
    assert (await resident.get("/folj", params={"kommun": "finns-inte"})).status_code == 404


async def test_an_organisation_learns_how_many_follow_and_copies_a_form_that_works_from_its_own_page(browser_of: BrowserOf, post: Post) -> None:
    await made.promise()
    resident, anna = await browser_of(), await browser_of("anna")
    page = await anna.get("/webbplats")
    assert "Ingen än." in page.text
    copied = html.fromstring(next(one.text for one in html.fromstring(page.text).iter("textarea") if "municipality:bjorken" in (one.text or "")))
    for number in range(5):
        typed = {
            **{one.get("name"): one.get("value") for one in copied.iter("input") if one.get("type") == "hidden"},
            "epost": f"nr{number}@example.org",
            "takt": "each",
        }
        answer = await resident.post(
            copied.get("action"), data=typed, headers={"origin": "https://bjorken.example.org", "sec-fetch-site": "cross-site"}
        )
        assert answer.status_code == 303
    *letters, last = await post.go(START)
    for letter in letters:
        await resident.post(world.link(letter))
    assert "Färre än fem." in (await anna.get("/webbplats")).text
    await resident.post(world.link(last))
    assert "5 personer." in (await anna.get("/webbplats")).text
