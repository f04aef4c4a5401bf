"""What stands in front of everything, through the front door, hunted for answers that are old or somebody else's."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import asyncpg
import httpx
import pytest

from tests import cast, made
from tests.edge.conftest import caught_up, heard, until
from tests.site import given
from trygghet import app, database, tenancy
from trygghet.edge import door
from trygghet.edge.rules import FRESHNESS, Memory
from trygghet.organisations import actions as organisations
from trygghet.web import SESSION_COOKIE

if TYPE_CHECKING:
    from litestar import Litestar

    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio


class Counted:
    """Counts what comes through to the application, behind the door."""

    def __init__(self, application: Litestar) -> None:
        self.door: Any = application.asgi_handler
        self.inner, self.asked = self.door.app, 0

    async def __call__(self, *message: Any) -> None:
        self.asked += 1
        await self.inner(*message)

    def __enter__(self) -> Self:
        self.door.app = self
        return self

    def __exit__(self, *_: object) -> None:
        self.door.app = self.inner


def reader(application: Litestar, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://testserver", headers=headers)


async def changed(application: Litestar, sql: str, *values: Any) -> None:
    """Changes something and waits until it has been heard."""
    memory: Memory = application.state.memory
    before = memory.edition
    async with database.across_organisations() as link:
        await link.execute(sql, *values)
    await until(lambda: memory.edition > before)


async def test_a_page_is_made_once_and_its_304_asks_for_nothing(application: Litestar) -> None:
    await given.told(await made.promise())
    async with reader(application) as residents:
        await residents.get("/bjorken?forst")  # its template is read the first time, which takes long
        await caught_up(application.state.memory)
        with Counted(application) as behind:
            first, again = [await residents.get("/bjorken") for _ in range(2)]
            unchanged = await residents.get("/bjorken", headers={"If-None-Match": first.headers["etag"]})
            head = await residents.head("/bjorken")
        assert behind.asked == 1
    assert first.headers["content-encoding"] == "br"
    assert first.headers["vary"].endswith("Accept-Encoding")
    assert again.content == first.content
    assert again.headers == first.headers
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (head.content, head.headers["content-length"]) == (b"", first.headers["content-length"])
    assert "default-src 'none'" in again.headers["content-security-policy"]


async def test_what_is_taken_back_is_gone_as_soon_as_it_is_told(application: Litestar) -> None:
    update_id = await given.told(await made.promise())
    pages = ("/bjorken", "/bjorken/flode.atom", "/", "/bjorken/kort.json", f"/bjorken/uppdateringar/{update_id}")
    async with reader(application) as residents:
        for path in pages * 2:
            assert (await residents.get(path)).status_code == 200
        await changed(
            application,
            "UPDATE published_update SET withdrawn_at = $2, withdrawn_why = 'Fel gata.', changed_at = $2 WHERE id = $1",
            update_id,
            cast.START,
        )
        assert given.TITLE not in (await residents.get("/bjorken")).text
        for _ in range(2):
            gone = await residents.get(f"/bjorken/uppdateringar/{update_id}", headers={"If-None-Match": "*"})
            assert gone.status_code == 410
            assert given.BODY[:20] not in gone.text


async def test_nothing_is_mixed_between_addresses_languages_days_ways_and_readers(application: Litestar, clock: HandClock) -> None:
    """Each answer from memory is what the application itself says to the same question."""
    await given.told(await made.promise())
    asked = [
        (path, headers)
        for path in ("/", "/en", "/bjorken", "/en/bjorken", "/?sok=bj", "/bjorken/flode.atom", "/api/v1")
        for headers in ({}, {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}, {"HX-Request": "true"}, {"Host": "somebody.example.org"})
    ]
    for _ in range(2):
        async with reader(application) as residents:
            kept = [await residents.get(path, headers=headers) for path, headers in asked * 2]
        memory = application.state.memory
        until_then, memory.true_until = memory.true_until, 0.0
        async with reader(application) as residents:
            for (path, headers), one, other in zip(asked, kept, kept[len(asked) :], strict=False):
                fresh = await residents.get(path, headers=headers)
                assert (one.status_code, one.text) == (fresh.status_code, fresh.text), (path, headers)
                assert (other.status_code, other.text) == (fresh.status_code, fresh.text), (path, headers)
                assert other.headers.get("content-language") == fresh.headers.get("content-language")
        memory.true_until = until_then
        clock.at += dt.timedelta(days=120)  # the promise has ended, and nobody has told us so


async def test_a_key_to_the_api_is_asked_for_each_time(application: Litestar) -> None:
    async with reader(application) as residents:
        assert (await residents.get("/api/v1")).status_code == 200
        assert (await residents.get("/api/v1", headers={"Authorization": "Bearer nobody"})).status_code == 401
        assert (await residents.get("/api/v1")).status_code == 200


async def test_pages_inside_are_neither_kept_nor_made_smaller(application: Litestar) -> None:
    """What is typed and a secret beside each other must not be compressed together: the length would tell of the secret (BREACH)."""
    async with reader(application) as anna:
        await cast.sign_in(anna, "anna")
        with Counted(application) as behind:
            for _ in range(2):
                page = await anna.get("/oversikt")
                assert (page.headers["cache-control"], page.headers.get("content-encoding")) == ("no-store", None)
        assert behind.asked == 2


async def test_nothing_is_answered_from_memory_while_the_line_is_down_and_it_mends_itself(application: Litestar, database_url: str) -> None:
    promise_id = await made.promise()
    memory: Memory = application.state.memory
    async with reader(application) as residents:
        await residents.get("/bjorken")
        admin = await asyncpg.connect(database_url)
        try:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'trygghet listener' AND datname = current_database()"
            )
        finally:
            await admin.close()
        await until(lambda: memory.true_until == 0)
        await given.told(promise_id)
        assert given.TITLE in (await residents.get("/bjorken")).text
        await caught_up(memory)
        with Counted(application) as behind:
            assert all([given.TITLE in (await residents.get("/bjorken")).text for _ in range(3)])
        assert behind.asked == 1


async def test_a_thousand_at_once_are_answered_with_one_page(application: Litestar) -> None:
    await given.told(await made.promise())
    await caught_up(application.state.memory)
    async with reader(application) as residents:
        with Counted(application) as behind:
            answers = await asyncio.gather(*(residents.get("/bjorken") for _ in range(200)))
    assert {one.status_code for one in answers} == {200}
    assert behind.asked == 1


async def test_beyond_what_it_can_make_residents_are_told_to_come_back_and_nobody_else_is(application: Litestar) -> None:
    """Pages that take long are asked for by more than have room: who is signed in, and who signs in, is let in all the same; then all is as before."""
    released, inside, most = asyncio.Event(), 0, 0

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        nonlocal inside, most
        if scope["path"] not in {"/logga-in", "/oversikt"}:
            inside += 1
            most = max(most, inside)
            await released.wait()
            inside -= 1
        await counted.inner(scope, receive, send)

    async with reader(application) as residents, reader(application) as anna:
        await cast.sign_in(anna, "anna")
        with Counted(application) as counted:
            counted.door.app = slow
            asked = [asyncio.create_task(residents.get(f"/finns-inte/{number}")) for number in range(door.AT_ONCE + door.IN_LINE)]
            await until(lambda: inside == door.AT_ONCE)
            refused = await residents.get("/bjorken")
            assert (refused.status_code, refused.headers["retry-after"], refused.headers["cache-control"]) == (503, "3", "no-store")
            assert "Många läser just nu" in refused.text
            async with reader(application, Cookie=f"{SESSION_COOKIE}={'x' * 43}.{'0' * 32}") as stranger:
                assert (await stranger.get("/oversikt")).status_code == 503
            assert (await anna.get("/oversikt")).status_code == 200
            assert (await residents.get("/logga-in")).status_code == 200
            released.set()
            assert {one.status_code for one in await asyncio.gather(*asked)} == {404}
        assert most == door.AT_ONCE
        assert (await residents.get("/finns-inte")).status_code == 404


async def test_a_flood_of_made_up_addresses_is_refused_early_and_leaves_nothing_behind(application: Litestar) -> None:
    await given.told(await made.promise())
    async with reader(application) as residents:
        await residents.get("/bjorken?forst")
        await caught_up(application.state.memory)
        page = await residents.get("/bjorken")
        assert page.status_code == 200
        kept = len(application.state.memory)
        flood = [asyncio.create_task(residents.get(f"/finns-{number}?{number}")) for number in range(6 * door.IN_LINE)]
        await asyncio.sleep(0)
        assert (await residents.get("/bjorken")).text == page.text, "what is kept needs no line"
        answers = await asyncio.gather(*flood)
        assert {one.status_code for one in answers} == {404, 503}
        assert (await residents.get("/finns-inte")).status_code == 404
        assert len(application.state.memory) == kept


async def test_an_old_name_is_led_on_from_memory_until_it_is_the_name_again(application: Litestar) -> None:
    await made.promise()
    memory: Memory = application.state.memory

    async def rename(old: str, new: str) -> None:
        before = memory.edition
        await organisations.across_organisations_rename(old, new, app.first_names(), now=cast.START)
        await heard(memory, before)

    async with reader(application) as residents:
        await rename("bjorken", "nya-bjorken")
        with Counted(application) as behind:
            answers = [await residents.get("/bjorken/flode.atom") for _ in range(3)]
        assert behind.asked == 1
        assert {(one.status_code, one.headers["location"], one.headers["cache-control"]) for one in answers} == {
            (301, "/nya-bjorken/flode.atom", FRESHNESS)
        }
        await rename("nya-bjorken", "bjorken")
        assert [(await residents.get(path)).status_code for path in ("/bjorken/flode.atom", "/nya-bjorken/flode.atom")] == [200, 301]


async def test_in_the_example_whose_clock_jumps_nothing_is_kept(application: Litestar) -> None:
    application.state.settings = replace(application.state.settings, example=True)
    async with reader(application) as residents:
        with Counted(application) as behind:
            for _ in range(2):
                await residents.get("/static/tokens.css")
        assert behind.asked == 2


async def test_every_table_that_residents_read_tells_of_its_changes(database_url: str) -> None:
    async with database.across_organisations() as link:
        silent = await link.fetch(
            "SELECT relname FROM pg_class t WHERE relkind = 'r' AND has_table_privilege('trygghet_site', t.oid, 'SELECT') AND relname <> 'example_clock' "
            "AND relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t.oid AND tgname = 'tell_published')"
        )
    assert silent == []


async def test_a_session_is_known_by_its_cookie_until_the_key_that_made_it_is_gone(application: Litestar) -> None:
    settings = application.state.settings
    async with reader(application) as anna:
        await cast.sign_in(anna, "anna")
        token = anna.cookies[SESSION_COOKIE]
    chance, _, mark = token.rpartition(".")
    assert tenancy.was_given_out(token, settings.secret_keys)
    assert tenancy.was_given_out(token, ("the key after it", settings.secret_key))
    for forged in ("", ".", chance, f"{chance}.", f"{chance}x.{mark}", f"{mark}.{chance}", "é.é", token.upper()):
        assert not tenancy.was_given_out(forged, settings.secret_keys), forged
    assert not tenancy.was_given_out(token, ("another key",))
