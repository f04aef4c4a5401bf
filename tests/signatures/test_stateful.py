"""No sequence of acts, by whomever, makes a text signed, in force or public without every party's approval and signature on exactly it.

Held against a small model that knows nothing of hashes, tables or locks: what the text says, who can read it, who has said yes to
what, and who has signed what.
"""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import agreeing, cast
from trygghet import database
from trygghet.comments import actions as comments
from trygghet.comments.rules import Comment
from trygghet.promises import actions as promises
from trygghet.signatures import actions
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Asking, Role
from trygghet.wordings import actions as wordings
from trygghet.wordings import starting
from trygghet.wordings.manuscript import HEAD_ID
from trygghet.wordings.rules import Conflict, Typed

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.signatures.standing import Standing

pytestmark = pytest.mark.anyio
NOW = cast.START
NO = (Refusal, NotFound, Slips, Conflict)


def _in_seat(who: str, organisation: UUID, role: Role) -> Asking:
    """Somebody at a desk where they do not sit in the cast."""
    model = next(one for one in (agreeing.BO, agreeing.PIA, agreeing.CECILIA) if one.organisation == organisation)
    here = replace(model.here, role=role)
    return replace(cast.asking(who), here=here, memberships=(here,))


PEOPLE = {
    **{name: cast.asking(name) for name in ("anna", "bo", "per", "pia", "cecilia", "carl", "olof", "oda")},
    "bo for the police": _in_seat("bo", cast.SKOGEN, Role.LEADER),
    "pia for the municipality": _in_seat("pia", cast.BJORKEN, Role.LEADER),
}
LEADERS = sorted(name for name, one in PEOPLE.items() if one.here.role is Role.LEADER)
WRITERS = sorted(name for name, one in PEOPLE.items() if one.here.role is Role.COORDINATOR)
OATHS = ("Vi lovar lugnare kvällar.", "Vi lovar mer ljus.", "")
PARTIES = ((cast.BJORKEN, cast.SKOGEN), (cast.BJORKEN, cast.SKOGEN, cast.EKEN), (cast.SKOGEN, cast.EKEN), (cast.BJORKEN,))
KINDS = ("change", "extension", "early_end")
LAST = {"change": "2026-12-31", "extension": "2027-12-31", "early_end": "2026-06-30"}


class Said(NamedTuple):
    """All that a text says, as far as the acts here change it. `serial` is another for each wording: nobody agrees on two at once."""

    serial: int
    oath: str
    parties: frozenset[UUID]
    last: str = "2026-12-31"


@dataclass
class Model:
    """What must be true. `yes` and `names` are by party: who, and to what; `ever` is every key that anybody turned."""

    says: Said
    author: UUID
    readers: set[UUID] = field(default_factory=set)
    yes: dict[UUID, tuple[UUID, Said]] = field(default_factory=dict)
    names: dict[UUID, tuple[UUID, Said]] = field(default_factory=dict)
    ever: set[tuple[UUID, UUID]] = field(default_factory=set)
    withdrawn: bool = False
    in_force: list[Said] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return not self.withdrawn and self.says not in self.in_force

    @property
    def needs(self) -> set[UUID]:
        """Those whom it names, and in a change those who have signed what it changes."""
        return set(self.says.parties) | (set(self.in_force[-1].parties) if self.in_force else set())

    @property
    def agreed(self) -> bool:
        return self.open and bool(self.readers) and all(self.yes.get(one, (None, None))[1] == self.says for one in self.needs)

    def turn(self, keys: dict[UUID, tuple[UUID, Said]], by: Asking) -> None:
        """A key that was turned, or one that this person had turned already."""
        party, person = by.organisation, by.person_id
        assert party in self.needs, "a stranger turned a key"
        assert not any(one == person and other != party for one, other in self.ever), "somebody turned two parties' keys"
        assert keys.get(party, (person, self.says)) == (person, self.says), "a key was turned twice by different people"
        keys[party] = (person, self.says)
        self.ever.add((person, party))

    def says_now(self, said: Said) -> None:
        """Another text: what was agreed on was the old one."""
        assert not self.names, "a text that somebody had signed was changed"
        if said != self.says:
            self.yes, self.says = {}, said


