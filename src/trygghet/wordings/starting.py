"""Begin a text from last period's promise, from another municipality's, or from nothing; propose a change of a signed one."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trygghet import database
from trygghet.periods import Validity
from trygghet.promises import actions as promises
from trygghet.promises import rules as promised
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.wordings import actions, beginning, reading, store
from trygghet.wordings.manuscript import Manuscript, Part, empty
from trygghet.wordings.reading import on_part
from trygghet.wordings.remarks import Surrounding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.promises.promise import Promise
    from trygghet.promises.rules import Draft
    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Published, Side, Wording

MOST_SHOWN = 30
"""Published promises in one list; whoever looks for an older one searches."""


@dataclass(frozen=True)
class Source:
    """A promise to begin from. `follows` is its id where the new one is its successor for those who were its parties."""

    text: Manuscript
    held: Validity
    follows: UUID | None


@dataclass(frozen=True)
class Choices:
    """What a new promise may begin from, and which municipalities it may be for."""

    own: list[Promise]
    published: list[Published]
    near: list[Side]

    def next_days(self, promise_id: UUID | None) -> tuple[dt.date, dt.date] | None:
        """From when to when the successor of that promise is proposed to hold; None for one that is not there or has no last day."""
        held = next((one.validity for one in self.own if one.id == promise_id), None)
        return None if held is None or held.last is None else beginning.next_days(held.first, held.last)

    @property
    def municipalities(self) -> list[Side]:
        """Those of the police area."""
        return [one for one in self.near if one.side == "municipality"]


@dataclass(frozen=True)
class Around:
    """What the page to write on shows besides the text: every organisation, those near by, and the promises before and after."""

    everybody: list[Side]
    near: list[Side]
    time: Surrounding


# ---------------------------------------------------------------- what there is to choose between
async def choices(organisation: UUID, search: str, today: dt.date) -> Choices:
    """The organisation's own promises, latest first; then those that residents read anywhere, by a word of their title."""
    async with database.within(organisation, readonly=True):
        own = await promises.read_all(organisation)
        near = await _near(organisation, today)
    async with database.published():
        published = await store.across_organisations_published(search, MOST_SHOWN + len(own))
    mine = {one.id for one in own}
    latest = sorted(own, key=lambda one: one.validity.first, reverse=True)
    return Choices(latest, [one for one in published if one.promise_id not in mine][:MOST_SHOWN], near)


async def around(organisation: UUID, wording: Wording, today: dt.date) -> Around:
    """What the writer of this text may choose between, and what stands around it in time."""
    async with database.within(organisation, readonly=True):
        everybody, near = await store.everybody(organisation), await _near(organisation, today)
        kinds = {one.organisation_id: one.side for one in everybody}
        concerned = reading.as_id(wording.manuscript.head["concerns"])
        homes = [one for one in (*wording.parties, concerned) if one and kinds.get(one) == "municipality"]
        others = await store.neighbours(organisation, wording.promise_id, homes)
        follows = await store.follows(organisation, wording.promise_id)
        first = beginning.day_of(wording.manuscript.head["valid_from"]) or today
        before = [one for one in others if one.valid_from < first]
        text = None
        if wording.number == 1 and (previous := follows or next((one.promise_id for one in reversed(before)), None)):
            with suppress(NotFound):  # what it follows may be another's by now
                text = await _signed_text(organisation, await promises.read(organisation, previous))
        return Around(
            everybody,
            near,
            Surrounding(
                today,
                text,
                max((one.valid_until for one in before if one.valid_until), default=None),
                min((one.valid_from for one in others if one.valid_from >= first), default=None),
            ),
        )


async def _near(organisation: UUID, today: dt.date) -> list[Side]:
    return await store.sides(organisation, await store.near(organisation, today))


# ---------------------------------------------------------------- a new promise
async def begin_from(
    organisation: UUID, source_id: UUID | None, municipalities: Sequence[UUID], *, form_key: UUID, by: Asking, now: dt.datetime, today: dt.date
) -> list[UUID]:
    """A private text for each municipality, or one for the organisation itself; the same form sent twice begins nothing more.

    A promise that the municipality is party to is followed by its successor, with all its parties. Any other becomes the same promise
    for this municipality. Raises `NotFound` for a promise or a municipality that is not there to choose.
    """
    source = await _source(organisation, source_id) if source_id else None
    async with database.within(organisation):
        everybody = {one.organisation_id: one for one in await store.everybody(organisation)}
        near = await _near(organisation, today)
        homes = _homes(everybody[organisation], near, municipalities)
        texts: dict[UUID | None, tuple[Manuscript, UUID | None]] = {}
        for home in homes:
            text, follows = await _text_for(organisation, home, source, everybody, near)
            texts.setdefault(follows or (home.organisation_id if home else None), (text, follows))
        return [
            await actions.start(organisation, text, follows_id=follows, form_key=uuid.uuid5(form_key, str(key)), by=by, now=now)
            for key, (text, follows) in texts.items()
        ]


