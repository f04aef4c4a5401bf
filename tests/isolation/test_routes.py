"""Nobody reaches what is somebody else's: every route, walked as the wrong organisation, in the wrong role and as no one.

Routes are found in the code, so a new one without a case fails by its name.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from tests import cast, kolada, world
from tests.conftest import SETTINGS, HandClock
from tests.open_routes import ANYONES, TOKENLESS
from tests.routes import CASES, FAR, OWNERS, SHOWING, Case
from trygghet import app
from trygghet.preferences import rules as preferences
from trygghet.tenancy import MAY, Act, Role

if TYPE_CHECKING:
    from litestar import Litestar

    from tests.world import World

pytestmark = pytest.mark.anyio
ORDINARY, EXAMPLE = (
    app.create_app(replace(SETTINGS, example=example, kolada_url=kolada.STANDING.url), clock=HandClock(world.NOW)) for example in (False, True)
)


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
    return {str(one): one for one in sorted(found, key=str)}  # a handler's addresses are a set, and two runs must agree


ROUTES = _routes(ORDINARY)
EXAMPLE_ROUTES = {name: route for name, route in _routes(EXAMPLE).items() if name not in ROUTES}
GUARDED = [one for one in ROUTES.values() if one.may is not Act.ANYONE and str(one) in CASES]
SIGN_IN = {"email": "anna@cast.example.org", "password": cast.PASSWORD}
OPEN = [one for one in ROUTES.values() if one.may is Act.ANYONE]


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


def _stranger(may: Act) -> str:
    """Somebody of Ön whose role has the right at home, so that only the tenant is in the way."""
    return next(seat.who for seat in cast.SEATS if seat.organisation == cast.ON and Role(seat.role) in MAY[may])


def _owner(route: Route) -> str:
    assert route.may
    home = OWNERS.get(str(route), cast.BJORKEN)
    return next(seat.who for seat in cast.SEATS if seat.organisation == home and Role(seat.role) in MAY[route.may])


def _lacking(may: Act) -> list[str]:
    return [seat.who for seat in cast.SEATS if seat.organisation == cast.BJORKEN and seat.who != "berit" and Role(seat.role) not in MAY[may]]


# ---------------------------------------------------------------- every route has its right and its case
def test_each_role_may_do_what_was_decided_and_no_more() -> None:
    assert {role: {act.value for act, roles in MAY.items() if role in roles} for role in Role} == {
        Role.LEADER: {"myself", "read", "share", "approve", "assess", "comment", "mark", "file", "hand_over", "see_ladders", "set_ladders", "ledger"},
        Role.COORDINATOR: {"myself", "read", "report", "write", "comment", "share", "assess", "mark", "file"}
        | {"hand_over", "see_ladders", "ledger", "settle"},
        Role.REPORTER: {"myself", "read", "report"},
        Role.ADMINISTRATOR: {"myself", "read", "hand_over", "see_ladders", "set_ladders", "ledger", "settle", "manage"},
    }


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


# ---------------------------------------------------------------- walked as no one, as a stranger, as the wrong role
@pytest.mark.parametrize("route", GUARDED, ids=str)
async def test_no_one_is_sent_to_the_front_door_and_changes_nothing(route: Route, walked: World) -> None:
    before = await world.everything()
    answer = await _ask(route, None, CASES[str(route)](walked))
    if answer.status_code == 401:
        assert route.method == "POST"
        assert "Du har loggats ut" in answer.text, "with what was typed"
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/logga-in")
    assert world.SECRET not in answer.text
    assert await world.everything() == before


OWNED = [one for one in GUARDED if re.search(r"{(?!kind)", one.path)]
"""Addresses that name somebody's thing; a kind of duty is nobody's."""


@pytest.mark.parametrize("route", OWNED, ids=str)
async def test_a_stranger_does_not_find_it_and_changes_nothing(route: Route, walked: World) -> None:
    assert route.may
    before = await world.everything()
    answer = await _ask(route, _stranger(route.may), CASES[str(route)](walked))
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text
    assert world.SECRET not in answer.text
    assert await world.everything() == before
    nowhere = {name: uuid.uuid4() for name in CASES[str(route)](walked)[0]}
    absent = await _ask(route, _stranger(route.may), (nowhere, CASES[str(route)](walked)[1]))
    assert _shape(absent) == _shape(answer), "what is somebody else's and what does not exist look the same"


def _shape(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, re.sub(r'nonce="[^"]*"|value="[0-9a-f]{64,}"', "", answer.text)


PUBLISHED = "/loften/ny"
"""Offers every published promise to begin from, by the title that all residents read."""


@pytest.mark.parametrize("who", ["oda", "olof", "orvar"])
async def test_a_strangers_own_pages_show_nothing_of_others(who: str, walked: World) -> None:
    for route in GUARDED:
        if route.method == "GET" and "{" not in route.path:
            answer = await _ask(route, who, ({}, {}))
            assert answer.status_code in {200, 303, 403}, route
            shown = answer.text.replace(walked.promise.title, "") if route.path == PUBLISHED else answer.text
            assert world.SECRET not in shown, route


@pytest.mark.parametrize("route", [one for one in GUARDED if one.may and _lacking(one.may)], ids=str)
async def test_a_role_without_the_right_is_told_so_and_changes_nothing(route: Route, walked: World) -> None:
    assert route.may
    before = await world.everything()
    for who in _lacking(route.may):
        answer = await _ask(route, who, CASES[str(route)](walked))
        assert answer.status_code == 403, who
        assert "Din roll räcker inte hit" in answer.text
        assert world.SECRET not in answer.text
    assert await world.everything() == before


@pytest.mark.parametrize(
    "route", [one for one in [*ROUTES.values(), *EXAMPLE_ROUTES.values()] if one.method != "GET" and str(one) not in TOKENLESS], ids=str
)
async def test_without_the_forms_token_nothing_changes_whoever_asks(route: Route, walked: World) -> None:
    params, form = CASES[str(route)](walked) if str(route) in CASES else (dict.fromkeys(re.findall(r"{(\w+)", route.path), "x"), SIGN_IN)
    before = await world.everything()
    for who in (None, *(seat.who for seat in cast.SEATS if seat.organisation == cast.BJORKEN)):
        async with _browser(who, EXAMPLE if str(route) in EXAMPLE_ROUTES else ORDINARY) as client:
            answer = await client.request(route.method, route.path.format(**params), data=form)
        assert answer.status_code == 403, who
        assert "Sidan hade legat öppen för länge" in answer.text, who
    assert await world.everything() == before


@pytest.mark.parametrize("route", GUARDED, ids=str)
async def test_whose_it_is_succeeds_with_the_very_same_request(route: Route, fresh: World) -> None:
    assert route.may
    before = await world.everything()
    answer = await _ask(route, _owner(route), CASES[str(route)](fresh))
    if str(route) in FAR:
        assert "gick inte att nå" in answer.text
        return
    assert answer.status_code in {200, 303}, answer.text
    if str(route) in SHOWING:
        assert await world.everything() == before
    elif route.method != "GET" and route.may is not Act.MYSELF:
        assert await world.everything() != before, "or else the walks above prove nothing"


@pytest.mark.parametrize("route", [one for one in GUARDED if "{update_id}" in one.path], ids=str)
async def test_a_draft_is_not_found_by_the_other_party_before_it_is_shared(route: Route, walked: World) -> None:
    assert route.may
    params, form = CASES[str(route)](walked)
    who = next(seat.who for seat in cast.SEATS if seat.organisation == cast.SKOGEN and Role(seat.role) in MAY[route.may])
    before = await world.everything()
    answer = await _ask(route, who, ({**params, "update_id": walked.draft.id}, {**form, "lydelse": walked.draft.content_hash}))
    assert answer.status_code == 404
    assert await world.everything() == before


@pytest.mark.parametrize("route", OPEN, ids=str)
async def test_open_addresses_for_residents_set_no_cookie_and_know_nobody(route: Route, walked: World) -> None:
    assert route.method == "GET" or str(route) in {"POST /logga-in", "POST /logga-ut", "POST /inbjudan/{link}", *TOKENLESS}
    if not route.handler.opt.get("cookieless"):
        return
    params = {
        "slug": "bjorken",
        "promise_id": walked.promise.id,
        "key": "2024",
        "name": "aGVqCg==.ics",
        "code": "so",
        "update_id": walked.agreed.id,
        "picture_id": uuid.uuid4(),
        "file_path": "tokens.css",
        "rest": "finns-inte",
        "link": preferences.token(cast.person_id("anna"), "summary", SETTINGS.secret_key),
    }
    answers = [await _ask(route, who, (params, {})) for who in (None, "anna")]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert 'formaction="/logga-ut"' not in answer.text, "the menu of somebody signed in"
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
    before = await world.everything()
    for who in (None, "anna", "adam"):
        answer = await _ask(route, who, (dict.fromkeys(re.findall(r"{(\w+)", route.path), "x"), {}))
        assert answer.status_code == 404
    assert await world.everything() == before