BEGUN = [("share", "anna", "now")]
APPROVED = [*BEGUN, ("both", "approve", "")]
HALF = [*APPROVED, ("sign", "bo", "now")]
SIGNED = [*APPROVED, ("both", "sign", "")]
CHANGED = [*SIGNED, ("propose", "per", "extension"), ("share", "per", "now"), ("both", "approve", "")]
"""How far a text may have come before anything unexpected happens: left to itself the search seldom gets there."""

any_acts = st.lists(
    st.one_of(
        st.tuples(st.just("oath"), st.sampled_from(WRITERS), st.sampled_from(OATHS)),
        st.tuples(st.just("parties"), st.sampled_from(WRITERS), st.sampled_from(PARTIES)),
        st.tuples(st.just("share"), st.sampled_from(sorted(PEOPLE)), st.sampled_from(["now", "old"])),
        st.tuples(st.just("comment"), st.sampled_from(sorted(PEOPLE)), st.just("")),
        st.tuples(st.just("suggest"), st.sampled_from(sorted(PEOPLE)), st.sampled_from(OATHS)),
        st.tuples(st.just("take"), st.sampled_from(WRITERS), st.just("")),
        *[st.tuples(st.just("approve"), st.sampled_from(LEADERS), st.sampled_from(["now", "now", "old"]))] * 3,
        *[st.tuples(st.just("sign"), st.sampled_from(LEADERS), st.sampled_from(["now", "now", "old"]))] * 3,
        st.tuples(st.just("both"), st.sampled_from(["approve", "sign"]), st.just("")),
        st.tuples(st.just("both"), st.sampled_from(["approve", "sign"]), st.just("")),
        st.tuples(st.just("reject"), st.sampled_from(LEADERS), st.sampled_from(["now", "old"])),
        st.tuples(st.just("reopen"), st.sampled_from(sorted(PEOPLE)), st.just("")),
        st.tuples(st.just("withdraw"), st.sampled_from(["anna", "oda", "per"]), st.just("")),
        st.tuples(st.just("propose"), st.sampled_from(WRITERS), st.sampled_from(KINDS)),
    ),
    min_size=2,
    max_size=14,
)
acts = st.tuples(st.sampled_from([[], BEGUN, APPROVED, HALF, SIGNED, CHANGED]), any_acts).map(lambda both: [*both[0], *both[1]])


