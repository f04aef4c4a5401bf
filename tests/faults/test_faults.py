"""Whatever dies: every reminder arrives at least once and is recorded, no publication goes out twice, nothing is stuck."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import cast
from tests.conftest import SETTINGS
from tests.faults.world import World, all_sent, plan_letters, plan_posts, states, until
from tests.letterbox import Letterbox
from tests.social import TOKEN, Social, Wire
from trygghet import clock, database, embedded
from trygghet.deliveries import sending

LEADER_LOCK = 0x7469636B
"""The timetable's own, which cannot be imported without an installation around it."""

pytestmark = pytest.mark.anyio


@pytest.fixture
def box() -> Iterator[Letterbox]:
    made = Letterbox()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def social() -> Iterator[Social]:
    made = Social()
    yield made.wait()
    made.stop()


@pytest.fixture
def wire(social: Social) -> Iterator[Wire]:
    made = Wire(social.port)
    yield made
    made.close()


@pytest.fixture
def world(database_url: str, box: Letterbox, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, database_url, box)
    yield made
    made.stop()


async def ids() -> dict[str, str]:
    """The Message-ID of every row, by key."""
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT d.key, d.message_id FROM delivery d JOIN organisation o ON o.id = d.organisation_id WHERE o.kind <> 'canary'")
        return {row["key"]: row["message_id"] for row in rows}


def posted(social: Social, *keys: str) -> Counter[str]:
    """How often each of these stands in the account."""
    return Counter(key for one in social.posts() for key in keys if f"Nytt {key}<" in one["content"] or f"Nytt {key}\n" in one["content"])


async def test_a_worker_killed_while_the_mail_server_holds_the_letter(world: World, box: Letterbox) -> None:
    await plan_letters("a", "b", "c")
    box.hold = True
    worker = world.start_worker()
    world.start_timetable()
    await until(box.held.is_set, world)
    assert set((await states()).values()) == {"sending"}
    world.kill(worker)
    box.hold = False
    world.start_worker()
    await until(all_sent, world)
    assert Counter(box.message_ids) == Counter((await ids()).values())  # the held one was never taken, so each arrived once


async def test_valkey_killed_and_emptied_while_everything_is_in_the_queue_and_again_while_it_is_sent(
    world: World, box: Letterbox, social: Social, wire: Wire
) -> None:
    letters, posts = [f"v{number}" for number in range(40)], [f"valkey{number}" for number in range(3)]
    await plan_letters(*letters)
    await plan_posts(wire.url, TOKEN, *posts)
    world.start_timetable()
    await until(_all_handed_out, world)
    world.empty_and_restart_valkey()
    box.slowness = 0.03
    world.start_worker(concurrency=2)
    await until(lambda: len(box.letters) >= 5, world)
    world.empty_and_restart_valkey()
    await until(all_sent, world)
    made = await ids()
    assert set(box.message_ids) == {made[key] for key in letters}
    assert posted(social, *posts) == dict.fromkeys(posts, 1)


async def test_a_worker_that_finishes_while_valkey_is_away_goes_on_when_it_is_back(world: World, box: Letterbox) -> None:
    box.slowness = 0.5
    await plan_letters("a")
    world.start_worker()
    world.start_timetable()
    await until(_one_is_sent_now, world)
    world.kill_valkey()
    await until(lambda: "Couldn't ack" in world.log(), world)
    world.start_empty_valkey()
    await plan_letters("b", "c")
    await until(all_sent, world)


async def _one_is_sent_now() -> bool:
    return "sending" in (await states()).values()


async def _all_handed_out() -> bool:
    async with database.across_organisations() as link:
        return bool(
            await link.fetchval(
                "SELECT bool_and(d.handed_out_until IS NOT NULL) FROM delivery d JOIN organisation o ON o.id = d.organisation_id WHERE o.kind <> 'canary'"
            )
        )


async def test_postgresql_killed_and_restarted_in_the_middle_of_it(
    servers_home: Path, box: Letterbox, social: Social, wire: Wire, tmp_path: Path
) -> None:
    server = embedded.PostgreSQL(servers_home / "killed").start()
    await database.migrate(server.url, environment=SETTINGS.environment)
    await database.open_pool(server.url, size=2)
    await cast.enter(clock.wall())
    world = World(tmp_path, server.url, box)
    try:
        letters, posts = [f"p{number}" for number in range(30)], [f"postgres{number}" for number in range(3)]
        await plan_letters(*letters)
        await plan_posts(wire.url, TOKEN, *posts)
        box.slowness = 0.05
        world.start_worker(concurrency=2)
        world.start_timetable()
        await until(lambda: len(box.letters) >= 5, world)
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
        await until(all_sent, world, seconds=45)
        made = await ids()
        assert set(box.message_ids) == {made[key] for key in letters}
        assert posted(social, *posts) == dict.fromkeys(posts, 1)
    finally:
        world.stop()
        await database.close_pool()
        server.stop()


