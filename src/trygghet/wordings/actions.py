"""Begin a text, write in it, keep what it said. Whoever edits lets every key on it fall, in the same unit of work."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from trygghet import database, shield
from trygghet.agreements import actions as agreements
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.swedish import NotFound, Refusal
from trygghet.wordings import news, rules, store
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.manuscript import content_hash
from trygghet.wordings.rules import SIGNATURE, Conflict, Saved

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.wordings.manuscript import Manuscript, Part
    from trygghet.wordings.rules import Revision, Side, Typed, Wording

    Change = Callable[[Wording], Manuscript]

EDITED = "Texten ändrades."


# ---------------------------------------------------------------- reading
async def read(organisation: UUID, wording_id: UUID) -> Wording:
    """One text. Raises `NotFound`."""
    async with database.within(organisation):
        return await store.one(organisation, wording_id)


async def open_wordings(organisation: UUID) -> list[Wording]:
    """All that are being written or agreed on, latest first."""
    async with database.within(organisation):
        return await store.open_ones(organisation)


async def wordings(organisation: UUID, promise_id: UUID) -> list[Wording]:
    """Every text of a promise that the organisation may see, first to last."""
    async with database.within(organisation):
        return await store.of_promise(organisation, promise_id)


async def revisions(organisation: UUID, wording_id: UUID) -> list[Revision]:
    """Every kept text of a wording that the organisation may read, first to last."""
    async with database.within(organisation):
        return await store.revisions(organisation, wording_id)


async def once_approved(organisation: UUID, wording_ids: Sequence[UUID]) -> dict[UUID, list[Revision]]:
    """The earlier texts of these wordings that this organisation's keys have fallen from, by the wording and first to last."""
    async with database.within(organisation):
        return await store.once_approved(organisation, wording_ids)


async def sides(organisation: UUID, ids: Sequence[UUID]) -> list[Side]:
    """These organisations as texts name them, municipalities first."""
    async with database.within(organisation):
        return await store.sides(organisation, ids)


async def editable(organisation: UUID, wording_id: UUID) -> Wording:
    """One text that is open to be written in. Raises `NotFound`, or `Refusal` for one that is closed to everybody or to this organisation."""
    async with database.within(organisation, readonly=True):
        wording = await store.one(organisation, wording_id)
        await _check_open(organisation, wording)
        return wording


async def lock(organisation: UUID, wording_id: UUID) -> Wording:
    """The wording, with its promise held until the unit of work ends: for acts on it that this feature does not know.

    Raises `NotFound`, or `Refusal` for who may read it and has no part in it.
    """
    async with database.within(organisation):
        wording = await store.lock(organisation, wording_id)
        rules.may_act(wording, organisation)
        return wording


# ---------------------------------------------------------------- beginning and ending
async def start(
    organisation: UUID, text: Manuscript, *, follows_id: UUID | None = None, form_key: UUID | None = None, by: Asking, now: dt.datetime
) -> UUID:
    """A new promise that only its author's organisation sees. Returns its first wording; the same form sent twice is one."""
    wording_id = form_key or uuid.uuid4()
    promise_id = uuid.uuid5(wording_id, "promise")
    async with database.within(organisation):
        if await store.add_promise(organisation, promise_id, follows_id=follows_id, now=now):
            await store.add(organisation, wording_id, promise_id, 1, "first", text, by=by, now=now)
            await _log_start(organisation, wording_id, promise_id, "first", by=by, now=now)
            begun = await store.one(organisation, wording_id)
            await store.save(organisation, begun, text, "", begun.content_hash, by=by, now=now)  # the promise's row gets its title
    return wording_id


async def begin(organisation: UUID, promise_id: UUID, kind: str, text: Manuscript, *, by: Asking, now: dt.datetime) -> UUID:
    """A change, an extension or an early end of a signed promise, private to begin with. `text` is the promise as it reads now.

    Raises `Refusal` while another one is open, and for an unsigned promise.
    """
    wording_id = uuid.uuid4()
    async with database.within(organisation):
        stage, version = await store.lock_promise(organisation, promise_id)
        if stage in {"draft", "shared"}:
            raise Refusal("wording.unsigned")
        if not await store.add(organisation, wording_id, promise_id, version + 1, kind, text, by=by, now=now):
            open_one = next((one for one in await store.of_promise(organisation, promise_id) if one.is_open), None)
            begun_by = await store.sides(organisation, [open_one.organisation_id] if open_one else [])
            raise Refusal("wording.open", who=begun_by[0].name if begun_by else "Den andra parten")
        await _log_start(organisation, wording_id, promise_id, kind, by=by, now=now)
    return wording_id


