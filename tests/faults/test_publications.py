"""Workers, queue and the places themselves killed at points that a seed draws, while updates are published, put right and taken back.

Then posts are counted where residents are: never two of one, and never one too few or too many that the product does not show as unclear or failed.
`ROUNDS=30 pytest -n0 tests/faults/test_publications.py` draws many, `SEED=7` others.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests import cast, made
from tests.faults.world import SECRET, World, pushed, until
from tests.letterbox import Letterbox
from tests.outside.hook import SignedWebhook
from tests.outside.mastodon_mock import LIMITS
from tests.outside.wire import Wire
from tests.social import TOKEN, Social
from trygghet import clock, database, embedded
from trygghet.channels import Health
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.rules import Act, Delivery, State
from trygghet.updates import actions as updates
from trygghet.updates.rules import Written

pytestmark = pytest.mark.anyio
ROUNDS, SEED = int(os.environ.get("ROUNDS", "2")), int(os.environ.get("SEED", "1"))
UPDATES = 3
SHOWN = {State.UNCLEAR, State.FAILED}
"""What a person is told of: then it may be there or not."""


@dataclass
class Running:
    """All that can die, and the two places: one that must never be told twice, and one that knows what comes again."""

    world: World
    social: Social
    wire: Wire
    hook: SignedWebhook
    public_url: str
    accounts: tuple[str, ...]
    promise: uuid.UUID
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.web = self.world.start_web()
        self.worker = self.world.start_worker(concurrency=2)
        self.timetable = self.world.start_timetable()

    def strike(self, dice: random.Random) -> None:
        """Something goes wrong, and comes back."""
        begins, status = dice.choice(["POST /api/v1/statuses", "PUT ", "DELETE ", "GET "]), dice.choice([500, 502, 503])
        strikes: dict[str, Callable[[], object]] = {
            "worker": lambda: self.world.kill(self.worker),
            "child": lambda: self.world.kill_child(self.worker, dice),
            "valkey": self.world.empty_and_restart_valkey,
            "timetable": lambda: self.world.kill(self.timetable),
            "social": self.social.die,
            "cut": lambda: self.wire.cut(begins),
            "lose": lambda: self.wire.lose(begins),
            "answer": lambda: self.wire.answer(begins, status, {"error": "Fel"}),
            "hook cut": lambda: self.hook.wire.cut("POST"),
            "hook lose": lambda: self.hook.wire.lose("POST"),
            "hook answer": lambda: self.hook.wire.answer("POST", status),
        }
        what = dice.choice(list(strikes))
        self.told.append(what)
        strikes[what]()
        self.revive()

    def revive(self) -> None:
        """What is dead is started again, as whoever runs it would."""
        if self.worker.poll() is not None:
            self.worker = self.world.start_worker(concurrency=2)
        if self.timetable.poll() is not None:
            self.timetable = self.world.start_timetable()


@pytest.fixture
async def running(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    box, social, hook = Letterbox(), Social(tmp_path), SignedWebhook()
    public_url = f"http://127.0.0.1:{embedded.free_port()}"
    wire = Wire(social.port)
    world = World(tmp_path, database_url, box, worker="tests.faults.publisher", public_url=public_url)
    accounts = (
        await _connect("mastodon", "@bjorken@example.org", wire.url, TOKEN, LIMITS),
        await _connect("hook", "Intranätet", hook.wire.url, json.dumps({"url": f"{hook.wire.url}/krok", "secrets": hook.receiver.secrets}), {}),
    )
    try:
        found = Running(world, social, wire, hook, public_url, accounts, await made.promise())
        social.wait()
        await until(lambda: _answers(public_url), world)
        await until(lambda: "ready." in world.log(), world)
        yield found
    finally:
        world.stop()
        wire.close()
        hook.stop()
        social.stop()
        box.stop()


async def _connect(channel: str, name: str, base_url: str, token: str, limits: dict[str, int]) -> str:
    health = Health("ok", limits=limits)
    now = clock.wall()
    found = await connections.add(cast.BJORKEN, channel=channel, name=name, base_url=base_url, token=token, secret_key=SECRET, health=health, now=now)
    return str(found)


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"{url}/health/live")).status_code == 200
        except httpx.TransportError:
            return False


async def test_whatever_dies_nothing_stands_twice_and_nothing_is_lost_in_silence(running: Running) -> None:
    dice = random.Random(SEED)
    for number in range(ROUNDS):
        await _round(running, number, dice)
    for secret in (TOKEN, *running.hook.secrets, SECRET):
        assert secret not in running.world.log(), "what opens an account is in no log of those that died"


async def _round(running: Running, number: int, dice: random.Random) -> None:
    world, began = running.world, time.monotonic()
    running.told.clear()
    running.social.reset()
    running.hook.receiver.forget()
    ids = [await _agree(running, Written(f"Nytt {number}:{one}", "Fyra gator.", running.accounts)) for one in range(UPDATES)]
    await _hit(running, dice, 2)
    correct, withdraw = dice.sample(ids, 2)
    await until(lambda: _is_out(running, correct), world, seconds=150)
    text = f"Fem gator, rundan {number}."
    await _correct(running, correct, Written(f"Nytt {number} rättat", text, running.accounts, correction="Det var fem gator."))
    await updates.withdraw(cast.BJORKEN, withdraw, "Fel gata.", by=cast.asking("anna"), now=await world.clock.now())
    await _hit(running, dice, 2)
    running.wire.heal()
    running.hook.wire.heal()
    running.social.wait()
    await until(lambda: _at_rest(running), world, seconds=200)
    told = f"round {number}: {', '.join(running.told)}; {time.monotonic() - began:.1f} s"
    print(told)  # noqa: T201 - the figures of many rounds
    for one in ids:
        await _count(running, one, text if one == correct else "", gone=one == withdraw, told=told)


async def _hit(running: Running, dice: random.Random, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(dice.uniform(0, 0.8))
        running.strike(dice)


async def _agree(running: Running, written: Written) -> uuid.UUID:
    anna, now = cast.asking("anna"), await running.world.clock.now()
    found = await updates.write(cast.BJORKEN, running.promise, written, public_url=running.public_url, by=anna, now=now)
    await updates.share(cast.BJORKEN, found, seen=await _hash(found), by=anna, now=now)
    await _approve(running, found)
    return found


async def _correct(running: Running, update: uuid.UUID, written: Written) -> None:
    now = await running.world.clock.now()
    seen = await _hash(update)
    await updates.edit(cast.BJORKEN, update, written, seen=seen, public_url=running.public_url, by=cast.asking("anna"), now=now)
    await _approve(running, update)


async def _approve(running: Running, update: uuid.UUID) -> None:
    now = await running.world.clock.now()
    for who in ("bo", "pia"):
        leader = cast.asking(who)
        await updates.approve(leader.organisation, update, seen=await _hash(update), by=leader, now=now)


async def _hash(update: uuid.UUID) -> str:
    async with database.across_organisations() as link:
        found: str = await link.fetchval("SELECT content_hash FROM status_update WHERE id = $1", update)
    return found


async def _is_out(running: Running, update: uuid.UUID) -> bool:
    running.revive()
    async with database.across_organisations() as link:
        return bool(await link.fetchval("SELECT published_at IS NOT NULL FROM status_update WHERE id = $1", update))


async def _at_rest(running: Running) -> bool:
    """Nothing is due, being sent or being looked up; what waits for its next attempt has its moment brought to it."""
    running.revive()
    async with database.across_organisations() as link:
        looked_up = await link.fetchval("SELECT count(*) FROM delivery WHERE state = 'unclear' AND lookups < 3")
    return looked_up == 0 and await pushed(running.world)


# ---------------------------------------------------------------- what residents see
async def _count(running: Running, update: uuid.UUID, corrected: str, *, gone: bool, told: str) -> None:
    rows = (await deliveries.of_updates(cast.BJORKEN, [update]))[update]
    permalink = f"/uppdateringar/{update}"
    seen = {
        running.accounts[0]: [one["content"] for one in running.social.posts() if permalink in one["content"]],
        running.accounts[1]: [one.text for one in running.hook.posts() if permalink in one.text],
    }
    for account, there in seen.items():
        acts = {one.act: one for one in rows if str(one.connection_id) == account}
        said = f"{told}\n{account}: {len(there)} there, {[(one.act, one.state, one.reason) for one in acts.values()]}\n{running.world.log()[-3000:]}"
        assert len(there) <= 1, said
        assert all(one.state in {State.SENT, State.SKIPPED, *SHOWN} for one in acts.values()), said
        if not SHOWN & {one.state for one in acts.values()}:
            assert len(there) == _wanted(acts, gone=gone), said
            assert not there or corrected in there[0], said
        if gone and there:
            assert acts[Act.RETRACT].state in SHOWN, said


def _wanted(acts: dict[str, Delivery], *, gone: bool) -> int:
    """How many posts there must be where the product is certain: what was taken back is away, what was sent is there, what was skipped never came."""
    return 0 if gone or acts[Act.PUBLISH].state is not State.SENT else 1