class Play:
    """One sequence of acts on one promise, with the model beside it."""

    def __init__(self, wording_id: UUID, promise_id: UUID) -> None:
        self.wording_id, self.promise_id = wording_id, promise_id
        self.model = Model(Said(0, OATHS[0], frozenset(PARTIES[0])), cast.BJORKEN)
        self.old = "0" * 64
        self.suggestion: Comment | None = None

    async def seen(self, by: Asking, which: str) -> str:
        return self.old if which == "old" else (await wordings.read(by.organisation, self.wording_id)).content_hash

    async def act(self, kind: str, name: str, what: object) -> None:
        if kind == "both":
            for leader in ("bo", "pia", "cecilia"):
                await self.act(name, leader, "now")
            return
        by = PEOPLE[name]
        with contextlib.suppress(*NO):
            await getattr(self, kind)(by, what)

    # ------------------------------------------------------------ the acts, each followed in the model once it has gone through
    async def oath(self, by: Asking, words: str) -> None:
        before = await self.seen(by, "now")
        await wordings.set_field(by.organisation, self.wording_id, HEAD_ID, "oath", words, was=None, by=by, now=NOW)
        self.old = before if words != self.model.says.oath else self.old
        self.model.says_now(self.model.says._replace(oath=words))

    async def parties(self, by: Asking, wanted: tuple[UUID, ...]) -> None:
        text = (await wordings.read(by.organisation, self.wording_id)).manuscript
        before = await self.seen(by, "now")
        named = {part["organisation"]: part.id for part in text.of("party")}
        for one in wanted:
            if str(one) not in named:
                text = text.add("party", part_id=(made := uuid.uuid4())).set_field(made, "organisation", str(one))
        for name, part_id in named.items():
            if uuid.UUID(name) not in wanted:
                text = text.remove(part_id)
        await wordings.rewrite(by.organisation, self.wording_id, text, by=by, now=NOW)
        self.old = before if set(wanted) != self.model.says.parties else self.old
        self.model.says_now(self.model.says._replace(parties=frozenset(wanted)))

    async def share(self, by: Asking, which: str) -> None:
        seen, was_private = await self.seen(by, which), not self.model.readers
        await actions.share(by.organisation, self.wording_id, seen=seen, by=by, now=NOW)
        assert by.organisation == self.model.author or not was_private
        if not self.model.withdrawn and not self.model.needs <= self.model.readers:
            assert which == "now"
            assert self.model.says.oath, "a text that is not whole was shared"
            self.model.readers |= self.model.needs | {self.model.author}

    async def comment(self, by: Asking, _: object) -> None:
        await comments.write(by.organisation, self.wording_id, HEAD_ID, "Hur då?", form_key=uuid.uuid4(), by=by, now=NOW)

    async def suggest(self, by: Asking, words: str) -> None:
        self.suggestion = await comments.suggest(by.organisation, self.wording_id, HEAD_ID, "oath", words, "", form_key=uuid.uuid4(), by=by, now=NOW)

    async def take(self, by: Asking, _: object) -> None:
        if self.suggestion is None or self.suggestion.wording_id != self.wording_id:
            raise NotFound
        old, wanted, self.suggestion = await self.seen(by, "now"), self.suggestion, None
        await comments.take(by.organisation, wanted.id, by=by, now=NOW)
        self.old = old if wanted.suggested != self.model.says.oath else self.old
        self.model.says_now(self.model.says._replace(oath=wanted.suggested))

    async def approve(self, by: Asking, which: str) -> None:
        await actions.approve(by.organisation, self.wording_id, seen=await self.seen(by, which), by=by, now=NOW)
        assert which == "now", "somebody said yes to a text that does not stand there"
        assert self.model.open
        assert by.organisation in self.model.readers
        self.model.turn(self.model.yes, by)

    async def sign(self, by: Asking, which: str) -> None:
        seen = await self.seen(by, which)
        was_agreed, was_in_force = self.model.agreed, not self.model.open
        await actions.put_name(by.organisation, self.wording_id, seen=seen, by=by, now=NOW)
        assert which == "now"
        assert was_agreed or was_in_force, "somebody signed what not all had approved"
        self.model.turn(self.model.names, by)
        if self.model.needs <= set(self.model.names) and self.model.open:
            self.model.in_force.append(self.model.says)

    async def reject(self, by: Asking, which: str) -> None:
        seen = await self.seen(by, which)
        await actions.reject(by.organisation, self.wording_id, "Inte så.", seen=seen, by=by, now=NOW)
        assert self.model.open
        assert not self.model.names
        self.model.yes = {}

    async def reopen(self, by: Asking, _: object) -> None:
        await actions.reopen(by.organisation, self.wording_id, "Fel dag.", by=by, now=NOW)
        assert self.model.open
        self.model.yes, self.model.names = {}, {}

    async def withdraw(self, by: Asking, _: object) -> None:
        await actions.withdraw(by.organisation, self.wording_id, "Vi väntar.", by=by, now=NOW)
        self.model.withdrawn, self.model.yes, self.model.names = True, {}, {}

    async def propose(self, by: Asking, kind: str) -> None:
        made = await starting.propose(by.organisation, self.promise_id, kind, by=by, now=NOW)
        assert self.model.in_force, "what nobody has signed was changed as if it was"
        typed = {"reason": Typed("Mer behövs.", None), "valid_until": Typed(LAST[kind], None)}
        await wordings.save_part(by.organisation, made, HEAD_ID, typed, by=by, now=NOW)
        before = self.model.in_force[-1]
        fresh = Model(before._replace(serial=before.serial + 1 + self.model.withdrawn, last=LAST[kind]), by.organisation)
        fresh.ever, fresh.in_force = self.model.ever, self.model.in_force
        self.wording_id, self.model, self.old = made, fresh, "0" * 64

    # ------------------------------------------------------------ what must be so after each of them
    async def check(self) -> None:
        model = self.model
        standing = await actions.read(model.author, self.wording_id)
        assert standing.agreed == (model.agreed or model.says in model.in_force)
        assert (standing.wording.signed_at is not None) == (model.says in model.in_force)
        assert set(standing.wording.shared_with) == model.readers
        assert standing.locked == (bool(model.names) and model.open)
        await self._strangers()
        await self._in_force(standing)

    async def _strangers(self) -> None:
        for one in (cast.BJORKEN, cast.SKOGEN, cast.EKEN, cast.ON):
            if one not in self.model.readers | {self.model.author} and not (self.model.in_force and one in self.model.in_force[-1].parties):
                with pytest.raises(NotFound):
                    await actions.read(one, self.wording_id)

    async def _in_force(self, standing: Standing) -> None:
        async with database.across_organisations() as link:
            promise = await link.fetchrow("SELECT stage, version, oath, valid_until::text AS last FROM promise WHERE id = $1", self.promise_id)
            public = await link.fetchval("SELECT count(*) FROM published_promise WHERE promise_id = $1", self.promise_id)
            parties = {row[0] for row in await link.fetch("SELECT organisation_id FROM party WHERE promise_id = $1", self.promise_id)}
        assert promise is not None
        if not self.model.in_force:
            assert promise["stage"] in {"draft", "shared"}
            assert public == 0, "residents read what nobody has signed"
            return
        last = self.model.in_force[-1]
        assert promise["stage"] in {"signed", "ended_early"}
        assert (promise["version"], promise["oath"], promise["last"]) == (len(self.model.in_force), last.oath, last.last)
        assert parties == last.parties
        assert (await promises.read(next(iter(last.parties)), self.promise_id)).oath == last.oath


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts)
async def test_nothing_is_signed_in_force_or_public_without_every_partys_yes_and_name(
    database_url: str, found: list[tuple[str, str, object]]
) -> None:
    wording_id = await agreeing.begun(agreeing.another(agreeing.text(PARTIES[0], oath=OATHS[0])))
    play = Play(wording_id, (await wordings.read(cast.BJORKEN, wording_id)).promise_id)
    for kind, name, what in found:
        await play.act(kind, name, what)
        await play.check()


async def test_the_model_and_the_product_go_through_a_whole_life_together(database_url: str) -> None:
    """The sequence that the search above may or may not find: signed, changed, opened again, extended, ended."""
    wording_id = await agreeing.begun(agreeing.another(agreeing.text(PARTIES[0], oath=OATHS[0])))
    play = Play(wording_id, (await wordings.read(cast.BJORKEN, wording_id)).promise_id)
    life: list[tuple[str, str, object]] = [("share", "anna", "now"), ("both", "approve", ""), ("oath", "per", OATHS[1]), ("both", "approve", "")]
    life += [("sign", "bo", "now"), ("oath", "anna", OATHS[0]), ("reopen", "pia", ""), ("both", "approve", ""), ("both", "sign", "")]
    for kind in KINDS:
        life += [("propose", "per", kind), ("share", "per", "now"), ("both", "approve", ""), ("both", "sign", "")]
    for kind, name, what in life:
        await play.act(kind, name, what)
        await play.check()
    assert [one.last for one in play.model.in_force] == ["2026-12-31", "2026-12-31", "2027-12-31", "2026-06-30"]
