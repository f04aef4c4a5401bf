"""A promise to test with, entered as promises are: Björken and Skogen together, 1 January 2023 to 31 December 2024."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet import database
from trygghet.obligations.rhythms import Rhythm
from trygghet.promises import actions
from trygghet.promises.outcomes import Reporter
from trygghet.promises.rules import (
    ActivityDraft,
    AreaDraft,
    Change,
    Chapter,
    ContactDraft,
    Definition,
    Draft,
    GoalDraft,
    Link,
    PartyDraft,
    Signed,
    Source,
)
from trygghet.wordings import beginning, reading
from trygghet.wordings.rules import Side

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from trygghet.promises.promise import Activity, Promise

ANNA = Reporter(cast.person_id("anna"), "Anna Asson", "Säkerhetssamordnare")
BJORKEN = PartyDraft(
    organisation="bjorken", side="municipality", signatory_name="Bo Bsson", signatory_office="Kommunstyrelsens ordförande", signed=True
)
EKEN = PartyDraft(organisation="eken", side="municipality", signatory_name="Cecilia Csson", signatory_office="Kommunchef", signed=True)
SKOGEN = PartyDraft(
    organisation="lpo-skogen",
    side="police",
    signatory_name="Pia Psson",
    signatory_office="Lokalpolisområdeschef",
    signed=True,
    signed_on=dt.date(2022, 12, 20),
)
CHECKS = ActivityDraft(
    title="Trafikkontroller",
    body="Gemensamma kontroller på infarterna.",
    responsible="Polisen: områdespolis",
    at_least=12,
    per="year",
    unit="kontroller",
)
TALKS = ActivityDraft(title="Trygghetssamtal", unit="samtal")

DRAFT = Draft(
    title="Medborgarlöfte i Björken 2023–2024",
    area_name="Björken",
    oath="Kommunen och polisen lovar att göra vägarna tryggare tillsammans.",
    valid_from=dt.date(2023, 1, 1),
    valid_until=dt.date(2024, 12, 31),
    tell_every_days=30,
    count_every_days=30,
    contacts=(
        ContactDraft(office="Säkerhetssamordnare", name="Anna Asson", phone="0500-00 00 00", email="anna@cast.example.org", organisation="bjorken"),
    ),
    told_through="Kommunens och polisens webbplatser",
    page_updated_on=dt.date(2023, 8, 14),
    parties=(BJORKEN, SKOGEN),
    chapters=(
        Chapter(kind="situation", heading="Läget i dag", body="Många kör för fort genom tätorten.\n\n- Norra infarten\n- Södra infarten"),
        Chapter(kind="cooperation", heading="Så samverkar vi", body="Vi träffas varje månad."),
    ),
    sources=(Source(kind="dialogue", title="Samtal på torget", held_on=dt.date(2022, 10, 4), place="Storgatan", participants=42),),
    definitions=(Definition(term="infart", meaning="väg in i tätorten"),),
    links=(Link(title="Polisens sida", url="https://police.example.org/bjorken"),),
    areas=(
        AreaDraft(
            title="Trafik",
            body="Trafiken genom tätorten.",
            problem="Det körs för fort förbi skolorna.",
            cause="Vägen är rak och bred.",
            goals=(GoalDraft(title="Lugnare trafik vid skolorna.", activities=(CHECKS,)),),
            activities=(TALKS,),
        ),
    ),
    rhythms=(Rhythm("BRÅ", "continuous"),),
)


async def promise(*, by: UUID = cast.BJORKEN, now: dt.datetime = cast.START, **changes: Any) -> UUID:
    """Enters `DRAFT` with these fields changed; needs the `database_url` fixture."""
    return await actions.enter(by, replace(DRAFT, **changes), now=now)


async def read(promise_id: UUID, *, by: UUID = cast.BJORKEN) -> tuple[Promise, Activity]:
    """The promise and its first activity, the traffic checks."""
    found = await actions.read(by, promise_id)
    return found, next(found.all_activities)


async def recorded(promise_id: UUID, amount: int, **changes: Any) -> UUID:
    """An outcome of Björken's on the traffic checks, today."""
    _, activity = await read(promise_id)
    usual: dict[str, Any] = {
        "by": ANNA,
        "amount": amount,
        "happened_on": dt.date(2024, 9, 12),
        "note": "",
        "form_key": uuid.uuid4(),
        "now": cast.START,
    }
    return await actions.record_outcome(cast.BJORKEN, promise_id, activity.id, **(usual | changes))


LEADERS = {
    cast.BJORKEN: ("bo", "Bo Bsson", "Kommunstyrelsens ordförande"),
    cast.EKEN: ("cecilia", "Cecilia Csson", "Kommunchef"),
    cast.SKOGEN: ("pia", "Pia Psson", "Lokalpolisområdeschef"),
    cast.ON: ("olof", "Olof Osson", "Kommundirektör"),
}
"""Who signs for whom."""


