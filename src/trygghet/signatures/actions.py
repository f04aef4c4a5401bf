"""Share a text, say yes or no to it, sign it, open it again, take it back: one verb, one unit of work.

Whoever does something a second time has already done it, and is answered calmly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import database
from trygghet.agreements import actions as agreements
from trygghet.agreements.rules import turned
from trygghet.comments import actions as comments
from trygghet.history import actions as history
from trygghet.history.rules import Entry
from trygghet.members import actions as members
from trygghet.notices import actions as notices
from trygghet.notices import rules as letters
from trygghet.promises import actions as promises
from trygghet.promises.rules import Signed
from trygghet.signatures import news, rules
from trygghet.signatures.standing import Standing, Waiting
from trygghet.signatures.standing import waiting as all_waiting
from trygghet.swedish import Refusal, Slips
from trygghet.wordings import actions as wordings
from trygghet.wordings import starting
from trygghet.wordings.advice import advise
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.news import fell_key
from trygghet.wordings.reading import as_id
from trygghet.wordings.rules import APPROVAL, SIGNATURE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.history.rules import Event
    from trygghet.members.door import Visitor
    from trygghet.promises.rules import Change, Draft
    from trygghet.tenancy import Asking
    from trygghet.wordings.remarks import Advice
    from trygghet.wordings.rules import Revision, Wording

REJECTED, REOPENED, WITHDRAWN = "Texten avvisades.", "Texten öppnades igen.", "Texten drogs tillbaka."


# ---------------------------------------------------------------- reading
async def read(organisation: UUID, wording_id: UUID) -> Standing:
    """The wording with all that its page shows. Raises `NotFound`."""
    async with database.within(organisation):
        wording = await wordings.read(organisation, wording_id)
        events = await history.about(organisation, [wording_id])
        (found,) = await _standings(organisation, [wording], {wording_id: await wordings.revisions(organisation, wording_id)}, events)
        return found


async def open_standings(organisation: UUID) -> list[Standing]:
    """How every text that is being made stands, latest first, in as many queries however many there are.

    Of the earlier texts each has only those that this party's keys have fallen from: enough to know whether it has to read anew.
    """
    async with database.within(organisation):
        found = await wordings.open_wordings(organisation)
        if not found:
            return []
        ids = [one.id for one in found]
        return await _standings(organisation, found, await wordings.once_approved(organisation, ids), await history.about(organisation, ids))


async def waiting(organisation: UUID) -> list[Waiting]:
    """What waits for the organisation in the texts that are being made: to sign, to approve, to read what changed, to answer."""
    return all_waiting(await open_standings(organisation), organisation)


async def _standings(
    organisation: UUID, found: Sequence[Wording], revisions: Mapping[UUID, Sequence[Revision]], events: Mapping[UUID, Sequence[Event]]
) -> list[Standing]:
    ids = [one.id for one in found]
    approvals, signatures = [await agreements.approvals(organisation, kind, ids) for kind in (APPROVAL, SIGNATURE)]
    said = await comments.comments(organisation, ids)
    named = {one.id: _named(one, revisions.get(one.id, ())) for one in found}
    sides = await wordings.sides(organisation, list(set().union(*named.values())))
    return [
        Standing(
            one,
            [side for side in sides if side.organisation_id in {*one.parties, *one.shared_with, one.organisation_id}],
            [side for side in sides if side.organisation_id in named[one.id]],
            approvals[one.id],
            signatures[one.id],
            said.get(one.id, ()),
            events.get(one.id, ()),
            revisions.get(one.id, ()),
        )
        for one in found
    ]


def _named(wording: Wording, revisions: Sequence[Revision]) -> set[UUID]:
    """Every organisation that the text names or has named, and those that it is open to."""
    texts = [wording.manuscript, *(one.manuscript for one in revisions)]
    typed = {as_id(part[name]) for text in texts for part in text.parts for name in _naming(part.kind)}
    return {one for one in typed if one} | {*wording.parties, *wording.shared_with, wording.organisation_id}


def _naming(kind: str) -> list[str]:
    """The fields of such a part that hold an organisation."""
    return [one.name for one in KINDS[kind].fields if one.shape == "organisation"]


async def _held(organisation: UUID, wording_id: UUID) -> Standing:
    """As it stands once nobody else can act on it."""
    await wordings.lock(organisation, wording_id)
    return await read(organisation, wording_id)


async def draft(organisation: UUID, standing: Standing) -> Draft:
    """The promise that the text says. Raises `Slips` with all that keeps it from being shared or agreed on."""
    slips, made = rules.lacks(standing.parties), None
    try:
        made = await starting.draft(organisation, standing.wording)
    except Slips as found:
        slips = [*found.refusals, *slips]
    if slips or made is None:
        raise Slips(slips)
    return made


async def warnings(organisation: UUID, standing: Standing, today: dt.date) -> list[Advice]:
    """What in the text may point at somebody: to be looked at before it is shared and before it is signed."""
    around = await starting.around(organisation, standing.wording, today)
    return [one for one in advise(standing.wording.manuscript, around.time) if one.code.startswith("person.")]


# ---------------------------------------------------------------- sharing
async def share(organisation: UUID, wording_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """Opens the text to every party that it names; what the other authority can open may be a public document from then on.

    Sharing again reaches those who have come into the text since. Raises `Slips` with all that the text lacks, or `Refusal`.
    """
    async with database.within(organisation):
        standing = await _held(organisation, wording_id)
        if not standing.wording.is_private and standing.wording.is_open and not standing.unreached:
            return standing
        rules.may_share(standing.wording, seen)
        await draft(organisation, standing)
        reached = standing.parties if standing.wording.is_private else standing.unreached
        others = [one for one in reached if one.organisation_id != organisation]
        await wordings.set_shared(organisation, standing.wording, now=now)
        await _record(organisation, standing.wording, "wording.shared", {"others": [one.name for one in others] or ["ingen annan"]}, by=by, now=now)
        await notices.plan(organisation, standing.wording.promise_id, news.shared(standing.wording, others, by), now=now)
        return await read(organisation, wording_id)


# ---------------------------------------------------------------- yes and no
async def approve(organisation: UUID, wording_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """This party's yes to the text with the hash `seen`. The last one asks the leaders to sign. Raises `Slips` or `Refusal`."""
    async with database.within(organisation):
        standing = await _held(organisation, wording_id)
        rules.may_approve(standing.wording, seen)
        if _mine(standing.approvals, standing.wording.content_hash, by):
            return standing
        await draft(organisation, standing)
        wording = standing.wording
        await wordings.keep_revision(organisation, wording_id)
        await agreements.approve(organisation, wording.subject, wording.parties, seen=seen, by=by, now=now)
        await _record(organisation, wording, "wording.approved", {}, by=by, now=now)
        await notices.drop(organisation, wording.promise_id, _fell_keys(standing, organisation))
        standing = await read(organisation, wording_id)
        if standing.agreed:
            await notices.plan(organisation, wording.promise_id, news.agreed(wording, standing.parties, by, len(standing.approvals)), now=now)
        return standing


