"""Read a promise as a document, gather all about it into one file, and keep one's own number in the diary."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trygghet import database, paper
from trygghet.agreements import actions as agreements
from trygghet.comments import actions as said
from trygghet.copies import actions as copies
from trygghet.deliveries import actions as deliveries
from trygghet.dossiers import editions, files, rules, store
from trygghet.dossiers.files import Dossier, Text
from trygghet.dossiers.sheet import title_of
from trygghet.dossiers.zipped import File
from trygghet.followups import actions as followups
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.indicators import actions as indicators
from trygghet.obligations import actions as obligations
from trygghet.promises import actions as promises
from trygghet.swedish import NotFound
from trygghet.tenancy import Act
from trygghet.updates import actions as updates
from trygghet.wordings import actions as wordings
from trygghet.wordings.rules import APPROVAL, SIGNATURE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Iterable
    from uuid import UUID

    from trygghet.dossiers.editions import Document
    from trygghet.dossiers.rules import DiaryNumber
    from trygghet.promises.promise import Promise
    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Side, Wording

TEMPLATE, PAGES = "promises/promise.typ", "paper/document.typ"


# ---------------------------------------------------------------- one document
async def promise_on_paper(organisation: UUID, promise_id: UUID) -> File:
    """The signed promise as it holds now, as a PDF. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        promise = await promises.read(organisation, promise_id)
        texts = await wordings.wordings(organisation, promise_id)
        signatures = await agreements.approvals(organisation, SIGNATURE, [one.id for one in texts])
        document = editions.of_promise(promise, texts, signatures, await _names(organisation, texts, promise))
    return File(f"{rules.file_name(promise.title)}.pdf", await _pdf(document))


