"""A night through the real chain: planned, sent by SMTP, published and read back; and what everybody sees in the morning."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from litestar.routes import HTTPRoute

from tests import cast, chain
from trygghet import database, inbound
from trygghet.canary import actions, rules
from trygghet.members import actions as members
from trygghet.reminders import actions as reminders
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from litestar import Litestar

    from tests.conftest import HandClock
    from tests.letterbox import Letterbox
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
NIGHT = dt.date(2024, 10, 2)
MORNING = rules.back_by(NIGHT)


async def night(settings: Settings, clock: HandClock, day: dt.date = NIGHT) -> None:
    """Planned the afternoon before, and sent when its time has come."""
    await actions.across_organisations_plan(settings, now=clock.at)
    clock.at = rules.goes_at(day)
    await chain.turn(settings, clock.at)


async def hand_back(settings: Settings, box: Letterbox, clock: HandClock) -> list[str]:
    """What the receiving domain's mail server does with what came to it."""
    letters = zip(box.recipients, box.letters, strict=True)
    return [await inbound.across_organisations_take(settings, to, bytes(letter), now=clock.at) for to, letter in letters]


async def machine(browser_of: cast.BrowserOf, path: str) -> Any:
    """What a machine is answered."""
    return await (await browser_of()).get(path)


async def wait_a_minute() -> None:
    """By the wall: the letter is no longer on its way."""
    async with database.across_organisations() as link:
        await link.execute("UPDATE canary_night SET published_wall = published_wall - interval '2 minutes'")


async def test_the_letter_that_comes_back_and_the_page_that_is_read_are_the_proof(
    served: None, settings: Settings, clock: HandClock, box: Letterbox, browser_of: cast.BrowserOf
) -> None:
    await night(settings, clock)
    assert [to.partition("+")[0] for to in box.recipients] == ["kanarie"]
    assert "Kanariefågeln" in str(box.letters[0]["Subject"])
    clock.at += dt.timedelta(seconds=40)
    assert await hand_back(settings, box, clock) == ["proof"]
    clock.at = MORNING
    answer = await machine(browser_of, "/health/canary")
    assert (answer.status_code, answer.json()) == (
        200,
        {"canary": "well", "night": "2024-10-02", "lacking": [], "last_proof_at": "2024-10-02T00:00:40+00:00"},
    )
    numbers = (await machine(browser_of, "/metrics")).text
    assert "trygghet_canary_ok 1.0" in numbers
    assert f"trygghet_canary_last_proof_seconds {5 * 3600 - 40}.0" in numbers
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT done_at FROM obligation WHERE organisation_id = $1", rules.ORGANISATION) == rules.goes_at(
            NIGHT
        ) + dt.timedelta(seconds=40)
        assert {row["state"] for row in await link.fetch("SELECT state FROM delivery WHERE organisation_id = $1", rules.ORGANISATION)} == {"sent"}


async def test_the_page_shows_the_nights_mark_once_it_is_published_and_not_before(
    served: None, settings: Settings, clock: HandClock, browser_of: cast.BrowserOf
) -> None:
    await actions.across_organisations_plan(settings, now=clock.at)
    assert (await machine(browser_of, rules.ADDRESS)).text == ""
    clock.at = rules.goes_at(NIGHT)
    await chain.turn(settings, clock.at)
    first = (await machine(browser_of, rules.ADDRESS)).text
    assert len(first) == 32
    await night(settings, clock, NIGHT + dt.timedelta(days=1))
    assert (await machine(browser_of, rules.ADDRESS)).text not in {"", first}


async def test_a_mail_server_that_refuses_is_red_at_seven_and_not_a_second_before(
    served: None, settings: Settings, clock: HandClock, box: Letterbox, browser_of: cast.BrowserOf
) -> None:
    box.refusals["kanarie+"] = "550 5.7.1 Not from you"
    await night(settings, clock)
    assert box.letters == []
    clock.at = MORNING - dt.timedelta(seconds=1)
    assert (await machine(browser_of, "/health/canary")).status_code == 200
    clock.at = MORNING
    answer = await machine(browser_of, "/health/canary")
    assert (answer.status_code, answer.json()["canary"], answer.json()["lacking"]) == (503, "red", ["letter"])
    numbers = (await machine(browser_of, "/metrics")).text
    assert "trygghet_canary_ok 0.0" in numbers
    assert "trygghet_canary_last_proof_seconds" not in numbers, "it has never been proved"