def signatures(*organisations: UUID, at: dt.datetime = cast.START, content_hash: str = "a" * 64) -> list[Signed]:
    """Each organisation's leader has signed the same text."""
    return [Signed(one, LEADERS[one][1], LEADERS[one][2], at, content_hash) for one in organisations]


async def draft_of(promise_id: UUID, *, by: UUID = cast.BJORKEN) -> Draft:
    """The promise as it reads now, to be written in: every part keeps its id."""
    found = await actions.read(by, promise_id)
    known = {id_: Side(id_, slug, name, short, kind) for id_, slug, name, short, kind, _ in cast.ORGANISATIONS}
    return reading.draft(beginning.from_promise(found, known.values()), known)


async def effect(
    promise_id: UUID,
    *,
    kind: Change = "change",
    reason: str = "Behoven har ändrats.",
    by: UUID = cast.SKOGEN,
    now: dt.datetime = cast.START,
    **changes: Any,
) -> None:
    """A new version of a promise, with these fields changed, that every party has approved and signed."""
    before = await actions.read(cast.SKOGEN, promise_id)
    draft = replace(await draft_of(promise_id, by=cast.SKOGEN), **changes)
    slugs = {slug: id_ for id_, slug, *_ in cast.ORGANISATIONS}
    parties = {one.organisation_id for one in before.parties} | {slugs[one.organisation] for one in draft.parties}
    content_hash = uuid.uuid4().hex * 2
    await wording(promise_id, before.version + 1, kind, reason, parties, content_hash)
    await actions.take_effect(
        by,
        promise_id,
        draft,
        version=before.version + 1,
        kind=kind,
        reason=reason,
        signatures=signatures(*parties, at=now, content_hash=content_hash),
        now=now,
    )


async def wording(promise_id: UUID, number: int, kind: Change, reason: str, parties: Collection[UUID], content_hash: str) -> None:
    """The text of that number with every party's keys on it: the database lets no promise become another version without."""
    wording_id = uuid.uuid4()
    named = [{"id": str(uuid.uuid4()), "kind": "party", "under": None, "fields": {"organisation": str(one)}} for one in parties]
    async with database.across_organisations() as link:
        await link.executemany(
            "INSERT INTO approval (promise_id, subject_kind, subject_id, content_hash, organisation_id, person_id, person_name, office, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                (promise_id, key, wording_id, content_hash, one, cast.person_id(LEADERS[one][0]), *LEADERS[one][1:], cast.START)
                for key in ("wording", "signature")
                for one in parties
            ],
        )
        await link.execute(
            "INSERT INTO wording (id, promise_id, number, kind, reason, manuscript, content_hash, organisation_id, shared_at, signed_at, edited_at, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $9)",
            wording_id,
            promise_id,
            number,
            kind,
            reason,
            [{"id": str(uuid.UUID(int=1)), "kind": "head", "under": None, "fields": {}}, *named],
            content_hash,
            next(iter(parties)),
            cast.START,
        )


async def unsigned(parties: Collection[UUID] = (cast.BJORKEN, cast.SKOGEN), **fields: Any) -> UUID:
    """A promise that is shared among its parties and that nobody has signed: no days, no parts, a text somewhere above."""
    promise_id = uuid.uuid4()
    kept = {"title": "Utkastet som ingen har skrivit under", "area_name": "Björken", "oath": "Utkastet.", "stage": "shared", **fields}
    async with database.across_organisations() as link:
        await link.execute(
            f"INSERT INTO promise (id, created_by, created_at, updated_at, {', '.join(kept)})"
            f" VALUES ($1, $2, $3, $3, {', '.join(f'${place}' for place in range(4, 4 + len(kept)))})",
            promise_id,
            next(iter(parties)),
            cast.START,
            *kept.values(),
        )
        await link.executemany(
            "INSERT INTO access (promise_id, organisation_id, since) VALUES ($1, $2, $3)", [(promise_id, one, cast.START) for one in parties]
        )
        await link.executemany(
            "INSERT INTO party (promise_id, organisation_id, side) VALUES ($1, $2, $3)",
            [(promise_id, one, "police" if one == cast.SKOGEN else "municipality") for one in parties],
        )
    return promise_id


async def signed(promise_id: UUID, signers: Collection[UUID] = (cast.BJORKEN, cast.SKOGEN), *, at: dt.datetime = cast.START, **changes: Any) -> None:
    """All parties sign the first text of that promise: `DRAFT` with these fields changed."""
    content_hash = uuid.uuid4().hex * 2
    await wording(promise_id, 1, "first", "", signers, content_hash)
    draft, keys = replace(DRAFT, **changes), signatures(*signers, at=at, content_hash=content_hash)
    await actions.take_effect(next(iter(signers)), promise_id, draft, version=1, kind="first", reason="", signatures=keys, now=at)
