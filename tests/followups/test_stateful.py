"""No sequence of acts lets a party read another's answers before all have handed in, changes one afterwards, or signs without every key.

Held against a small model that knows nothing of hashes, tables or policies: what each party has answered, who has handed in, what is
said together, and who has said yes to what.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast, made
from tests.followups import room
from tests.followups.room import LATER
from trygghet import database
from trygghet.followups import actions
from trygghet.followups.rules import AGREED, BOTH, Assessment, Joint, Texts, Verdict
from trygghet.swedish import NotFound, Refusal, Slips

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.followups.standing import Standing
    from trygghet.tenancy import Asking

pytestmark = pytest.mark.anyio
NO = (Refusal, NotFound, Slips)
PEOPLE = {name: cast.asking(name) for name in ("anna", "bo", "per", "pia", "carl", "oda", "olof")}
WRITERS, LEADERS = ["anna", "per", "carl", "oda"], ["bo", "pia", "olof"]
SECRET = {cast.BJORKEN: "Kommunens skäl", cast.SKOGEN: "Polisens skäl"}
VERDICTS = [Verdict.ACHIEVED, Verdict.PARTLY]


@dataclass
class Model:
    """What must be true. `said` is each party's verdict on both subjects, `joint` what is said together where they differ."""

    said: dict[UUID, Verdict] = field(default_factory=dict)
    handed_in: set[UUID] = field(default_factory=set)
    texts: Texts = field(default_factory=Texts)
    joint: dict[str, Joint] = field(default_factory=dict)
    yes: set[UUID] = field(default_factory=set)
    signed: bool = False

    @property
    def open(self) -> bool:
        """Whether the seal is broken."""
        return self.handed_in == set(SECRET)

    def says_now(self) -> None:
        """Something else stands there: what was agreed on was the old."""
        assert self.open, "something was said together while it was sealed"
        assert not self.signed, "what is signed was changed"
        self.yes = set()


class Play:
    """The acts, by name, on the product and on the model."""

    def __init__(self, room_id: UUID) -> None:
        self.room_id, self.model, self.old = room_id, Model(), "0" * 64

    def secret(self, organisation: UUID) -> str:
        """What that party writes in this room alone."""
        return f"{SECRET[organisation]} {self.room_id}" if organisation in SECRET else ""

    async def act(self, kind: str, name: str, what: object) -> None:
        with contextlib.suppress(*NO):
            await getattr(self, kind)(PEOPLE[name], what)

    async def _seen(self, which: object = "now") -> str:
        return (await actions.read(cast.BJORKEN, self.room_id)).kept.content_hash if which == "now" else self.old

    async def assess(self, by: Asking, what: tuple[Verdict, bool]) -> None:
        verdict, hand_in = what
        reason = self.secret(by.organisation)
        found = {one.key: Assessment(verdict, reason) for one in (await actions.read(by.organisation, self.room_id)).room.subjects}
        await actions.assess(by.organisation, self.room_id, found, hand_in=hand_in, by=by, now=LATER)
        assert by.organisation in SECRET, "a stranger assessed"
        assert by.organisation not in self.model.handed_in, "what had been handed in was changed"
        self.model.said[by.organisation] = verdict
        if hand_in:
            self.model.handed_in.add(by.organisation)

    async def take_back(self, by: Asking, _: object) -> None:
        await actions.take_back(by.organisation, self.room_id, by=by, now=LATER)
        assert not self.model.open, "somebody took back what the other has read"
        self.model.handed_in.discard(by.organisation)

    async def decide(self, by: Asking, how: str) -> None:
        said, seen = Joint(how, Verdict.PARTLY if how == AGREED else None, "Så blev det."), await self._seen()
        for one in (await actions.read(by.organisation, self.room_id)).rows:
            await actions.decide(by.organisation, self.room_id, one.subject.key, said, seen=await self._seen(), by=by, now=LATER)
            if self.model.joint.get(one.subject.key) != said:
                self.old = seen
                self.model.joint[one.subject.key] = said
                self.model.says_now()

    async def write(self, by: Asking, what: tuple[str, str]) -> None:
        text, which = what
        seen = await self._seen()
        await actions.write(by.organisation, self.room_id, Texts(text), seen=await self._seen(which), by=by, now=LATER)
        assert which == "now" or self.old == seen, "somebody wrote over what they had not read"
        if self.model.texts != Texts(text):
            self.old, self.model.texts = seen, Texts(text)
            self.model.says_now()

    async def approve(self, by: Asking, which: str) -> None:
        await actions.approve(by.organisation, self.room_id, seen=await self._seen(which), public_url=cast.HERE, by=by, now=LATER)
        assert which == "now", "somebody approved what does not stand there"
        assert self.model.open
        assert self.model.texts.summary
        assert by.organisation in SECRET
        assert by.organisation not in self.model.yes
        self.model.yes.add(by.organisation)
        self.model.signed = self.model.yes == set(SECRET)

    # ------------------------------------------------------------ what must be so after each of them
    async def check(self) -> None:
        model = self.model
        for one in SECRET:
            standing = await actions.read(one, self.room_id)
            assert standing.is_revealed == model.open
            assert standing.is_signed == model.signed
            assert {side for side in SECRET if standing.has_handed_in(side)} == model.handed_in
            assert set(standing.keys) == model.yes
            self._sealed(standing, one)
            await self._sealed_in_sql(one)
        for stranger in (cast.EKEN, cast.ON):
            with pytest.raises(NotFound):
                await actions.read(stranger, self.room_id)

    def _sealed(self, standing: Standing, reader: UUID) -> None:
        readable = set(self.model.said) if self.model.open else {reader} & set(self.model.said)
        assert set(standing.kept.assessments) == readable
        for side, found in standing.kept.assessments.items():
            assert {one.verdict for one in found.values()} == {self.model.said[side]}

    async def _sealed_in_sql(self, reader: UUID) -> None:
        async with database.within(reader) as link:
            text = repr([await link.fetch(f"SELECT * FROM {table}") for table in ("assessment", "hand_in", "follow_up", "event", "delivery")])
        other = next(self.secret(side) for side in SECRET if side != reader)
        assert self.model.open or other not in text


