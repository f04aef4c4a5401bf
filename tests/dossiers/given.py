"""Texts to put on paper: the shortest promise there is, a usual one, and one with forty activities and long words."""

from __future__ import annotations

import datetime as dt
import uuid

from tests import cast
from trygghet import database
from trygghet.dossiers.sheet import Backer, Edition, Version
from trygghet.signatures import actions as signatures
from trygghet.wordings import actions as wordings
from trygghet.wordings.manuscript import HEAD_ID, Manuscript, Part, content_hash
from trygghet.wordings.rules import Typed, Wording

NAMES = {cast.BJORKEN: "Björkens kommun", cast.EKEN: "Ekens kommun", cast.SKOGEN: "LPO Skogen"}
SIGNED_AT = dt.datetime(2018, 10, 26, 12, 3, tzinfo=dt.UTC)
UNSIGNED = (Backer(cast.BJORKEN, "Björkens kommun", "municipality"), Backer(cast.SKOGEN, "LPO Skogen", "police"))
LONG_WORD = "uppföljningsmötesprotokollsjustering"


def part(kind_: str, under_: Part | None = None, /, **fields: str) -> Part:
    """A part with what was typed in it."""
    return Part(uuid.uuid4(), kind_, under_.id if under_ else None, fields)


def text(*parts: Part, **head: str) -> Manuscript:
    """A text that says when it holds, and these parts."""
    usual = {"title": "Medborgarlöfte för Björken 2025–2026", "area": "Björken", "valid_from": "2018-07-01", "valid_until": "2026-12-31"}
    return Manuscript((Part(HEAD_ID, "head", None, usual | head), *parts))


def signed(found: Manuscript) -> tuple[Backer, ...]:
    """Both parties, who signed exactly this after it had begun."""
    hashed = content_hash(found, 1, "first", "")
    return (
        Backer(cast.BJORKEN, "Björkens kommun", "municipality", True, "Bo Bsson", "Kommunstyrelsens ordförande", None, SIGNED_AT, hashed),  # noqa: FBT003
        Backer(cast.SKOGEN, "LPO Skogen", "police", True, "Pia Psson", "tf lokalpolisområdeschef", None, SIGNED_AT, hashed),  # noqa: FBT003
    )


def edition(found: Manuscript, **changes: str) -> Edition:
    """The third version."""
    versions = (
        Version(1, dt.date(2018, 10, 26), "first", ""),
        Version(2, dt.date(2020, 1, 3), "change", "Skolorna är fler nu."),
        Version(3, dt.date(2024, 12, 1), "extension", "Arbetet fortsätter."),
    )
    return Edition("Version 3, undertecknad av alla parter", content_hash(found, 1, "first", ""), versions=versions, **changes)  # type: ignore[arg-type]


def usual() -> Manuscript:
    """With something of everything."""
    area = part("area", title="Trafik", body="Trafiken genom tätorten.", problem="Många kör för fort på Storgatan.", cause="Gatan är bred och rak.")
    goal = part(
        "goal",
        area,
        title="Lugnare trafik vid skolorna",
        measure="indicator",
        indicator="Andel bilar som håller hastigheten",
        unit="procent",
        baseline="67",
        baseline_on="2024-03-14",
        direction="up",
        level="85",
        level_on="2026-12-31",
    )
    return text(
        part("party", organisation=str(cast.BJORKEN)),
        part("party", organisation=str(cast.SKOGEN)),
        part("chapter", kind="situation", heading="Läget i dag", body="Invånarna oroar sig.\n\n- för farten\n- för kvällarna"),
        part("chapter", kind="cooperation", heading="Så samverkar vi", body="Vi träffas varje månad."),
        area,
        goal,
        part(
            "activity",
            goal,
            title="Trafikkontroller",
            organisation=str(cast.SKOGEN),
            responsible="områdespolis",
            measure="count",
            at_least="12",
            per="year",
            unit="kontroller",
            places="Norra infarten\nSödra infarten",
        ),
        part("activity", area, title="Farthinder på Storgatan", organisation=str(cast.BJORKEN), measure="yes_no", due_on="2025-09-30"),
        part("activity", title="Trygghetssamtal", measure="narrative"),
        part("definition", term="brottsaktiv", meaning="misstänkt för minst tre brott på ett år"),
        part(
            "source",
            kind="survey",
            title="Trygghetsmätningen",
            on="2024-03-14",
            place="Hela kommunen",
            n="412",
            response_rate="54,5",
            note="Var fjärde är otrygg.",
        ),
        part("rhythm", receiver="KSAU", per="quarter", days_after="15"),
        part(
            "contact",
            organisation=str(cast.BJORKEN),
            office="Säkerhetssamordnare",
            name="Anna Asson",
            phone="0500-00 00 00",
            email="anna@cast.example.org",
        ),
        part("link", title="Polisens sida", url="https://police.example.org/bjorken"),
        oath="Barn ska kunna gå tryggt till skolan.",
        tell_every_days="90",
        count_every_days="30",
        told_through="Kommunens webbplats",
    )


def long() -> Manuscript:
    """Forty activities in four areas, with words that fill a column."""
    parts = []
    for number in range(4):
        area = part("area", title=f"Fokusområde om {LONG_WORD} {number}", problem="Det är oroligt. " * 20)
        goal = part("goal", area, title="Fler ska våga anmäla det de har sett eller varit med om")
        parts += [area, goal]
        parts += [
            part(
                "activity",
                goal if each % 2 else area,
                title=f"Aktivitet {number}{each}",
                body="En längre beskrivning. " * (4 * each),
                responsible="Kommunledningsförvaltningens säkerhetsskyddssamordningsfunktion",
                measure="count",
                at_least="3",
                per="month",
                unit="informationsutbytestillfällen",
            )
            for each in range(10)
        ]
    return text(*parts)


async def wording(found: Manuscript, *, shared: bool = False) -> Wording:
    """Anna's text of a new promise, shared or not; needs the `database_url` fixture."""
    wording_id = await wordings.start(cast.BJORKEN, found, by=cast.asking("anna"), now=cast.START)
    if shared:
        async with database.within(cast.BJORKEN):
            await wordings.set_shared(cast.BJORKEN, await wordings.lock(cast.BJORKEN, wording_id), now=cast.START)
    return await wordings.read(cast.BJORKEN, wording_id)


async def agree(wording_id: uuid.UUID, at: dt.datetime = cast.START) -> Wording:
    """Anna shares it, Bo and Pia approve it and put their names to it."""
    seen = (await wordings.read(cast.BJORKEN, wording_id)).content_hash
    await signatures.share(cast.BJORKEN, wording_id, seen=seen, by=cast.asking("anna"), now=at)
    for turn in (signatures.approve, signatures.put_name):
        for who in ("bo", "pia"):
            by = cast.asking(who)
            await turn(by.organisation, wording_id, seen=seen, by=by, now=at)
    return await wordings.read(cast.BJORKEN, wording_id)


async def changed(promise_id: uuid.UUID, found: Manuscript, reason: str, at: dt.datetime) -> Wording:
    """A change of a signed promise into this text, agreed and signed."""
    by = cast.asking("anna")
    wording_id = await wordings.begin(cast.BJORKEN, promise_id, "change", found, by=by, now=at)
    await wordings.save_part(cast.BJORKEN, wording_id, HEAD_ID, {"reason": Typed(reason, None)}, by=by, now=at)
    return await agree(wording_id, at)
