"""What the example does beside the product: moves its clock."""

from __future__ import annotations

import datetime as dt

from trygghet import database
from trygghet.example import rules, store
from trygghet.swedish import Refusal


async def move_to(target: dt.datetime, *, wall: dt.datetime) -> None:
    """Sends the clock towards `target`; the timetable takes it there step by step. Refuses to go backwards or too far."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        await store.across_organisations_set_face(rules.bound_for(face, target, wall))


async def move_on(by: dt.timedelta, *, wall: dt.datetime) -> None:
    """Sends the clock a while forward from where it is."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        await store.across_organisations_set_face(rules.bound_for(face, face.reading(wall) + by, wall))


async def move_to_next_reminder(*, wall: dt.datetime) -> None:
    """Sends the clock to the moment when somebody's next reminder goes out. Refuses when none is planned."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        target = await store.across_organisations_next_reminder(face.reading(wall))
        if target is None:
            raise Refusal("example.no_reminder", field="dag")
        await store.across_organisations_set_face(rules.bound_for(face, target, wall))


async def stop(*, wall: dt.datetime) -> None:
    """Ends a move where it is; the clock runs on from there."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        if face.target_at:
            await store.across_organisations_set_face(rules.Face(face.shows_at, wall))


async def across_organisations_step(*, wall: dt.datetime) -> bool:
    """One step of a move, called by the timetable as often as it looks for what is due. True while the clock is being moved."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        if face.target_at is None:
            return False
        after = rules.step(face, await store.across_organisations_work(face.shows_at), wall)
        if after != face:
            await store.across_organisations_set_face(after)
        return after.target_at is not None


async def across_organisations_face() -> rules.Face:
    """Where the clock stands and where it is bound."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_face()
