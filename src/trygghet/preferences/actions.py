"""Read and change what somebody wants by mail. A choice is the person's own, in all their organisations at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.preferences import store
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.preferences.rules import Choices, Kind


async def silenced(organisation: UUID, person_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The kinds (`rules.Kind`) that these people of the organisation do not want by mail; who wants all is not in it."""
    async with database.within(organisation, readonly=True):
        return await store.silenced(organisation, person_ids)


async def across_organisations_silenced(person_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The same for people of any organisations, for a letter about all of them."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_silenced(person_ids)


async def across_organisations_choices(person_id: UUID) -> Choices:
    """All that somebody has chosen. Raises `NotFound`."""
    async with database.across_organisations(readonly=True):
        found = await store.across_organisations_choices(person_id)
    if found is None:
        raise NotFound
    return found


async def across_organisations_choose(person_id: UUID, chosen: Choices, *, now: dt.datetime) -> None:
    """Keeps what somebody chooses about their own letters."""
    async with database.across_organisations():
        await store.across_organisations_set_language(person_id, chosen.language)
        await store.across_organisations_set_silenced(person_id, chosen.silenced, now)


async def across_organisations_turn(person_id: UUID, kind: Kind, *, wanted: bool, now: dt.datetime) -> Choices:
    """Turns one kind of letter on or off, whatever it was, and tells what is chosen then. Raises `NotFound`."""
    async with database.across_organisations():
        chosen = (await across_organisations_choices(person_id)).with_kind(kind, wanted=wanted)
        await store.across_organisations_set_silenced(person_id, chosen.silenced, now)
    return chosen