async def _log_start(organisation: UUID, wording_id: UUID, promise_id: UUID, kind: str, *, by: Asking, now: dt.datetime) -> None:
    await history.record(organisation, promise_id, Entry("wording.started", wording_id, words={"kind": kind}, shared=False), by=by, now=now)


async def discard(organisation: UUID, wording_id: UUID, *, by: Asking, now: dt.datetime) -> None:
    """Throws away a text that nobody else has seen. Raises `NotFound`, or `Refusal` once it is shared."""
    async with database.within(organisation):
        wording = await store.lock(organisation, wording_id)
        if not wording.is_private:
            raise Refusal("wording.shared")
        await history.record(organisation, wording.promise_id, Entry("wording.discarded", wording_id, shared=False), by=by, now=now)
        await store.discard(organisation, wording)


# ---------------------------------------------------------------- writing
async def set_field(
    organisation: UUID, wording_id: UUID, part_id: UUID, name: str, value: str, *, was: str | None, by: Asking, now: dt.datetime
) -> Wording:
    """Another value in one field. `was` is what the writer saw there; None overwrites whatever it is.

    Raises `Conflict` where somebody else has written something else in it, or has removed the part; `Refusal` for a text that may
    not be kept; `NotFound`.
    """
    value = value.replace("\r\n", "\n")

    def change(wording: Wording) -> Manuscript:
        part = wording.manuscript.find(part_id)
        if part is None:
            raise Conflict(wording, part_id, name, value)
        if name not in KINDS[part.kind].names:
            raise NotFound
        field = KINDS[part.kind].field(name)
        shield.check_text(value, field.label, field=f"{part_id}.{name}", longest=field.longest)
        if was is not None and part[name] not in {was.replace("\r\n", "\n"), value}:
            raise Conflict(wording, part_id, name, value)
        return wording.manuscript.set_field(part_id, name, value)

    return await _change(organisation, wording_id, change, by=by, now=now)


async def add(
    organisation: UUID,
    wording_id: UUID,
    kind: str,
    under: UUID | None = None,
    *,
    after: UUID | None = None,
    part_id: UUID | None = None,
    by: Asking,
    now: dt.datetime,
) -> Wording:
    """A new empty part. Raises `NotFound` where it cannot hang, `Refusal` where there is no more room."""
    return await _change(organisation, wording_id, lambda one: one.manuscript.add(kind, under, after=after, part_id=part_id), by=by, now=now)


async def move(organisation: UUID, wording_id: UUID, part_id: UUID, *, up: bool, by: Asking, now: dt.datetime) -> Wording:
    """One step up or down among its kind."""
    return await _change(organisation, wording_id, lambda one: one.manuscript.move(part_id, up=up), by=by, now=now)


async def hang(organisation: UUID, wording_id: UUID, part_id: UUID, under: UUID | None, *, by: Asking, now: dt.datetime) -> Wording:
    """The part with all below it under another part."""
    return await _change(organisation, wording_id, lambda one: one.manuscript.hang(part_id, under), by=by, now=now)


async def remove(organisation: UUID, wording_id: UUID, part_id: UUID, *, by: Asking, now: dt.datetime) -> Wording:
    """Without the part and all below it. What it said stands in the revision that is kept first."""
    return await _change(organisation, wording_id, lambda one: one.manuscript.remove(part_id), keep_first=True, by=by, now=now)


async def rewrite(organisation: UUID, wording_id: UUID, text: Manuscript, *, by: Asking, now: dt.datetime) -> Wording:
    """The whole text at once: a removed part put back, an older text taken up again."""
    return await _change(organisation, wording_id, lambda _: text, keep_first=True, by=by, now=now)


async def save_part(organisation: UUID, wording_id: UUID, part_id: UUID, typed: Mapping[str, Typed], *, by: Asking, now: dt.datetime) -> Saved:
    """Keeps of a part's form all that can be kept, and says what was not. Raises `NotFound`, or `Refusal` for a text that is closed."""
    async with database.within(organisation):
        before = await store.one(organisation, wording_id)
        if (filled := rules.fill(before, part_id, typed)).is_barred:
            return Saved(before, before, filled)
        before = await _editable(organisation, wording_id)
        filled = rules.fill(before, part_id, typed)
        return Saved(before, await _save(organisation, before, filled.text, filled.reason, by=by, now=now), filled)


