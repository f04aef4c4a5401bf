"""A promise to test with, entered as promises are: Björken and Skogen together, 1 January 2023 to 31 December 2024."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests import cast
from trygghet.obligations.rules import Rhythm
from trygghet.promises import actions
from trygghet.promises.outcomes import Reporter
from trygghet.promises.rules import ActivityDraft, AreaDraft, Chapter, ContactDraft, Definition, Draft, GoalDraft, Link, PartyDraft

if TYPE_CHECKING:
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
    definitions=(Definition(term="infart", meaning="väg in i tätorten"),),
    links=(Link(title="Polisens sida", url="https://police.example.org/bjorken"),),
    areas=(
        AreaDraft(
            title="Trafik",
            body="Trafiken genom tätorten.",
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
