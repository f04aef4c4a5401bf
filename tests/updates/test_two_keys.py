"""No sequence of acts makes an update agreed without every party's key on exactly what it says; checked against a small model."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast, made
from trygghet import database
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Asking, Membership, Role
from trygghet.updates import actions
from trygghet.updates.rules import State, Written

if TYPE_CHECKING:
    from trygghet.updates.standing import Standing

pytestmark = pytest.mark.anyio
TEXTS = ("Tre gator.", "Fyra gator.", "Fem gator.")
ORGANISATIONS = {cast.BJORKEN: "bjorken", cast.SKOGEN: "lpo-skogen", cast.ON: "on"}


def who(person: str, organisation: uuid.UUID, role: Role) -> Asking:
    here = Membership(organisation, "", "", ORGANISATIONS[organisation], "", role, "Chef")
    return Asking(uuid.uuid4(), cast.person_id(person), person, "", here, (here,))


ANNA, PER = who("anna", cast.BJORKEN, Role.COORDINATOR), who("per", cast.SKOGEN, Role.COORDINATOR)
LEADERS = {
    "bo": who("bo", cast.BJORKEN, Role.LEADER),
    "pia": who("pia", cast.SKOGEN, Role.LEADER),
    "olof": who("olof", cast.ON, Role.LEADER),
    "bo as police": who("bo", cast.SKOGEN, Role.LEADER),
}
WRITERS = {"anna": ANNA, "per": PER}


@dataclass
class Model:
    """What must be true, by words alone: what it says, whether it is shared, and who has said yes to what."""

    says: str = TEXTS[0]
    shared: bool = False
    yes: dict[uuid.UUID, tuple[uuid.UUID, str]] = field(default_factory=dict)

    @property
    def agreed(self) -> bool:
        people = {person for person, text in self.yes.values() if text == self.says}
        return self.shared and set(self.yes) == {cast.BJORKEN, cast.SKOGEN} and len(people) == 2


acts = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(sorted(WRITERS)), st.sampled_from(TEXTS)),
        st.tuples(st.just("share"), st.just("anna"), st.just("")),
        st.tuples(st.just("approve"), st.sampled_from(sorted(LEADERS)), st.sampled_from(["now", "old"])),
    ),
    max_size=9,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
async def test_it_is_agreed_exactly_when_both_have_said_yes_to_what_it_says(database_url: str, found: list[tuple[str, str, str]]) -> None:
    promise_id = await _promise()
    update_id = await actions.write(cast.BJORKEN, promise_id, Written("Belysning", TEXTS[0]), public_url=cast.HERE, by=ANNA, now=cast.START)
    model, old = Model(), "0" * 64
    for kind, name, what in found:
        before = (await actions.read(cast.BJORKEN, update_id)).update.content_hash
        try:
            if kind == "edit":
                await actions.edit(
                    WRITERS[name].organisation,
                    update_id,
                    Written("Belysning", what),
                    seen=before,
                    public_url=cast.HERE,
                    by=WRITERS[name],
                    now=cast.START,
                )
            elif kind == "share":
                await actions.share(cast.BJORKEN, update_id, seen=before, by=ANNA, now=cast.START)
            else:
                by = LEADERS[name]
                await actions.approve(by.organisation, update_id, seen=before if what == "now" else old, by=by, now=cast.START)
        except (Refusal, NotFound, Slips):
            pass
        else:
            _follow(model, kind, name, what)
            old = before if kind == "edit" and what != model.says else old
        await _check(model, await actions.read(cast.BJORKEN, update_id))


def _follow(model: Model, kind: str, name: str, what: str) -> None:
    if kind == "edit":
        model.yes = {party: (person, text) for party, (person, text) in model.yes.items() if text == what}
        model.says = what
    elif kind == "share":
        model.shared = True
    else:
        assert what == "now", "nobody says yes to a text that does not stand there"
        by = LEADERS[name]
        assert by.organisation not in model.yes
        assert by.person_id not in {person for person, _ in model.yes.values()}, "nobody turns two keys"
        model.yes[by.organisation] = (by.person_id, model.says)


async def _check(model: Model, standing: Standing) -> None:
    assert standing.agreed == model.agreed
    assert (standing.state is State.AGREED) == model.agreed
    planned = [one.channel for one in standing.deliveries]
    assert sorted(planned) == (["feed", "page"] if model.agreed else []), "what is not agreed is not planned"


async def _promise() -> uuid.UUID:
    async with database.across_organisations() as link:
        found: uuid.UUID | None = await link.fetchval("SELECT id FROM promise")
    return found or await made.promise()


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE approval SET content_hash = (SELECT content_hash FROM status_update)",
        "UPDATE approval SET organisation_id = current_organisation()",
        "UPDATE approval SET person_id = (SELECT id FROM person LIMIT 1)",
        "UPDATE approval SET fell_at = NULL, fell_why = ''",
        "DELETE FROM approval",
    ],
)
async def test_the_database_lets_a_key_fall_and_nothing_else(database_url: str, forgery: str) -> None:
    """Whatever a party's own process may be tricked into, the other party's yes is not its to write."""
    update_id = await actions.write(cast.BJORKEN, await _promise(), Written("Belysning", TEXTS[0]), public_url=cast.HERE, by=ANNA, now=cast.START)
    first = (await actions.read(cast.BJORKEN, update_id)).update.content_hash
    await actions.share(cast.BJORKEN, update_id, seen=first, by=ANNA, now=cast.START)
    await actions.approve(cast.SKOGEN, update_id, seen=first, by=LEADERS["pia"], now=cast.START)
    await actions.edit(cast.BJORKEN, update_id, Written("Belysning", TEXTS[1]), seen=first, public_url=cast.HERE, by=ANNA, now=cast.START)
    before = (await actions.read(cast.SKOGEN, update_id)).approvals
    assert [(one.content_hash, one.fell_at is None) for one in before] == [(first, False)]
    with contextlib.suppress(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.BJORKEN):
            await database.connection().execute(forgery)
    assert (await actions.read(cast.SKOGEN, update_id)).approvals == before
