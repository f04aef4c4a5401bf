"""How a store function is called by whoever asks, and what the calls are made with: ids and words that are Björken's."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests import cast, world
from trygghet import canonical
from trygghet.agreements.rules import Subject
from trygghet.deliveries.rules import Planned, Settled, State
from trygghet.followups import frozen
from trygghet.followups import store as followups
from trygghet.handovers.rules import Days, Wish
from trygghet.history.rules import Actor as Keeper
from trygghet.history.rules import Event
from trygghet.members.log import Actor
from trygghet.obligations.rules import Mark
from trygghet.profiles.rules import Crest, Fault, Wanted
from trygghet.promises.outcomes import Entry, Reporter
from trygghet.reminders import ladders
from trygghet.reminders.store import Own
from trygghet.updates import store as updates
from trygghet.updates.rules import Shown, Written

if TYPE_CHECKING:
    from tests.world import World
    from trygghet.followups.standing import Standing

Make = Callable[[Any, uuid.UUID, "World"], Awaitable[Any]]
TODAY, NOW, LATER = dt.date(2024, 10, 1), world.NOW, world.NOW + dt.timedelta(days=1)

BY_POLICY = "writes in the asker's own name what the action has found in that name before; the policy refuses any other row"


def says_anything(result: Any) -> bool:
    """Whether somebody was told something."""
    if isinstance(result, dict):
        return any(result.values())
    return bool(result)


@dataclass(frozen=True)
class Call:
    """`is_answer` tells an answer from nothing; `adds_own` may add rows of the asker's own, `changes_own` change them; `is_public` tells what all may know.

    `why_second_wall_only`: why the function cannot hold by itself where the policies see everything.
    """

    make: Make
    is_answer: Callable[[Any], bool] = field(default=says_anything)
    adds_own: bool = False
    changes_own: bool = False
    is_public: bool = False
    why_second_wall_only: str = ""
    owner: uuid.UUID = cast.BJORKEN


def a_picture(w: World) -> Shown:
    assert w.waiting.picture is not None
    return w.waiting.picture


async def once_published(function: Any, organisation: uuid.UUID, w: World, *arguments: Any) -> Any:
    """Whoever may publish does so first: what is asked for is there only then."""
    await updates.publish(organisation, w.agreed, CONTENT, now=NOW)
    return await function(organisation, *arguments)


async def publish_first(function: Any, organisation: uuid.UUID, agreed: Standing) -> Any:
    """What all have agreed on is signed first: nothing else can be published."""
    await followups.sign(organisation, agreed.room.id, now=NOW)
    assert agreed.kept.content is not None
    text = canonical.text(agreed.kept.content)
    return await function(organisation, agreed.room.id, agreed.room.promise_id, frozen.of(agreed), text)


def is_nothing(_: Any) -> bool:
    return False


def a_subject(w: World) -> Subject:
    return Subject(w.promise.id, "status_update", w.waiting.id, w.waiting.content_hash)


def another_text(w: World) -> Subject:
    return Subject(w.promise.id, "status_update", w.agreed.id, "another hash")


def a_plan(organisation: uuid.UUID, w: World) -> list[Planned]:
    return [Planned(organisation, "reminder:new", "reminder", "mail", "En påminnelse", LATER, promise_id=w.promise.id)]


def an_event(organisation: uuid.UUID, w: World) -> Event:
    whose = {"organisation_id": organisation, "person_id": None, "person_name": "", "office": ""}
    what = {"act": "wording.edited", "subject_id": None, "version": "", "content_hash": "", "words": {}, "shared": True}
    return Event(id=uuid.uuid4(), promise_id=w.promise.id, seq=999, at=NOW, **whose, **what, previous_hash="", hash="x")


def is_board(result: Any) -> bool:
    return bool(result.promises or result.duties or result.keys or result.stuck or result.told or result.activities or result.meanings)


ENTRY = Entry(TODAY, 1, "", uuid.UUID(int=5))
PARTIES = {"bjorken": cast.BJORKEN, "lpo-skogen": cast.SKOGEN}
MEASURER = Keeper(cast.person_id("anna"), "Anna", "Säkerhetssamordnare")
REPORTER = Reporter(cast.person_id("ragna"), "Ragna", "Fältsekreterare")
MARK = Mark("Anna", "Säkerhetssamordnare", "", NOW)
WRITTEN = Written("Ny rubrik", "Ny text.")
BY = Actor("Adam", "Systemförvaltare")
LADDER = Own(None, "report", ladders.DEFAULTS["report"], "Bo", "Ordförande", NOW)
WISH = Wish(cast.person_id("anna"), cast.person_id("bo"), Days(TODAY, TODAY))
SENT = Settled(State.SENT)
LOOK, CREST, FAULT = Wanted("", "Rådet", "", "", "", None), Crest(b"x", 1, 1, "x"), Fault("Kartan läses inte upp.", "", "")
CONTENT = {"title": "Ny rubrik", "channels": ["page", "feed"]}
