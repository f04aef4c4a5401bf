"""The example's clock: arithmetic by hand, and the strip through the front door."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import cast
from trygghet import app, database
from trygghet.clock import STOCKHOLM
from trygghet.deliveries import sending
from trygghet.deliveries.rules import Patience
from trygghet.example import actions, rules, store
from trygghet.example.clock import ExampleClock
from trygghet.example.rules import PATIENCE, START, Face, Work
from trygghet.stops import actions as stops
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
WALL = dt.datetime(2030, 5, 1, 12, 0, tzinfo=dt.UTC)
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
NOTHING = Work(waiting=0, settled=0, next_at=None)


# ---------------------------------------------------------------- arithmetic
def test_the_clock_begins_on_the_first_of_october_at_eight_in_sweden() -> None:
    assert dt.datetime(2024, 10, 1, 8, 0, tzinfo=STOCKHOLM) == START


def test_it_runs_with_the_wall_and_never_backwards() -> None:
    face = Face(START, WALL)
    assert face.reading(WALL + HOUR) == START + HOUR
    assert face.reading(WALL - HOUR) == START


def test_it_stands_still_while_it_is_moved() -> None:
    assert Face(START, WALL, START + DAY).reading(WALL + HOUR) == START


def test_a_move_begins_where_the_clock_is_and_not_where_it_was_set() -> None:
    moved = rules.bound_for(Face(START, WALL), START + DAY, WALL + HOUR)
    assert (moved.shows_at, moved.target_at) == (START + HOUR, START + DAY)


def test_the_clock_ends_where_dates_do() -> None:
    late = dt.datetime(2198, 12, 30, 7, 0, tzinfo=dt.UTC)
    with pytest.raises(Refusal) as refused:
        rules.bound_for(Face(late, WALL), late + dt.timedelta(days=7), WALL)
    assert refused.value.code == "example.last"
    assert rules.bound_for(Face(late, WALL), late + dt.timedelta(days=1), WALL).target_at == late + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("target", "code"), [(START, "example.backwards"), (START - SECOND, "example.backwards"), (START + rules.FARTHEST + SECOND, "example.too_far")]
)
def test_it_refuses_to_go_backwards_and_more_than_five_years(target: dt.datetime, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.bound_for(Face(START, WALL), target, WALL)
    assert refused.value.code == code


def test_with_nothing_due_on_the_way_it_goes_to_the_target_and_runs_on() -> None:
    arrived = rules.step(Face(START, WALL, START + DAY), NOTHING, WALL + SECOND)
    assert arrived == Face(START + DAY, WALL + SECOND)
    assert arrived.reading(WALL + 2 * SECOND) == START + DAY + SECOND


def test_what_is_due_on_the_way_gets_its_own_time_and_the_clock_waits_for_it() -> None:
    face = Face(START, WALL, START + DAY)
    face = rules.step(face, replace(NOTHING, next_at=START + HOUR), WALL)
    assert face.shows_at == START + HOUR
    assert rules.step(face, Work(waiting=1, settled=0, next_at=None), WALL + SECOND) == face
    face = rules.step(face, Work(waiting=0, settled=1, next_at=None), WALL + 2 * SECOND)
    assert face == Face(START + DAY, WALL + 2 * SECOND)


def test_what_is_due_exactly_at_the_target_is_waited_for_too() -> None:
    face = rules.step(Face(START, WALL, START + DAY), replace(NOTHING, next_at=START + DAY), WALL)
    assert face.target_at == START + DAY, "not there yet: what is due at the target has not gone out"


def test_what_is_due_after_the_target_stays_planned() -> None:
    assert rules.step(Face(START, WALL, START + DAY), replace(NOTHING, next_at=START + 2 * DAY), WALL).shows_at == START + DAY


def test_a_move_gives_up_after_three_minutes_in_which_nothing_was_sent() -> None:
    face, stuck = Face(START, WALL, START + DAY), Work(waiting=1, settled=5, next_at=None)
    face = rules.step(face, stuck, WALL + SECOND)  # something was sent since the move began
    assert rules.step(face, stuck, WALL + PATIENCE) == face
    given_up = rules.step(face, stuck, WALL + SECOND + PATIENCE)
    assert given_up.stuck
    assert given_up.target_at is None
    assert given_up.reading(WALL + SECOND + PATIENCE) == START, "it runs on from where it gave up"


def test_a_move_outlasts_the_silence_of_a_worker_that_was_killed() -> None:
    face, held = Face(START, WALL, START + DAY), Work(waiting=1, settled=0, next_at=None)
    missed = WALL + Patience().lease + 5 * SECOND
    assert rules.step(face, held, missed) == face
    assert rules.step(face, Work(waiting=0, settled=1, next_at=None), missed + SECOND).shows_at == START + DAY


def test_slow_sending_is_not_being_stuck() -> None:
    face = Face(START, WALL, START + DAY)
    for minute in range(1, 10):
        face = rules.step(face, Work(waiting=10 - minute, settled=minute, next_at=None), WALL + minute * dt.timedelta(seconds=59))
        assert face.target_at, "each of ten slow deliveries gives the move a new minute"


# ---------------------------------------------------------------- steps through the database
async def _plan(key: str, due_at: dt.datetime, *, kind: str = "reminder", after: str | None = None) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            """INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, created_at, after_id)
               VALUES ($1, $2, $3, 'mail', 'Prov', $4, $5, (SELECT id FROM delivery WHERE key = $6))""",
            cast.BJORKEN,
            key,
            kind,
            due_at,
            START,
            after,
        )


async def _settle(key: str, state: str = "sent") -> None:
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET state = $2, settled_at = due_at, attempts = 1 WHERE key = $1", key, state)


async def _set(face: Face) -> None:
    async with database.across_organisations():
        await store.across_organisations_set_face(face)


@pytest.mark.usefixtures("database_url")
async def test_before_the_example_is_loaded_the_clock_stands_at_its_beginning() -> None:
    assert await ExampleClock().now() == START


@pytest.mark.usefixtures("database_url")
async def test_each_thing_happens_at_its_own_time_on_the_way() -> None:
    await _set(Face(START, WALL))
    await _plan("a", START + HOUR)
    await _plan("b", START + DAY)
    await _plan("later", START + 3 * DAY)
    await actions.across_organisations_move_to(START + 2 * DAY, wall=WALL)
    seen = []
    while await actions.across_organisations_step(wall=WALL + SECOND):
        face = await actions.across_organisations_face()
        seen.append(face.shows_at)
        async with database.across_organisations() as link:
            due = [row["key"] for row in await link.fetch("SELECT key FROM delivery WHERE state = 'planned' AND due_at <= $1", face.shows_at)]
        assert len(due) <= 1
        for key in due:
            assert await actions.across_organisations_step(wall=WALL + SECOND), "waits"
            await _settle(key)
    assert seen == [START + HOUR, START + DAY]
    assert await actions.across_organisations_face() == Face(START + 2 * DAY, WALL + SECOND)


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("outcome", ["failed", "unclear", "skipped"])
async def test_what_hangs_on_something_that_did_not_arrive_does_not_hold_the_clock(outcome: str) -> None:
    await _set(Face(START, WALL))
    await _plan("page", START + HOUR, kind="publication")
    await _plan("feed", START + HOUR, kind="publication", after="page")
    await actions.across_organisations_move_to(START + DAY, wall=WALL)
    await actions.across_organisations_step(wall=WALL)
    assert await actions.across_organisations_step(wall=WALL)
    await _settle("page", outcome)
    assert not await actions.across_organisations_step(wall=WALL)
    assert (await actions.across_organisations_face()).shows_at == START + DAY


@pytest.mark.usefixtures("database_url")
async def test_what_a_stop_holds_does_not_hold_the_clock() -> None:
    await _set(Face(START, WALL))
    await stops.across_organisations_halt("Fel siffror.", now=START)
    await _plan("page", START + HOUR, kind="publication")
    await actions.across_organisations_move_to(START + DAY, wall=WALL)
    await actions.across_organisations_step(wall=WALL)
    assert await actions.across_organisations_step(wall=WALL)
    assert await sending.across_organisations_hand_out(now=START + HOUR, wall=WALL) == []
    assert not await actions.across_organisations_step(wall=WALL)
    assert (await actions.across_organisations_face()).shows_at == START + DAY


@pytest.mark.usefixtures("database_url")
async def test_nothing_moves_by_itself_while_the_clock_runs() -> None:
    await _set(Face(START, WALL))
    assert not await actions.across_organisations_step(wall=WALL + DAY)
    assert await actions.across_organisations_face() == Face(START, WALL)


@pytest.mark.usefixtures("database_url")
async def test_to_the_next_reminder_and_no_further() -> None:
    await _set(Face(START, WALL))
    with pytest.raises(Refusal) as refused:
        await actions.across_organisations_move_to_next_reminder(wall=WALL)
    assert refused.value.code == "example.no_reminder"
    await _plan("publication", START + HOUR, kind="publication")
    await _plan("second", START + 3 * DAY)
    await _plan("first", START + 2 * DAY)
    await actions.across_organisations_move_to_next_reminder(wall=WALL)
    assert (await actions.across_organisations_face()).target_at == START + 2 * DAY


# ---------------------------------------------------------------- the strip
@pytest.fixture
async def visitor(database_url: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, in front of an example with the example's own clock."""
    made = app.create_app(replace(settings, example=True))
    async with (
        made.lifespan(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=made, raise_app_exceptions=False), base_url="http://testserver") as client,
    ):
        await _set(Face(START, dt.datetime(9000, 1, 1, tzinfo=dt.UTC)))  # stands still
        yield client


