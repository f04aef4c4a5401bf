"""Nobody reaches what is somebody else's: every route and every store function, walked as the wrong organisation and as no one.

Routes and store functions are found in the code, so a new one without a case here fails by its name.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg
import httpx
import pytest

from tests import cast, world
from tests.conftest import HandClock
from tests.routes import ANYONES, CASES, Case
from tests.stores import CALLS
from tests.world import World
from trygghet import app, clock, database
from trygghet.settings import ROOT, Settings
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import MAY, Act, Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from litestar import Litestar

    from trygghet import embedded

pytestmark = pytest.mark.anyio

SETTINGS = Settings(
    database_url="postgresql://unused/unused",
    redis_url="redis://unused",
    smtp_url="",
    public_url="http://testserver",
    mail_from="Trygghet <paminnelser@trygghet.example.org>",
    secret_key="x" * 40,
    example=False,
    var=Path("var"),
    host="127.0.0.1",
    port=0,
    https=False,
    log_level="warning",
)
ORDINARY, EXAMPLE = (app.create_app(replace(SETTINGS, example=example), clock=HandClock(world.NOW)) for example in (False, True))


# ---------------------------------------------------------------- the routes, as the application has them
class Route(NamedTuple):
    """One method of one address."""

    method: str
    path: str
    may: Act | None
    handler: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _routes(made: Litestar) -> dict[str, Route]:
    found = [
        Route(method, route.path_format, handler.opt.get("may"), handler)
        for route in made.routes
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]
        for method in sorted(getattr(handler, "http_methods", {"GET"}) - {"HEAD", "OPTIONS"})
    ]
    return {str(one): one for one in found}


ROUTES = _routes(ORDINARY)
EXAMPLE_ROUTES = {name: route for name, route in _routes(EXAMPLE).items() if name not in ROUTES}
GUARDED = [one for one in ROUTES.values() if one.may is not Act.ANYONE and str(one) in CASES]
OPEN = [one for one in ROUTES.values() if one.may is Act.ANYONE]


# ---------------------------------------------------------------- a world to walk in
@pytest.fixture(scope="module")
async def built(postgresql: embedded.PostgreSQL, template: str, anyio_backend: str) -> AsyncIterator[tuple[str, World]]:
    """A database with the world in it, to be copied, and the world's ids."""
    await _copy(postgresql, template, "template_world")
    await database.open_pool(_url(postgresql, "template_world"), size=2)
    made = await world.build(clock.wall())
    await database.close_pool()
    yield "template_world", made
    await _drop(postgresql, "template_world")


def _url(postgresql: embedded.PostgreSQL, name: str) -> str:
    return postgresql.url.removesuffix("trygghet") + name


async def _copy(postgresql: embedded.PostgreSQL, template: str, name: str) -> None:
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    await admin.close()


async def _drop(postgresql: embedded.PostgreSQL, name: str) -> None:
    admin = await asyncpg.connect(postgresql.url)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="module")
async def shared(postgresql: embedded.PostgreSQL, built: tuple[str, World]) -> AsyncIterator[str]:
    """One copy for all walks that must change nothing."""
    await _copy(postgresql, built[0], "walked")
    yield _url(postgresql, "walked")
    await _drop(postgresql, "walked")


@pytest.fixture
async def walked(shared: str, built: tuple[str, World]) -> AsyncIterator[World]:
    """The world, with the pool open on the shared copy."""
    await database.open_pool(shared, size=2)
    yield built[1]
    await database.close_pool()


@pytest.fixture
async def fresh(postgresql: embedded.PostgreSQL, built: tuple[str, World]) -> AsyncIterator[World]:
    """The world in a copy of this test's own."""
    name = f"w_{uuid.uuid4().hex[:12]}"
    await _copy(postgresql, built[0], name)
    await database.open_pool(_url(postgresql, name), size=2)
    yield built[1]
    await database.close_pool()
    await _drop(postgresql, name)


def _browser(who: str | None, made: Litestar = ORDINARY) -> httpx.AsyncClient:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=made, raise_app_exceptions=False), base_url="http://testserver")
    if who:
        client.cookies.set("trygghet_session", world.token(who))
    return client