async def test_every_administrator_sees_that_it_is_red_and_what_to_do_and_nobody_else_does(
    settings: Settings, clock: HandClock, browser_of: cast.BrowserOf
) -> None:
    await actions.across_organisations_plan(settings, now=clock.at)
    clock.at = MORNING
    for who in ("adam", "siri"):
        page = (await (await browser_of(who)).get("/medlemmar")).text
        assert "Nattens prov gick inte igenom 2 oktober 2024: provbrevet kom inte tillbaka och provsidan visade inte" in page
        assert "Säg till den som sköter driften" in page
    for who in ("anna", "bo"):
        assert "Nattens prov" not in (await (await browser_of(who)).get("/oversikt")).text
    assert "Nattens prov" not in (await machine(browser_of, "/")).text


async def test_a_letter_that_was_taken_and_never_came_back_is_red_until_it_does(
    served: None, settings: Settings, clock: HandClock, box: Letterbox, browser_of: cast.BrowserOf
) -> None:
    await night(settings, clock)
    clock.at = MORNING
    assert (await machine(browser_of, "/health/canary")).json()["canary"] == "untried", "it left this very minute, by the wall"
    await wait_a_minute()
    assert (await machine(browser_of, "/health/canary")).json()["lacking"] == ["letter"]
    clock.at += dt.timedelta(hours=1)
    await hand_back(settings, box, clock)
    assert (await machine(browser_of, "/health/canary")).json()["canary"] == "well"


async def test_a_letter_to_an_address_that_we_did_not_make_proves_nothing(
    served: None, settings: Settings, clock: HandClock, box: Letterbox, browser_of: cast.BrowserOf
) -> None:
    await night(settings, clock)
    forged = f"kanarie+20241002{'0' * 20}@trygghet.example.org"
    assert await inbound.across_organisations_take(settings, forged, bytes(box.letters[0]), now=clock.at) != "proof"
    other = bytes(box.letters[0]).replace(str(box.letters[0]["Message-ID"]).encode(), b"<annat@trygghet.example.org>")
    assert await inbound.across_organisations_take(settings, box.recipients[0], other, now=clock.at) == "stale"
    await wait_a_minute()
    clock.at = MORNING
    assert (await machine(browser_of, "/health/canary")).json()["lacking"] == ["letter"]


async def test_where_no_mail_comes_in_the_receipt_is_the_proof_and_the_doctor_says_that_it_is_weaker(
    served: None, settings: Settings, clock: HandClock, box: Letterbox, database_url: str
) -> None:
    plain = replace(settings, return_domain="", inbound_port=0)
    await night(plain, clock)
    assert box.recipients[0].endswith("@trygghet.example.org"), "the sender's own domain"
    found = await actions.across_organisations_standing(plain, now=MORNING, wall=clock.at)
    assert found.trouble == ""
    assert "bara mejlserverns kvitto" in found.found


@pytest.mark.parametrize("change", [dt.date(2025, 3, 30), dt.date(2025, 10, 26)])
async def test_the_nights_when_the_clocks_change_are_tried_as_any_other(
    served: None, settings: Settings, clock: HandClock, box: Letterbox, change: dt.date
) -> None:
    clock.at = rules.goes_at(change - dt.timedelta(days=1)) + dt.timedelta(hours=6)
    for day in (change, change + dt.timedelta(days=1)):
        await night(settings, clock, day)
        assert len(box.letters) == (day - change).days + 1
    await hand_back(settings, box, clock)
    for day in (change, change + dt.timedelta(days=1)):
        found = await actions.across_organisations_standing(settings, now=rules.back_by(day), wall=clock.at)
        assert (found.state, found.night) == ("well", day)