def _homes(own: Side, near: list[Side], chosen: Sequence[UUID]) -> list[Side | None]:
    """Whom a text is for: a municipality's own is for itself, the police choose among theirs; None where they have not chosen."""
    if own.side == "municipality":
        return [own]
    found = {one.organisation_id: one for one in near if one.side == "municipality"}
    if set(chosen) - found.keys():
        raise NotFound
    return [found[one] for one in dict.fromkeys(chosen)] or [None]


async def _text_for(
    organisation: UUID, home: Side | None, source: Source | None, everybody: dict[UUID, Side], near: list[Side]
) -> tuple[Manuscript, UUID | None]:
    parties = _parties(organisation, home, near)
    if source is None:
        text = Manuscript((*empty().parts, *(Part(uuid.uuid4(), "party", None, {"organisation": str(one)}) for one in parties)))
        return (text.set_field(text.head.id, "area", home.short) if home else text), None
    followed = beginning.successor(source.text, source.held)
    old = [everybody[one] for one in _named(source.text) if one in everybody]
    if source.follows and (home is None or home in old or str(home.organisation_id) == source.text.head["concerns"]):
        return followed, source.follows
    if home is None:
        return followed, None
    before = await _before(organisation, home)
    return beginning.localised(
        beginning.dated(followed, before, source.held), next((one for one in old if one.side == "municipality"), None), home, parties
    ), None


def _parties(organisation: UUID, home: Side | None, near: list[Side]) -> list[UUID]:
    """The municipality and the police of its area; whoever begins is one of them."""
    police = [one.organisation_id for one in near if one.side == "police"]
    return list(dict.fromkeys([*([home.organisation_id] if home else []), *police, organisation]))


def _named(text: Manuscript) -> list[UUID]:
    return [found for one in text.of("party") if (found := reading.as_id(one["organisation"]))]


async def _before(organisation: UUID, home: Side) -> Validity | None:
    """The days of the municipality's latest promise, where the organisation is a party to it as well."""
    held = [one.validity for one in await promises.read_all(organisation) if home.organisation_id in {party.organisation_id for party in one.parties}]
    return max(held, key=lambda one: one.known_until, default=None)


async def _source(organisation: UUID, promise_id: UUID) -> Source:
    """The promise to begin from: one's own as it was signed, anybody's as residents read it. Raises `NotFound`."""
    try:
        async with database.within(organisation, readonly=True):
            promise = await promises.read(organisation, promise_id)
            return Source(await _signed_text(organisation, promise), promise.validity, promise_id)
    except NotFound:
        pass
    async with database.published():
        found = await store.across_organisations_one_published(promise_id)
    if found is None:
        raise NotFound
    async with database.within(organisation, readonly=True):
        text = beginning.from_published(found.content, await store.everybody(organisation))
    return Source(text, Validity(found.valid_from, found.valid_until), None)


async def _signed_text(organisation: UUID, promise: Promise) -> Manuscript:
    """What the parties signed, letter by letter; of a promise that was signed elsewhere, what was entered."""
    signed = [one for one in await actions.wordings(organisation, promise.id) if one.signed_at is not None]
    return signed[-1].manuscript if signed else beginning.from_promise(promise, await store.everybody(organisation))


# ---------------------------------------------------------------- a change of a signed promise
async def propose(organisation: UUID, promise_id: UUID, kind: str, *, by: Asking, now: dt.datetime) -> UUID:
    """A change, an extension or an early end, private to begin with, with the text as it reads today. Raises `NotFound`, `Refusal`."""
    if kind not in {"change", "extension", "early_end"}:
        raise NotFound
    async with database.within(organisation):
        promise = await promises.read(organisation, promise_id)
        if organisation not in {one.organisation_id for one in promise.parties}:
            raise Refusal("wording.no_part")
        return await actions.begin(organisation, promise_id, kind, await _signed_text(organisation, promise), by=by, now=now)


# ---------------------------------------------------------------- is it ready
async def draft(organisation: UUID, wording: Wording) -> Draft:
    """The promise that the text says, ready to take effect. Raises `Slips` with all that stands in the way, each on its field."""
    async with database.within(organisation):
        known = {one.organisation_id: one for one in await store.everybody(organisation)}
        slips: list[Refusal] = []
        made: Draft | None = None
        try:
            made = reading.draft(wording.manuscript, known)
        except Slips as found:
            slips = found.refusals
        if wording.organisation_id not in wording.parties:
            slips = [Refusal("promise.no_party", field="parter"), *slips]
        if wording.kind != "first":
            slips = [*_lacks_reason(wording), *slips]
            if made is not None:
                slips += await _cannot_become(organisation, wording, made)
    if slips or made is None:
        raise Slips(slips)
    return made


def _lacks_reason(wording: Wording) -> list[Refusal]:
    if wording.reason.strip():
        return []
    return [on_part(wording.manuscript.head.id, Refusal("field.required", field="reason", name="Skälet till ändringen"))]


async def _cannot_become(organisation: UUID, wording: Wording, made: Draft) -> list[Refusal]:
    """Why the signed promise cannot become this one."""
    promise = await promises.read(organisation, wording.promise_id)
    kind: promised.Change = wording.kind  # type: ignore[assignment]  # the schema holds it
    try:
        promised.check_change(kind, promise.validity, made)
    except Refusal as refusal:
        return [on_part(wording.manuscript.head.id, refusal)]
    return []