def _mine(keys: Sequence[Approval], content_hash: str, by: Asking) -> bool:
    """Whether this very person has already turned their organisation's key on it."""
    key = turned(keys, content_hash).get(by.organisation)
    return key is not None and key.person_id == by.person_id


def _fell_keys(standing: Standing, organisation: UUID) -> list[str]:
    """The letters about this party's fallen approvals that may still wait: it has read the new text."""
    fallen = [one for one in standing.approvals if one.organisation_id == organisation and one.fell_at is not None]
    return [letters.key(fell_key(standing.wording.id, one), organisation, one.person_id) for one in fallen]


async def reject(organisation: UUID, wording_id: UUID, why: str, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """This party's no to the text with the hash `seen`: every approval falls, all who had given one are told why, and the text goes on.

    Raises `Refusal`.
    """
    async with database.within(organisation):
        standing = await _held(organisation, wording_id)
        wording, key = standing.wording, standing.key_of(organisation)
        rules.may_approve(wording, seen)
        if key and key.rejection and key.rejection.person_id == by.person_id and not rules.any_live(standing.approvals):
            return standing
        rules.may_reject(wording, seen, standing.signatures, why)
        if key is None:
            raise Refusal("agreement.no_party")
        number = await wordings.keep_revision(organisation, wording_id)
        approved = await agreements.fall(organisation, wording.subject, whatever=True, why=REJECTED, now=now)
        await _record(organisation, wording, "wording.rejected", {"why": why}, by=by, now=now)
        await _record_fallen(organisation, standing, {"approval.fell": approved}, by=by, now=now)
        others = [one for one in standing.sides if one.organisation_id in wording.shared_with]
        await notices.plan(
            organisation, wording.promise_id, news.rejected(wording, approved, others, why, by, (number, len(standing.approvals))), now=now
        )
        return await read(organisation, wording_id)


# ---------------------------------------------------------------- signing
async def sign(
    organisation: UUID, wording_id: UUID, password: str, visitor: Visitor, *, seen: str, by: Asking, wall: dt.datetime, now: dt.datetime
) -> Standing:
    """This party's signature on the text with the hash `seen`, by a leader who types the password once more.

    With the last one the promise takes effect, in the same unit of work. Raises `Refusal`: a wrong password, on the field losenord,
    counts as a failed sign-in.
    """
    standing = await read(organisation, wording_id)
    if not _mine(standing.signatures, seen, by):
        rules.may_sign(standing.wording, seen, agreed=standing.agreed)
    await members.across_organisations_confirm(by.email, password, visitor, field="losenord", wall=wall)
    return await put_name(organisation, wording_id, seen=seen, by=by, now=now)


async def put_name(organisation: UUID, wording_id: UUID, *, seen: str, by: Asking, now: dt.datetime) -> Standing:
    """As `sign`, for somebody whose password has just been looked at."""
    async with database.within(organisation):
        standing = await _held(organisation, wording_id)
        wording = standing.wording
        if seen == wording.content_hash and _mine(standing.signatures, seen, by):
            return standing
        rules.may_sign(wording, seen, agreed=standing.agreed)
        made = await draft(organisation, standing)
        await wordings.keep_revision(organisation, wording_id)
        await agreements.approve(organisation, wording.signing, wording.parties, seen=seen, by=by, now=now)
        await _record(organisation, wording, "wording.signed", {}, by=by, now=now)
        standing = await read(organisation, wording_id)
        if standing.signed:
            await _take_effect(organisation, standing, made, by=by, now=now)
        return await read(organisation, wording_id)


_IN_FORCE = {"first": "promise.in_force", "change": "promise.changed", "extension": "promise.extended", "early_end": "promise.ended_early"}


async def _take_effect(organisation: UUID, standing: Standing, made: Draft, *, by: Asking, now: dt.datetime) -> None:
    """All have signed: the text is closed for ever, and the promise becomes what it says."""
    wording = standing.wording
    kind: Change = wording.kind  # type: ignore[assignment]  # the schema holds it
    await wordings.set_signed(organisation, wording, now=now)
    names = [Signed(one.organisation_id, one.person_name, one.office, one.at, one.content_hash) for one in _live(standing)]
    await promises.take_effect(
        organisation, wording.promise_id, made, version=wording.number, kind=kind, reason=wording.reason, signatures=names, now=now
    )
    await _record(organisation, wording, _IN_FORCE[wording.kind], {}, by=None, now=now)
    sentence = (await read(organisation, wording.id)).sentence(organisation)
    await notices.plan(organisation, wording.promise_id, news.signed(wording, standing.parties, sentence, by), now=now)


def _live(standing: Standing) -> list[Approval]:
    return list(turned(standing.signatures, standing.wording.content_hash).values())


# ---------------------------------------------------------------- going back
async def reopen(organisation: UUID, wording_id: UUID, why: str, *, by: Asking, now: dt.datetime) -> Standing:
    """Lets a text that somebody has signed be changed again: every signature and approval falls, and all are told why. Raises `Refusal`."""
    async with database.within(organisation):
        standing = await _held(organisation, wording_id)
        if standing.reopened and standing.reopened.person_id == by.person_id and not standing.locked:
            return standing
        wording = standing.wording
        rules.may_reopen(wording, standing.signatures, why)
        fallen = await _let_fall(organisation, wording, REOPENED, now=now)
        await _record(organisation, wording, "wording.reopened", {"why": why}, by=by, now=now)
        await _record_fallen(organisation, standing, fallen, by=by, now=now)
        told = news.reopened(wording, standing.parties, why, by, len(standing.events))
        await notices.plan(organisation, wording.promise_id, told, now=now)
        return await read(organisation, wording_id)


async def withdraw(organisation: UUID, wording_id: UUID, why: str, *, by: Asking, now: dt.datetime) -> Standing:
    """Takes a shared text back for good. All keys fall, all who can read it are told why and can go on reading it. Raises `Refusal`."""
    async with database.within(organisation):
        standing = await _held(organisation, wording_id)
        wording = standing.wording
        if wording.withdrawn_at is not None:
            return standing
        rules.may_withdraw(wording, why)
        fallen = await _let_fall(organisation, wording, WITHDRAWN, now=now)
        await wordings.keep_revision(organisation, wording_id)
        await wordings.set_withdrawn(organisation, wording, why, now=now)
        await _record(organisation, wording, "wording.withdrawn", {"why": why}, by=by, now=now)
        await _record_fallen(organisation, standing, fallen, by=by, now=now)
        readers = [one for one in standing.sides if one.organisation_id in wording.shared_with]
        await notices.plan(organisation, wording.promise_id, news.withdrawn(wording, readers, why, by), now=now)
        return await read(organisation, wording_id)


async def _let_fall(organisation: UUID, wording: Wording, why: str, *, now: dt.datetime) -> dict[str, list[Approval]]:
    """Drops every key of both kinds; returns those that fell, by the act that the log calls it."""
    return {
        act: await agreements.fall(organisation, subject, whatever=True, why=why, now=now)
        for act, subject in (("approval.fell", wording.subject), ("signature.fell", wording.signing))
    }


async def _record_fallen(organisation: UUID, standing: Standing, fallen: Mapping[str, Sequence[Approval]], *, by: Asking, now: dt.datetime) -> None:
    for act, keys in fallen.items():
        whose = {key.organisation_id for key in keys}
        for side in standing.sides:
            if side.organisation_id in whose:
                await _record(organisation, standing.wording, act, {"party": side.name}, by=by, now=now)


async def _record(
    organisation: UUID, wording: Wording, act: str, words: dict[str, str | int | list[str]], *, by: Asking | None, now: dt.datetime
) -> None:
    """Into the log, with which text it was about."""
    texts = await wordings.revisions(organisation, wording.id)
    version = f"{wording.number}.{texts[-1].number}" if texts else str(wording.number)
    await history.record(organisation, wording.promise_id, Entry(act, wording.id, version, wording.content_hash, words=words), by=by, now=now)