async def test_planning_it_again_and_again_changes_nothing_and_the_nightly_replanning_leaves_it(
    settings: Settings, clock: HandClock, database_url: str
) -> None:
    for minute in range(3):
        await actions.across_organisations_plan(settings, now=clock.at + dt.timedelta(minutes=minute))
    await reminders.across_organisations_replan_all(now=clock.at)
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT kind, channel, due_at FROM delivery WHERE organisation_id = $1 ORDER BY kind", rules.ORGANISATION)
        nights = await link.fetchval("SELECT count(*) FROM canary_night")
    assert [tuple(row) for row in rows] == [("canary", "page", rules.goes_at(NIGHT)), ("reminder", "mail", rules.goes_at(NIGHT))]
    assert nights == 1


async def test_two_timetables_that_plan_at_once_make_one_night(settings: Settings, clock: HandClock, database_url: str) -> None:
    await asyncio.gather(*(actions.across_organisations_plan(settings, now=clock.at) for _ in range(4)))
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE organisation_id = $1", rules.ORGANISATION) == 2


async def test_nights_of_long_ago_are_forgotten_with_all_that_was_sent_for_them(
    settings: Settings, clock: HandClock, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "KEPT", 2)
    for _ in range(3):
        await actions.across_organisations_plan(settings, now=clock.at)
        clock.at += dt.timedelta(days=30)
    async with database.across_organisations() as link:
        kept = [row["night"] for row in await link.fetch("SELECT night FROM canary_night ORDER BY night")]
        duties = await link.fetchval("SELECT count(*) FROM obligation WHERE organisation_id = $1", rules.ORGANISATION)
        sent = await link.fetchval("SELECT count(*) FROM delivery WHERE organisation_id = $1", rules.ORGANISATION)
    assert (kept, duties, sent) == ([NIGHT + dt.timedelta(days=30), NIGHT + dt.timedelta(days=60)], 2, 4)


async def test_nobody_finds_the_organisation_that_is_nobodys(
    settings: Settings, clock: HandClock, application: Litestar, browser_of: cast.BrowserOf, database_url: str
) -> None:
    await actions.across_organisations_plan(settings, now=clock.at)
    paths = [
        route.path
        for route in application.routes
        if isinstance(route, HTTPRoute)
        and "GET" in route.methods
        and "{" not in route.path
        and not route.path.startswith(("/health", "/metrics", "/static"))
    ]
    assert {"/", "/oversikt", "/utskick", "/paminnelser", "/frister", "/medlemmar", "/omrade"} <= set(paths)
    for who in (None, "anna", "siri"):
        client = await browser_of(who)
        for path in paths:
            page = await client.get(path, follow_redirects=True)
            assert "anarie" not in page.text, (who, path)
    for address in ("/kanarie", "/kanarie/flode.atom"):
        assert (await machine(browser_of, address)).status_code == 404
    for organisation in (cast.BJORKEN, cast.SKOGEN):
        async with database.within(organisation) as link:
            for table, column in (
                ("organisation", "id"),
                ("delivery", "organisation_id"),
                ("obligation", "organisation_id"),
                ("member", "organisation_id"),
            ):
                assert not await link.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", rules.ORGANISATION), table
            assert not await link.fetchval("SELECT count(*) FROM person WHERE id = $1", rules.PERSON)


async def test_no_command_knows_it(settings: Settings, clock: HandClock, database_url: str) -> None:
    await actions.across_organisations_plan(settings, now=clock.at)
    with pytest.raises(Refusal) as no:
        await members.across_organisations_known_as("kanarie")
    assert no.value.words["known"] == "bjorken, eken, lpo-skogen, on"


async def test_nobody_can_sign_in_as_it(settings: Settings, clock: HandClock, browser_of: cast.BrowserOf, database_url: str) -> None:
    await actions.across_organisations_plan(settings, now=clock.at)
    async with database.across_organisations() as link:
        email, kept = await link.fetchrow("SELECT email, password_hash FROM person WHERE id = $1", rules.PERSON)
    assert kept.startswith("$argon2id$")
    client = await browser_of()
    page = await client.get("/logga-in")
    token = page.text.partition('name="_csrf_token" value="')[2].partition('"')[0]
    for password in ("", "kanarie", str(uuid.UUID(int=0))):
        answer = await client.post(
            "/logga-in", data={"epost": email, "email": email, "losenord": password, "password": password, "_csrf_token": token}
        )
        assert answer.status_code != 303
