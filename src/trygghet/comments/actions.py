"""Say something beside a text, suggest other words, answer, take a suggestion in or decline it."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.comments import rules, store
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.notices import actions as notices
from trygghet.swedish import Refusal
from trygghet.wordings import actions as wordings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.comments.rules import Comment
    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Wording

NOTHING = ("", "", "")
"""Where a comment suggests no other words."""


async def comments(organisation: UUID, wording_ids: Sequence[UUID]) -> dict[UUID, list[Comment]]:
    """What was said about each text, first to last; what another organisation said before it shared the text is not there."""
    found: dict[UUID, list[Comment]] = defaultdict(list)
    async with database.within(organisation):
        for one in await store.of_wordings(organisation, wording_ids):
            found[one.wording_id].append(one)
    return found


async def read(organisation: UUID, comment_id: UUID) -> Comment:
    """One of them. Raises `NotFound`."""
    async with database.within(organisation):
        return await store.one(organisation, comment_id)


async def write(organisation: UUID, wording_id: UUID, part_id: UUID, body: str, *, form_key: UUID, by: Asking, now: dt.datetime) -> Comment:
    """Says something about a part. The same form sent twice says it once. Raises `NotFound` or `Refusal`."""
    body = body.replace("\r\n", "\n")
    async with database.within(organisation):
        wording = await wordings.lock(organisation, wording_id)
        rules.check_comment(wording, body)
        wording.manuscript.part(part_id)
        return await _add(organisation, wording, part_id, body, NOTHING, form_key, by=by, now=now)


async def suggest(
    organisation: UUID, wording_id: UUID, part_id: UUID, field: str, suggested: str, body: str, *, form_key: UUID, by: Asking, now: dt.datetime
) -> Comment:
    """Says what should stand in one field instead, and perhaps why. Raises `NotFound` or `Refusal`."""
    suggested, body = suggested.replace("\r\n", "\n"), body.replace("\r\n", "\n")
    async with database.within(organisation):
        wording = await wordings.lock(organisation, wording_id)
        part = wording.manuscript.part(part_id)
        rules.check_suggestion(wording, part, field, suggested, body)
        return await _add(organisation, wording, part_id, body, (field, part[field], suggested), form_key, by=by, now=now)


async def _add(
    organisation: UUID, wording: Wording, part_id: UUID, body: str, suggestion: tuple[str, str, str], form_key: UUID, *, by: Asking, now: dt.datetime
) -> Comment:
    before = await store.sent_before(organisation, form_key)
    if before is not None:
        if (before.wording_id, before.part_id, before.body, before.suggested) != (wording.id, part_id, body, suggestion[2]):
            raise Refusal("comment.form_used")
        return before
    revision = await wordings.keep_revision(organisation, wording.id)
    made = await store.add(organisation, wording, part_id, body, suggestion, form_key, by=by, now=now)
    await _log(organisation, wording, made, "suggestion.made" if made.is_suggestion else "comment.written", f"{wording.number}.{revision}", by, now)
    readers = wording.shared_with or (organisation,)
    await notices.plan(organisation, wording.promise_id, rules.notice(wording, made, readers), now=now)
    return made


async def answer(organisation: UUID, comment_id: UUID, words: str, *, by: Asking, now: dt.datetime) -> Comment:
    """Says that a comment is dealt with, in words if need be. Doing it again is nothing. Raises `NotFound` or `Refusal`."""
    async with database.within(organisation):
        comment, wording = await _held(organisation, comment_id)
        if comment.settled_how == rules.DONE:
            return comment
        rules.check_answer(comment, words)
        return await _settle(organisation, wording, comment, rules.DONE, words, "comment.settled", by, now)


async def take(organisation: UUID, comment_id: UUID, *, by: Asking, now: dt.datetime) -> Comment:
    """Puts what was suggested into the text, as an edit like any other: keys fall. Raises `Refusal` where the text is locked, and
    `wordings.rules.Conflict` where something else stands there by now.
    """
    async with database.within(organisation):
        comment, wording = await _suggestion(organisation, comment_id)
        if comment.settled_how == rules.TAKEN:
            return comment
        rules.check_answer(comment, "")
        await wordings.set_field(organisation, wording.id, comment.part_id, comment.field, comment.suggested, was=comment.was, by=by, now=now)
        return await _settle(organisation, wording, comment, rules.TAKEN, "", "suggestion.taken", by, now)


async def decline(organisation: UUID, comment_id: UUID, words: str, *, by: Asking, now: dt.datetime) -> Comment:
    """Leaves the text as it is. Raises `NotFound` or `Refusal`."""
    async with database.within(organisation):
        comment, wording = await _suggestion(organisation, comment_id)
        if comment.settled_how == rules.DECLINED:
            return comment
        rules.check_answer(comment, words)
        return await _settle(organisation, wording, comment, rules.DECLINED, words, "suggestion.declined", by, now)


async def _suggestion(organisation: UUID, comment_id: UUID) -> tuple[Comment, Wording]:
    comment, wording = await _held(organisation, comment_id)
    if not comment.is_suggestion:
        raise Refusal("comment.no_suggestion")
    return comment, wording


async def _held(organisation: UUID, comment_id: UUID) -> tuple[Comment, Wording]:
    """The comment as it stands once nobody else can touch the text."""
    wording = await wordings.lock(organisation, (await store.one(organisation, comment_id)).wording_id)
    return await store.one(organisation, comment_id), wording


async def _settle(organisation: UUID, wording: Wording, comment: Comment, how: str, words: str, act: str, by: Asking, now: dt.datetime) -> Comment:
    await store.settle(organisation, comment, how, words, by=by, now=now)
    await _log(organisation, wording, comment, act, str(wording.number), by, now)
    return dataclasses.replace(comment, settled_at=now, settled_how=how, answer=words)


async def _log(organisation: UUID, wording: Wording, comment: Comment, act: str, version: str, by: Asking, now: dt.datetime) -> None:
    part = wording.manuscript.find(comment.part_id)
    words = {"part": f"”{part.name}”" if part else "en borttagen del"}
    entry = Entry(act, wording.id, version, wording.content_hash, words=words, shared=comment.shared)
    await history.record(organisation, wording.promise_id, entry, by=by, now=now)