async def _ask(route: Route, who: str | None, case: Case, made: Litestar = ORDINARY) -> httpx.Response:
    params, form = case
    async with _browser(who, made) as client:
        path = route.path.format(**params)
        if route.method == "GET":
            return await client.get(path)
        token = cast.csrf((await client.get("/logga-in")).text)
        return await client.request(route.method, path, data={**form, "_csrf_token": token})


async def _rows(link: asyncpg.Connection[Any], *, but: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """Every row of every table, as text."""
    tables = [row[0] for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")]
    return {(table, row[0]) for table in tables if table not in but for row in await link.fetch(f"SELECT t::text FROM {table} t")}


async def _everything() -> set[tuple[str, str]]:
    async with database.across_organisations() as link:
        return await _rows(link, but=("session", "sign_in_attempt"))


def _stranger(may: Act) -> str:
    """Somebody of Ön whose role has the right at home, so that only the tenant is in the way."""
    return next(seat.who for seat in cast.SEATS if seat.organisation == cast.ON and Role(seat.role) in MAY[may])


def _owner(may: Act) -> str:
    return next(seat.who for seat in cast.SEATS if seat.organisation == cast.BJORKEN and Role(seat.role) in MAY[may])


def _lacking(may: Act) -> list[str]:
    return [seat.who for seat in cast.SEATS if seat.organisation == cast.BJORKEN and seat.who != "berit" and Role(seat.role) not in MAY[may]]


# ---------------------------------------------------------------- (1) every route has its right and its case
@pytest.mark.parametrize("route", [*ROUTES.values(), *EXAMPLE_ROUTES.values()], ids=str)
def test_every_route_names_its_right(route: Route) -> None:
    assert isinstance(route.may, Act), f"{route} has no opt['may']: use web.get, web.post or opt=web.public()"


def test_every_guarded_route_is_walked_and_every_open_one_is_meant_to_be() -> None:
    assert {name for name, one in ROUTES.items() if one.may is not Act.ANYONE} - set(CASES) == set(), "a route without a case"
    assert {str(one) for one in OPEN} - ANYONES == set(), "open to all without saying so"
    assert (set(CASES) | ANYONES) - set(ROUTES) == set(), "a case without a route"


def test_the_examples_routes_are_the_examples_alone() -> None:
    assert EXAMPLE_ROUTES
    assert {one.may for one in EXAMPLE_ROUTES.values()} == {Act.EXAMPLE}
    assert not any("exempel" in one for one in ROUTES)


# ---------------------------------------------------------------- (2) walked as no one, as a stranger, as the wrong role
@pytest.mark.parametrize("route", GUARDED, ids=str)
async def test_no_one_is_sent_to_the_front_door_and_changes_nothing(route: Route, walked: World) -> None:
    before = await _everything()
    answer = await _ask(route, None, CASES[str(route)](walked))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/logga-in")
    assert world.SECRET not in answer.text
    assert await _everything() == before


@pytest.mark.parametrize("route", [one for one in GUARDED if "{" in one.path], ids=str)
async def test_a_stranger_does_not_find_it_and_changes_nothing(route: Route, walked: World) -> None:
    assert route.may
    before = await _everything()
    answer = await _ask(route, _stranger(route.may), CASES[str(route)](walked))
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text
    assert world.SECRET not in answer.text
    assert await _everything() == before
    nowhere = {name: uuid.uuid4() for name in CASES[str(route)](walked)[0]}
    absent = await _ask(route, _stranger(route.may), (nowhere, CASES[str(route)](walked)[1]))
    assert _shape(absent) == _shape(answer), "what is somebody else's and what does not exist look the same"


def _shape(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, re.sub(r'nonce="[^"]*"|value="[0-9a-f]{64,}"', "", answer.text)


@pytest.mark.parametrize("who", ["oda", "olof", "orvar"])
async def test_a_strangers_own_pages_show_nothing_of_others(who: str, walked: World) -> None:
    for route in GUARDED:
        if route.method == "GET" and "{" not in route.path:
            answer = await _ask(route, who, ({}, {}))
            assert answer.status_code in {200, 303, 403}, route
            assert world.SECRET not in answer.text, route


@pytest.mark.parametrize("route", [one for one in GUARDED if one.may and _lacking(one.may)], ids=str)
async def test_a_role_without_the_right_is_told_so_and_changes_nothing(route: Route, walked: World) -> None:
    assert route.may
    before = await _everything()
    for who in _lacking(route.may):
        answer = await _ask(route, who, CASES[str(route)](walked))
        assert answer.status_code == 403, who
        assert "Din roll räcker inte hit" in answer.text
        assert world.SECRET not in answer.text
    assert await _everything() == before


@pytest.mark.parametrize("route", GUARDED, ids=str)
async def test_whose_it_is_succeeds_with_the_very_same_request(route: Route, fresh: World) -> None:
    assert route.may
    before = await _everything()
    answer = await _ask(route, _owner(route.may), CASES[str(route)](fresh))
    assert answer.status_code in {200, 303}, answer.text
    if route.method != "GET" and route.may is not Act.MYSELF:
        assert await _everything() != before, "or else the walks above prove nothing"


@pytest.mark.parametrize("route", [one for one in GUARDED if "{update_id}" in one.path], ids=str)
async def test_a_draft_is_not_found_by_the_other_party_before_it_is_shared(route: Route, walked: World) -> None:
    assert route.may
    params, form = CASES[str(route)](walked)
    who = next(seat.who for seat in cast.SEATS if seat.organisation == cast.SKOGEN and Role(seat.role) in MAY[route.may])
    before = await _everything()
    answer = await _ask(route, who, ({**params, "update_id": walked.draft.id}, {**form, "lydelse": walked.draft.content_hash}))
    assert answer.status_code == 404
    assert await _everything() == before


@pytest.mark.parametrize("route", OPEN, ids=str)
async def test_open_addresses_for_residents_set_no_cookie_and_know_nobody(route: Route, walked: World) -> None:
    assert route.method == "GET" or str(route) in {"POST /logga-in", "POST /logga-ut"}
    if not route.handler.opt.get("cookieless"):
        return
    params = {
        "slug": "bjorken",
        "promise_id": walked.promise.id,
        "update_id": walked.agreed.id,
        "picture_id": uuid.uuid4(),
        "file_path": "tokens.css",
    }
    answers = [await _ask(route, who, (params, {})) for who in (None, "anna")]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert "/logga-ut" not in answer.text
    if str(route) != "GET /metrics":
        assert _shape(answers[0]) == _shape(answers[1])


@pytest.mark.parametrize("which", ["draft", "waiting", "agreed"])
async def test_residents_do_not_find_what_is_not_published(which: str, walked: World) -> None:
    update = getattr(walked, which)
    assert update.picture
    for path in (f"/bjorken/uppdateringar/{update.id}", f"/bilder/{update.picture.id}"):
        async with _browser(None) as client:
            assert (await client.get(path)).status_code == 404
    for path in ("/bjorken", "/bjorken/flode.atom", "/"):
        async with _browser(None) as client:
            answer = await client.get(path)
            assert answer.status_code == 200
            assert update.title not in answer.text


@pytest.mark.parametrize("route", EXAMPLE_ROUTES.values(), ids=str)
async def test_the_example_cannot_be_reached_where_there_is_none(route: Route, walked: World) -> None:
    before = await _everything()
    for who in (None, "anna", "adam"):
        answer = await _ask(route, who, (dict.fromkeys(re.findall(r"{(\w+)", route.path), "x"), {}))
        assert answer.status_code == 404
    assert await _everything() == before


# ---------------------------------------------------------------- (3) every store function
STORES = sorted((ROOT / "src" / "trygghet").glob("*/store.py"))


def _store_functions() -> list[str]:
    return [
        f"{path.parent.name}.{node.name}"
        for path in STORES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


TENANTS = [name for name in _store_functions() if not name.split(".")[1].startswith("across_organisations_") and not name.startswith("site.")]


WALKED = [name for name in TENANTS if name in CALLS]


def test_every_store_function_for_an_organisation_is_walked() -> None:
    assert set(TENANTS) - set(CALLS) == set(), "a store function without a row in tests/stores.py"
    assert set(CALLS) - set(TENANTS) == set(), "a row without a store function"


def _function(name: str) -> Callable[..., Any]:
    feature, function = name.split(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"trygghet.{feature}.store"), function)
    return found


@pytest.mark.parametrize("name", TENANTS)
def test_a_store_function_asks_for_the_organisation_first(name: str) -> None:
    assert next(iter(inspect.signature(_function(name)).parameters)) == "organisation"


class _Undo(Exception):
    """Ends a walk without leaving a trace."""


async def _walk(name: str, scope: uuid.UUID | None, claimed: uuid.UUID, things: World) -> None:
    """Calls it in that scope, as that organisation, with ids that are Björken's; holds what came back and what it did."""
    call = CALLS[name]
    unit = database.within(scope) if scope else database.across_organisations()
    try:
        async with unit as link:
            await link.execute("SET LOCAL ROLE trygghet_system")
            before = await _rows(link)
            await link.execute(f"SET LOCAL ROLE {'trygghet_app' if scope else 'trygghet_system'}")
            result: Any = None
            try:
                async with link.transaction():
                    result = await call.make(_function(name), claimed, things)
            except (NotFound, Refusal, asyncpg.InsufficientPrivilegeError):
                pass
            await link.execute("SET LOCAL ROLE trygghet_system")
            after = await _rows(link)
            assert before <= after, f"{name} changed or took away {before - after}"
            strange = {row for row in after - before if not (call.adds_own and str(cast.ON) in row[1])}
            assert strange == set(), f"{name} wrote {strange}"
            if not call.is_public:
                assert world.SECRET not in repr(result), name
                assert not call.is_answer(result), f"{name} gave {result!r}"
            raise _Undo  # noqa: TRY301 - the way to roll a unit of work back
    except _Undo:
        pass


@pytest.mark.parametrize("name", WALKED)
async def test_a_stranger_gets_nothing_from_a_store_and_changes_nothing(name: str, walked: World) -> None:
    await _walk(name, cast.ON, cast.ON, walked)


@pytest.mark.parametrize("name", WALKED)
async def test_the_second_wall_stands_alone_when_the_argument_is_forged(name: str, walked: World) -> None:
    await _walk(name, cast.ON, cast.BJORKEN, walked)


@pytest.mark.parametrize("name", [name for name in WALKED if not CALLS[name].why_second_wall_only])
async def test_the_first_wall_stands_alone_when_the_policies_see_everything(name: str, walked: World) -> None:
    await _walk(name, None, cast.ON, walked)


@pytest.mark.parametrize("name", [name for name in WALKED if not CALLS[name].is_public])
async def test_whose_it_is_gets_an_answer_or_a_change_from_the_same_call(name: str, fresh: World) -> None:
    before = await _everything()
    async with database.within(CALLS[name].owner):
        result = await CALLS[name].make(_function(name), CALLS[name].owner, fresh)
    assert CALLS[name].is_answer(result) or await _everything() != before, "or else the walks above prove nothing"


# ---------------------------------------------------------------- (4) plain SQL
SYSTEM_ONLY = {"session", "sign_in_attempt", "tick", "example_clock", "migration"}
PUBLISHED = {"published_promise", "published_update", "published_picture"}


async def _counts(link: asyncpg.Connection[Any], role: str, organisation: str) -> dict[str, int | None]:
    """Rows that a role sees of each table; None where it may not even ask."""
    tables = [row[0] for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    found: dict[str, int | None] = {}
    for table in tables:
        try:
            async with link.transaction():
                await link.execute("SELECT set_config('role', $1, true), set_config('app.organisation', $2, true)", role, organisation)
                found[table] = await link.fetchval(f"SELECT count(*) FROM {table}")
        except asyncpg.InsufficientPrivilegeError:
            found[table] = None
    return found


@pytest.fixture
async def superuser(shared: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that may take on any role."""
    link = await asyncpg.connect(shared)
    yield link
    await link.close()


async def test_without_a_tenant_no_row_of_any_tenant_is_seen(superuser: asyncpg.Connection[Any]) -> None:
    seen = await _counts(superuser, "trygghet_app", "")
    assert {table for table, rows in seen.items() if rows is None} == SYSTEM_ONLY
    assert {table for table, rows in seen.items() if rows} == {"organisation"}, "names are public facts; all else is a tenant's"


async def test_the_whole_world_is_there_to_be_seen_by_its_owner(superuser: asyncpg.Connection[Any]) -> None:
    seen = await _counts(superuser, "trygghet_app", str(cast.BJORKEN))
    empty = {table for table, rows in seen.items() if rows == 0}
    assert empty <= {"published_update", "published_picture"}, "nothing is proved by a table that is empty for everybody"


async def test_with_a_strangers_tenant_nothing_of_others_is_seen(superuser: asyncpg.Connection[Any]) -> None:
    seen = await _counts(superuser, "trygghet_app", str(cast.ON))
    assert {table for table, rows in seen.items() if rows} == {"organisation", "member", "person"}
    own = len([seat for seat in cast.SEATS if seat.organisation == cast.ON])
    assert (seen["member"], seen["person"]) == (own, own)


async def test_the_residents_role_sees_what_is_published_and_nothing_else(superuser: asyncpg.Connection[Any]) -> None:
    for organisation in ("", str(cast.BJORKEN)):
        seen = await _counts(superuser, "trygghet_site", organisation)
        assert {table for table, rows in seen.items() if rows is not None} == PUBLISHED | {"example_clock"}
        assert seen["published_promise"] == 1


@pytest.mark.parametrize("table", ["outcome", "obligation_mark", "approval", "status_update", "status_update_version", "picture"])
async def test_nobody_writes_in_anothers_name(table: str, superuser: asyncpg.Connection[Any], built: tuple[str, World]) -> None:
    """Skogen is a party of the promise, and still may not put a row there that says Björken."""
    columns = [row[0] for row in await superuser.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = $1", table)]
    values = ", ".join("gen_random_uuid()" if name in {"id", "form_key", "subject_id"} else f"t.{name}" for name in columns)
    async with superuser.transaction():
        await superuser.execute("SELECT set_config('role', 'trygghet_app', true), set_config('app.organisation', $1, true)", str(cast.SKOGEN))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(f"INSERT INTO {table} SELECT {values} FROM {table} t WHERE organisation_id = '{cast.BJORKEN}' LIMIT 1")


@pytest.mark.parametrize("change", ["UPDATE outcome SET amount = 99", "DELETE FROM outcome", "UPDATE status_update_version SET content = '{}'"])
async def test_what_was_recorded_or_shared_is_never_overwritten(change: str, walked: World) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute(change)


async def test_nobody_takes_back_anothers_word(walked: World) -> None:
    async with database.within(cast.SKOGEN) as link:
        assert await link.fetchval("SELECT count(*) FROM obligation_mark") == 1, "Björken's"
        assert await link.execute("DELETE FROM obligation_mark") == "DELETE 0"


async def test_a_query_outside_a_unit_of_work_is_refused(walked: World) -> None:
    from trygghet.tables import Promise

    with pytest.raises(RuntimeError, match="unit of work"):
        await Promise.select()
    with pytest.raises(RuntimeError, match="unit of work"):
        database.connection()


async def test_a_unit_of_work_cannot_change_tenant_halfway(walked: World) -> None:
    async with database.within(cast.ON):
        with pytest.raises(RuntimeError, match="change tenant"):
            async with database.within(cast.BJORKEN):
                pass
        with pytest.raises(RuntimeError, match="change tenant"):
            async with database.across_organisations():
                pass


async def test_the_tenant_does_not_stay_with_the_connection(walked: World) -> None:
    async with database.within(cast.BJORKEN) as link:
        assert await link.fetchval("SELECT count(*) FROM promise") == 1
    assert database.DB.pool
    async with database.DB.pool.acquire() as link:
        assert await link.fetchval("SELECT count(*) FROM promise") == 0
