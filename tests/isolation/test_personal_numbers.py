"""No form of the product lets a personal identity number be stored, whoever sends it and whatever field it stands in.

Routes are found in the code: one that reads its form in a way of its own, past the guard, fails here by its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests import cast, databases, world
from tests.isolation.test_routes import EXAMPLE_ROUTES, ORDINARY, ROUTES, SIGN_IN, _ask, _browser, _owner
from tests.routes import CASES
from trygghet import database
from trygghet.invitations import actions as invitations
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from tests.isolation.test_routes import Route
    from tests.world import World

pytestmark = pytest.mark.anyio
NUMBER = "811228-9874"
SPELLED, HARMLESS = "Han har 19811228–9874 som nummer.", "Han har 12 som nummer."
REASON = "ser ut som ett personnummer"
POSTED = [one for name, one in ROUTES.items() if one.method != "GET" and name in CASES]


async def _stored() -> set[tuple[str, str]]:
    """Every row that the number stands in, however it is spelled."""
    async with database.across_organisations() as link:
        return {row for row in await databases.rows(link) if NUMBER in row[1] or "8112289874" in re.sub(r"[^0-9]", "", row[1])}


@pytest.mark.parametrize("route", POSTED, ids=str)
async def test_a_form_with_a_personal_identity_number_in_any_field_is_refused_with_the_reason(route: Route, walked: World) -> None:
    params, form = CASES[str(route)](walked)
    before = await world.everything()
    for field in (*form, "en_ny_ruta"):
        answer = await _ask(route, _owner(route), (params, {**form, field: f"{form.get(field, '')} {SPELLED}"}))
        if field == "en_ny_ruta" and answer.status_code in {200, 303}:
            assert route.may is Act.MYSELF, "only where nothing is there to be changed"
        elif REASON not in answer.text:
            assert answer.status_code in {404, 422}, field
            other = await _ask(route, _owner(route), (params, {**form, field: f"{form.get(field, '')} {HARMLESS}"}))
            assert other.status_code in {404, 422}, f"{field} takes any words, and must say why it does not take these"
        assert await world.everything() == before, field
    assert await _stored() == set()


async def test_who_is_invited_cannot_come_in_under_a_number(walked: World) -> None:
    link = invitations.link(walked.people.invited, ORDINARY.state.settings).removeprefix("http://testserver")
    before = await _stored()
    async with _browser(None) as client:
        page = await client.get(link)
        form = {"namn": f"Anna {NUMBER}", "losenord": "tre ord i rad här", "igen": "tre ord i rad här", "_csrf_token": cast.csrf(page.text)}
        answer = await client.post(link, data=form)
    assert answer.status_code == 422
    assert REASON in answer.text
    assert await _stored() == before == set()


async def test_a_password_may_look_like_a_number(walked: World) -> None:
    async with _browser(None) as client:
        token = cast.csrf((await client.get("/logga-in")).text)
        answer = await client.post("/logga-in", data={**SIGN_IN, "password": NUMBER, "_csrf_token": token})
    assert answer.status_code == 422
    assert "personnummer" not in answer.text, "the password is wrong, and is not shown"


def test_every_other_form_is_looked_at_here() -> None:
    following = {"POST /folj", "POST /folj/{link}", "POST /folj/{link}/sluta", "POST /api/v1/folj"}
    others = following | {"POST /{slug}/tillganglighet", "POST /avprenumerera/{link}", "POST /logga-in", "POST /logga-ut", "POST /inbjudan/{link}"}
    assert {str(one) for one in ROUTES.values() if one.method != "GET" and one.may is Act.ANYONE} == others
    assert {one.may for one in EXAMPLE_ROUTES.values()} == {Act.EXAMPLE}, "the example's forms move its clock"