async def _press(client: httpx.AsyncClient, *, htmx: bool = False, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/exempel/klocka")).text)
    return await client.post("/exempel/klocka", data={"_csrf_token": token, **fields}, headers={"HX-Request": "true"} if htmx else {})


async def test_the_strip_says_what_time_it_is(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/exempel/klocka")
    assert "tisdag 1 oktober 2024, 08.00" in page.text
    assert "Inget lämnar datorn" in page.text


async def test_what_is_wrong_with_a_page_is_not_said_in_the_strip(visitor: httpx.AsyncClient) -> None:
    token = cast.csrf((await visitor.get("/logga-in")).text)
    page = await visitor.post("/logga-in", data={"_csrf_token": token, "email": "ingen@example.org", "password": "fel"})
    assert "Inloggningen gick inte" in page.text
    assert "strip-problem" not in page.text


@pytest.mark.parametrize(
    ("fields", "target"),
    [({"hur": "timme"}, "2024-10-01T09:00"), ({"hur": "dygn"}, "2024-10-02T08:00"), ({"hur": "dag", "dag": "2024-12-31"}, "2024-12-31T08:00")],
)
async def test_a_move_works_without_javascript_and_shows_that_it_is_under_way(
    visitor: httpx.AsyncClient, fields: dict[str, str], target: str
) -> None:
    answer = await _press(visitor, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/exempel/klocka")
    face = await actions.across_organisations_face()
    assert face.target_at is not None
    assert face.target_at.astimezone(STOCKHOLM).isoformat()[:16] == target
    page = (await visitor.get("/exempel/klocka")).text
    assert "Klockan går fram till" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    await actions.across_organisations_step(wall=WALL)
    assert "http-equiv" not in (await visitor.get("/exempel/klocka")).text, "the page ends its reloading by itself"


async def test_with_htmx_the_strip_follows_the_move_and_reloads_the_page_at_its_end(visitor: httpx.AsyncClient) -> None:
    answer = await _press(visitor, htmx=True, hur="dygn")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'hx-get="/exempel/klocka/remsa"' in answer.text
    assert "HX-Refresh" not in (await visitor.get("/exempel/klocka/remsa", headers={"HX-Request": "true"})).headers
    await actions.across_organisations_step(wall=WALL)
    assert (await visitor.get("/exempel/klocka/remsa", headers={"HX-Request": "true"})).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2024-09-30", "Klockan går bara framåt"), ("2031-01-01", "högst fem år fram"), ("2025-02-29", "2025-02-29 finns inte"), ("", "ange ett datum")],
)
@pytest.mark.parametrize("htmx", [True, False])
async def test_a_day_that_will_not_do_is_answered_with_a_sentence(visitor: httpx.AsyncClient, day: str, sentence: str, *, htmx: bool) -> None:
    answer = await _press(visitor, htmx=htmx, hur="dag", dag=day)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (await actions.across_organisations_face()).target_at is None


async def test_a_move_can_be_stopped_where_it_is(visitor: httpx.AsyncClient) -> None:
    await _press(visitor, hur="dag", dag="2025-12-31")
    await _press(visitor, hur="stanna")
    face = await actions.across_organisations_face()
    assert (face.shows_at, face.target_at) == (START, None)


async def test_a_move_that_gave_up_says_so(visitor: httpx.AsyncClient) -> None:
    await _set(Face(START, WALL, stuck=True))
    assert "Klockan stannade på vägen" in (await visitor.get("/exempel/klocka")).text


async def test_the_clock_needs_the_forms_token(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.post("/exempel/klocka", data={"hur": "timme"})).status_code == 403


async def test_outside_the_example_there_is_no_clock(browser_of: cast.BrowserOf) -> None:
    client = await browser_of()
    for path in ("/exempel/klocka", "/exempel/klocka/remsa", "/exempel/mejl", "/exempel/inlagg"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert not re.search(r'class="strip"', answer.text)
