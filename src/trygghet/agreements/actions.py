"""Turn a key, let keys fall, read them. The caller holds the subject's row locked, so that two keys cannot miss each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.agreements import rules, store
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval, Subject
    from trygghet.tenancy import Asking


async def approve(organisation: UUID, subject: Subject, parties: Collection[UUID], *, seen: str, by: Asking, now: dt.datetime) -> None:
    """Turns this party's key on what was `seen`.

    Raises `Refusal` when the content has changed since it was read, the organisation is no party, its key is turned
    already, or the same person has turned another party's, now or earlier, on anything of the same promise.
    """
    async with database.within(organisation):
        if await store.turned_elsewhere(organisation, subject.promise_id, by.person_id):
            raise Refusal("agreement.two_keys")
        approvals = (await store.of_subjects(organisation, subject.kind, [subject.id]))[subject.id]
        rules.may_turn(parties, approvals, subject, seen=seen, organisation=organisation, person=by.person_id)
        await store.add(organisation, subject, by=by, now=now)


async def fall(organisation: UUID, subject: Subject, *, whatever: bool = False, why: str, now: dt.datetime) -> list[Approval]:
    """Drops every key that binds to something else than the subject's present hash, or every one, `whatever` it binds to;
    returns the keys as they stood.
    """
    async with database.within(organisation):
        return await store.fall(organisation, subject, whatever=whatever, why=why, now=now)


async def approvals(organisation: UUID, kind: str, subject_ids: Sequence[UUID]) -> dict[UUID, list[Approval]]:
    """Every key of this kind that was turned on these subjects, fallen ones too."""
    async with database.within(organisation):
        return await store.of_subjects(organisation, kind, subject_ids)