async def wording_on_paper(organisation: UUID, wording_id: UUID) -> File:
    """One text as it stands now, signed or not, as a PDF. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        wording = await wordings.read(organisation, wording_id)
        texts = await wordings.wordings(organisation, wording.promise_id)
        signatures = await agreements.approvals(organisation, SIGNATURE, [wording_id])
        document = editions.of_wording(wording, signatures[wording_id], await _names(organisation, texts), texts)
    return File(f"{rules.file_name(f'{document.edition.mark} {document.title}')}.pdf", await _pdf(document))


async def _pdf(document: Document) -> bytes:
    """Made in a thread, so that others are answered meanwhile."""
    return await asyncio.to_thread(paper.pdf, TEMPLATE, document.sheet, at=document.at)


async def _names(
    organisation: UUID, texts: Iterable[Wording], promise: Promise | None = None, others: Iterable[UUID | None] = ()
) -> dict[UUID, Side]:
    """Everybody that the promise and its texts name, and `others`."""
    found = {one for one in others if one} | ({one.organisation_id for one in promise.parties} if promise else set())
    for one in texts:
        found |= {one.organisation_id, *one.parties, *editions.named(one.manuscript)}
    return {one.organisation_id: one for one in await wordings.sides(organisation, list(found))}


# ---------------------------------------------------------------- all of it
async def gather(organisation: UUID, promise_id: UUID, *, by: Asking, now: dt.datetime) -> Dossier:
    """All that the organisation may read of the promise, shared or signed; that it was fetched is logged. Raises `NotFound`."""
    async with database.within(organisation):
        promise, texts = await _read(organisation, promise_id)
        duties = [] if promise is None else await obligations.obligations(organisation, promise_id=promise_id)
        told = [one for one in await updates.read_all(organisation) if one.update.promise_id == promise_id and one.update.published_at is not None]
        sent, events = await deliveries.of_promise(organisation, promise_id), await history.events(organisation, promise_id)
        others = [*(one.organisation_id for one in events), *(one.delivery.organisation_id for one in sent)]
        dossier = Dossier(
            promise_id=promise_id,
            promise=promise,
            texts=texts,
            duties=sorted(duties, key=lambda one: one.duty.key),
            updates=sorted(told, key=lambda one: (one.update.published_at or now, one.update.id)),
            follow_ups=[] if promise is None else [one for one in await followups.rooms(organisation, promise_id=promise_id) if one.is_signed],
            series={} if promise is None else await indicators.of_goals(organisation, [goal.id for goal in promise.all_goals]),
            deliveries=sent,
            copies=await copies.of_promise(organisation, promise_id),
            events=events,
            diary_numbers=await store.diary_numbers(organisation, promise_id),
            names=await _names(organisation, [one.wording for one in texts], promise, others),
            organisation_name=by.here.organisation_name,
            by=f"{by.name}, {by.office_for(Act.FILE)}",
            at=now,
        )
        await history.record(organisation, promise_id, Entry("dossier.exported", shared=False), by=by, now=now)
    return dossier


async def _read(organisation: UUID, promise_id: UUID) -> tuple[Promise | None, list[Text]]:
    """The promise, where it is signed, and its texts that all parties may read. Raises `NotFound` where there is neither."""
    shared = [one for one in await wordings.wordings(organisation, promise_id) if one.shared_at is not None]
    ids = [one.id for one in shared]
    approvals, signatures = [await agreements.approvals(organisation, kind, ids) for kind in (APPROVAL, SIGNATURE)]
    comments = await said.comments(organisation, ids)
    texts = [
        Text(
            one,
            [kept for kept in await wordings.revisions(organisation, one.id) if kept.shared],
            approvals[one.id],
            signatures[one.id],
            [comment for comment in comments.get(one.id, []) if comment.shared],
        )
        for one in shared
    ]
    try:
        return await promises.read(organisation, promise_id), texts
    except NotFound:
        if not texts:
            raise
        return None, texts


async def dossier_files(organisation: UUID, dossier: Dossier) -> AsyncIterator[File]:
    """Every file of it, one at a time; pictures are fetched when it is their turn."""
    yield files.readme(dossier)
    if dossier.promise is not None:
        signatures = {one.wording.id: one.signatures for one in dossier.texts}
        document = editions.of_promise(dossier.promise, [one.wording for one in dossier.texts], signatures, dossier.names)
        yield File("lofte.pdf", await _pdf(document))
    for made in (
        files.promise_files,
        files.key_files,
        files.comment_files,
        files.receipt_files,
        files.history_files,
        files.update_files,
        files.follow_up_files,
    ):
        for one in await asyncio.to_thread(list, made(dossier)):
            yield one
    for path, page, at in files.follow_up_pages(dossier):
        yield File(path, await asyncio.to_thread(paper.pdf, PAGES, page.as_json(), at=at))
    for copy in files.copies(dossier):
        for one in files.copy_files(copy):
            yield one
        if copy.signed:
            yield File(f"{copy.path}.pdf", await _pdf(copy.document))
    for update in dossier.updates:
        if update.update.picture is not None:
            body, mime = await updates.picture(organisation, update.update.id)
            yield File(f"{files.update_folder(update)}/bild.{rules.ENDINGS[mime]}", body)


# ---------------------------------------------------------------- the number in one's own diary
async def diary_numbers(organisation: UUID, promise_id: UUID) -> tuple[str, list[DiaryNumber], bool]:
    """What the promise is called, every party's own number, and whether it is signed. Raises `NotFound`."""
    async with database.within(organisation, readonly=True):
        title, is_signed = await _title(organisation, promise_id)
        return title, await store.diary_numbers(organisation, promise_id), is_signed


async def set_diary_number(organisation: UUID, promise_id: UUID, number: str, *, by: Asking, now: dt.datetime) -> None:
    """Keeps the organisation's own number; an empty one takes it away. Raises `NotFound`, or `Refusal` for what may not stand there."""
    rules.check_number(number)
    async with database.within(organisation):
        await _title(organisation, promise_id)
        before = next((one.number for one in await store.diary_numbers(organisation, promise_id) if one.organisation_id == organisation), "")
        if number == before:
            return
        if number:
            await store.set_diary_number(organisation, promise_id, number, now=now)
            entry = Entry("diary.set", words={"number": number})
        else:
            await store.remove_diary_number(organisation, promise_id)
            entry = Entry("diary.removed", words={"number": before})
        await history.record(organisation, promise_id, entry, by=by, now=now)


async def _title(organisation: UUID, promise_id: UUID) -> tuple[str, bool]:
    try:
        return (await promises.read(organisation, promise_id)).title, True
    except NotFound:
        texts = await wordings.wordings(organisation, promise_id)
        if not texts:
            raise
        return title_of(texts[-1].manuscript), False