DONE = [
    ("assess", "anna", (Verdict.ACHIEVED, True)),
    ("assess", "per", (Verdict.PARTLY, True)),
    ("decide", "anna", BOTH),
    ("write", "per", ("Året.", "now")),
]
acts = st.tuples(
    st.sampled_from([0, 1, 2, 4]),
    st.lists(
        st.one_of(
            st.tuples(st.just("assess"), st.sampled_from(WRITERS), st.tuples(st.sampled_from(VERDICTS), st.booleans())),
            st.tuples(st.just("take_back"), st.sampled_from(WRITERS), st.just("")),
            st.tuples(st.just("decide"), st.sampled_from(WRITERS), st.sampled_from([AGREED, BOTH])),
            st.tuples(
                st.just("write"), st.sampled_from(WRITERS), st.tuples(st.sampled_from(["Året.", "Ett annat år."]), st.sampled_from(["now", "old"]))
            ),
            *[st.tuples(st.just("approve"), st.sampled_from(LEADERS), st.sampled_from(["now", "now", "old"]))] * 3,
        ),
        min_size=2,
        max_size=9,
    ),
).map(lambda both: [*DONE[: both[0]], *both[1]])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts)
async def test_nothing_is_read_early_changed_late_or_signed_by_one(database_url: str, found: list[tuple[str, str, object]]) -> None:
    play = Play(await room.made_room())
    for kind, name, what in found:
        await play.act(kind, name, what)
        await play.check()


async def test_the_model_and_the_product_go_through_a_whole_year_together(database_url: str) -> None:
    """The sequence that the search may or may not find: handed in, disagreed, written, approved, written anew, signed."""
    play = Play(await room.made_room())
    year = [*DONE, ("approve", "bo", "now"), ("write", "anna", ("Ett annat år.", "now")), ("approve", "pia", "old"), ("approve", "pia", "now")]
    for kind, name, what in [*year, ("approve", "bo", "now"), ("write", "per", ("Året.", "now")), ("take_back", "anna", "")]:
        await play.act(kind, name, what)
        await play.check()
    assert play.model.signed
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.within(cast.SKOGEN) as link:
            await link.execute("UPDATE assessment SET reason = 'Något annat.'")
    await made.recorded((await actions.read(cast.BJORKEN, play.room_id)).room.promise_id, 1)
    await play.check()