async def test_two_timetables_and_two_workers_of_which_one_each_is_killed(world: World, box: Letterbox, social: Social, wire: Wire) -> None:
    timetables = [world.start_timetable(), world.start_timetable()]
    workers = [world.start_worker(), world.start_worker()]
    letters, posts = [f"t{number}" for number in range(60)], [f"two{number}" for number in range(4)]
    await plan_letters(*letters[:30])
    await plan_posts(wire.url, TOKEN, *posts)
    await until(all_sent, world)
    async with database.across_organisations() as link:
        leader = await link.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND (classid, objid) = (0, $1)",
            LEADER_LOCK,
        )
    assert leader == 1
    world.kill(timetables[0])
    world.kill(workers[0])
    await plan_letters(*letters[30:])
    await until(all_sent, world)
    made = await ids()
    assert Counter(box.message_ids) == Counter(made[key] for key in letters)
    assert posted(social, *posts) == dict.fromkeys(posts, 1)


async def test_the_same_message_delivered_five_times_by_the_broker(world: World, box: Letterbox, social: Social, wire: Wire) -> None:
    letters, posts = [f"d{number}" for number in range(30)], [f"double{number}" for number in range(4)]
    await plan_letters(*letters)
    await plan_posts(wire.url, TOKEN, *posts)
    batches = await sending.across_organisations_hand_out(now=clock.wall(), wall=clock.wall())
    world.publish([batch for batch in batches for _ in range(5)])
    world.start_worker(concurrency=2)
    await until(all_sent, world)
    world.publish(batches)
    await plan_letters("last")
    world.publish(await sending.across_organisations_hand_out(now=clock.wall(), wall=clock.wall()))
    await until(all_sent, world)  # the last has passed all the others in the queue
    made = await ids()
    assert Counter(box.message_ids) == Counter(made[key] for key in [*letters, "last"])
    assert posted(social, *posts) == dict.fromkeys(posts, 1)


async def _due_again(key: str) -> bool:
    async with database.across_organisations() as link:
        return bool(await link.fetchval("SELECT state = 'planned' AND attempts = 1 FROM delivery WHERE key = $1", key))


async def test_a_social_server_and_a_mail_server_that_cut_the_connection_after_they_have_read_it_all(
    world: World, box: Letterbox, social: Social, wire: Wire
) -> None:
    wire.cut("POST /api/v1/statuses")
    box.hang_ups = 1
    await plan_posts(wire.url, TOKEN, "cut")
    await plan_letters("a")
    world.start_worker()
    world.start_timetable()
    await until(lambda: _due_again("a"), world)
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET due_at = $1 WHERE key = 'a'", clock.wall())  # two minutes go by
    await until(all_sent, world)
    assert box.message_ids == [(await ids())["a"]] * 2
    assert (wire.cuts, posted(social, "cut")) == (1, {"cut": 1})
    async with database.across_organisations() as link:
        row = await link.fetchrow("SELECT attempts, remote_url FROM delivery WHERE key = 'cut'")
    assert (row["attempts"], row["remote_url"]) == (1, social.posts()[0]["url"])


async def test_a_worker_killed_while_the_social_server_owes_it_an_answer(world: World, social: Social, wire: Wire) -> None:
    wire.hold = True
    await plan_posts(wire.url, TOKEN, "held")
    worker = world.start_worker()
    world.start_timetable()
    await until(wire.held.is_set, world)
    world.kill(worker)
    wire.hold = False
    world.start_worker()
    await until(all_sent, world)
    assert posted(social, "held") == {"held": 1}


async def test_sigterm_ends_worker_and_timetable_cleanly(world: World, box: Letterbox) -> None:
    await plan_letters("a")
    worker, timetable = world.start_worker(), world.start_timetable()
    await until(all_sent, world)
    for process in (worker, timetable):
        process.send_signal(signal.SIGTERM)
    codes = await asyncio.gather(*(asyncio.to_thread(process.wait, 15) for process in (worker, timetable)))
    assert codes == [0, 0]
    assert "Traceback" not in world.log()
    assert len(box.letters) == 1
