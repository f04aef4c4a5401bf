"""The one gate: is this agreed? Every page, publisher and feed asks here, and nothing else counts as an agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable
    from uuid import UUID


@dataclass(frozen=True)
class Subject:
    """What is to be agreed on: one thing of a promise, and the hash of what it says now. The same text may be approved
    and, as another `kind`, signed.
    """

    promise_id: UUID
    kind: str
    id: UUID
    content_hash: str


@dataclass(frozen=True)
class Approval:
    """One party's key on one hash. `fell_at` is set once the content has changed; then it is history and counts no more."""

    organisation_id: UUID
    person_id: UUID
    person_name: str
    office: str
    content_hash: str
    at: dt.datetime
    fell_at: dt.datetime | None = None
    fell_why: str = ""


def turned(approvals: Iterable[Approval], content_hash: str) -> dict[UUID, Approval]:
    """The keys that are turned on exactly this hash, by party.

    Nobody turns two keys: a person who stands behind two parties' approvals counts for neither.
    """
    live = [one for one in approvals if one.fell_at is None and one.content_hash == content_hash]
    parties_of: dict[UUID, set[UUID]] = {}
    for one in live:
        parties_of.setdefault(one.person_id, set()).add(one.organisation_id)
    return {one.organisation_id: one for one in live if len(parties_of[one.person_id]) == 1}


def agreed(parties: Collection[UUID], approvals: Iterable[Approval], content_hash: str) -> bool:
    """Whether every party has turned its key on exactly this hash. Time that passes is never a key; no parties is no agreement."""
    keys = turned(approvals, content_hash)
    return bool(parties) and all(party in keys for party in parties)


def may_turn(parties: Collection[UUID], approvals: Collection[Approval], subject: Subject, *, seen: str, organisation: UUID, person: UUID) -> None:
    """Raises `Refusal` where this person may not turn this party's key: what was read is not what stands there now, the
    party has none to turn or has turned it, or the person has turned another party's.
    """
    if seen != subject.content_hash:
        raise Refusal("agreement.stale")
    if organisation not in parties:
        raise Refusal("agreement.no_party")
    live = [one for one in approvals if one.fell_at is None]
    if any(one.person_id == person and one.organisation_id != organisation for one in live):
        raise Refusal("agreement.two_keys")
    if any(one.organisation_id == organisation and one.content_hash == subject.content_hash for one in live):
        raise Refusal("agreement.already")