async def put_back(
    organisation: UUID, wording_id: UUID, part_id: UUID, typed: Mapping[str, Typed] | None = None, *, by: Asking, now: dt.datetime
) -> Wording:
    """A removed part, with all that hung under it, as it last stood; and what was `typed` in it meanwhile. Raises `NotFound`, `Refusal`."""
    async with database.within(organisation):
        kept = await store.revisions(organisation, wording_id)
        older = next((one.manuscript for one in reversed(kept) if one.manuscript.find(part_id)), None)
        if older is None:
            raise NotFound
        await _change(organisation, wording_id, lambda one: one.manuscript.put_back(part_id, older), by=by, now=now)
        saved = await save_part(organisation, wording_id, part_id, typed or {}, by=by, now=now)
        for refusal in saved.filled.refusals.values():
            raise refusal
        return saved.wording


async def removed(organisation: UUID, wording_id: UUID) -> list[Part]:
    """What stood in an earlier text and has been removed since, latest wording of each, in no particular order. Raises `NotFound`."""
    async with database.within(organisation):
        text = (await store.one(organisation, wording_id)).manuscript
        return await store.removed(organisation, wording_id, [one.id for one in text.parts])


async def keep_revision(organisation: UUID, wording_id: UUID) -> int:
    """Keeps the text as it stands now and returns its number: before somebody acts on it. Raises `NotFound`."""
    async with database.within(organisation):
        return await store.add_revision(organisation, await store.one(organisation, wording_id))


async def _change(organisation: UUID, wording_id: UUID, change: Change, *, keep_first: bool = False, by: Asking, now: dt.datetime) -> Wording:
    async with database.within(organisation):
        wording = await _editable(organisation, wording_id)
        text = change(wording)
        if keep_first:
            await store.add_revision(organisation, wording)
        return await _save(organisation, wording, text, wording.reason, by=by, now=now)


async def _editable(organisation: UUID, wording_id: UUID) -> Wording:
    wording = await store.lock(organisation, wording_id)
    await _check_open(organisation, wording)
    return wording


async def _check_open(organisation: UUID, wording: Wording) -> None:
    rules.may_act(wording, organisation)
    signatures = (await agreements.approvals(organisation, SIGNATURE, [wording.id]))[wording.id]
    rules.may_edit(wording, any_signed=any(one.fell_at is None for one in signatures))


async def _save(organisation: UUID, wording: Wording, text: Manuscript, reason: str, *, by: Asking, now: dt.datetime) -> Wording:
    """Keeps the text of the sitting before, then the new one; every key that binds to another text falls."""
    fresh = content_hash(text, wording.number, wording.kind, reason)
    if fresh == wording.content_hash:
        return wording
    if ends := rules.ends_sitting(wording, by.person_id, now):
        await store.add_revision(organisation, wording)
    await store.save(organisation, wording, text, reason, fresh, by=by, now=now)
    saved = await store.one(organisation, wording.id)
    await _let_fall(organisation, saved, by=by, now=now)
    if ends:
        entry = Entry("wording.edited", wording.id, f"{wording.number}", shared=not wording.is_private)
        await history.record(organisation, wording.promise_id, entry, by=by, now=now)
    return saved


async def _let_fall(organisation: UUID, wording: Wording, *, by: Asking, now: dt.datetime) -> None:
    """Keys on an older text fall, and whoever had turned one gets a letter, once this sitting should be over."""
    for key in await agreements.fall(organisation, wording.subject, why=EDITED, now=now):
        (side,) = await store.sides(organisation, [key.organisation_id])
        entry = Entry("approval.fell", wording.id, f"{wording.number}", key.content_hash, words={"party": side.name})
        await history.record(organisation, wording.promise_id, entry, by=by, now=now)
        await notices.plan(organisation, wording.promise_id, news.fell(wording, key, by), wait=rules.SITTING, now=now)
    await agreements.fall(organisation, wording.signing, why=EDITED, now=now)


# ---------------------------------------------------------------- for those who agree on it
async def set_shared(organisation: UUID, wording: Wording, *, now: dt.datetime) -> Wording:
    """Every party may open it from now on, also those that have come into the text since. The caller holds it locked."""
    async with database.within(organisation):
        await store.give_access(organisation, wording.promise_id, wording.parties, now=now)
        await store.set_shared(organisation, wording, now=now)
        await store.add_revision(organisation, replace(wording, shared_at=now))
        return await store.one(organisation, wording.id)


async def set_signed(organisation: UUID, wording: Wording, *, now: dt.datetime) -> None:
    """All have signed: the text never changes again. The caller holds it locked and has asked the gate."""
    async with database.within(organisation):
        await store.set_signed(organisation, wording, now=now)


async def set_withdrawn(organisation: UUID, wording: Wording, why: str, *, now: dt.datetime) -> None:
    """It comes to nothing, and stays to be read. The caller holds it locked."""
    async with database.within(organisation):
        await store.set_withdrawn(organisation, wording, why, now=now)
