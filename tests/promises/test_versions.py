"""A signed text takes effect: first, as a change, an extension, an early end; and what is unsigned shows nowhere."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made
from tests.made import ANNA, read, recorded
from trygghet import database
from trygghet.obligations import actions as obligations
from trygghet.promises import actions
from trygghet.promises.rules import ActivityDraft, AreaDraft, ContactDraft, GoalDraft, PartyDraft, Source
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio
D = dt.date


async def rows(sql: str, *values: Any) -> list[asyncpg.Record]:
    """As the system sees them."""
    async with database.across_organisations() as link:
        found: list[asyncpg.Record] = await link.fetch(sql, *values)
    return found


async def content(promise_id: UUID, slug: str = "bjorken") -> dict[str, Any]:
    """What residents of that municipality read."""
    found = await rows("SELECT content FROM published_promise WHERE promise_id = $1 AND slug = $2", promise_id, slug)
    read_by_all: dict[str, Any] = found[0]["content"]
    return read_by_all


# ---------------------------------------------------------------- unsigned
@pytest.mark.parametrize("who", ["anna", "bo", "pia", "per"])
async def test_an_unsigned_promise_shows_nowhere_where_promises_are_read(browser_of: BrowserOf, who: str) -> None:
    promise_id = await made.unsigned()
    browser = await browser_of(who)
    for path in ("/oversikt", "/frister", "/paminnelser", "/uppdateringar", "/utskick", "/"):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert "Utkastet" not in answer.text, path
    assert (await browser.get(f"/loften/{promise_id}")).status_code == 404
    assert (await browser.get("/bjorken")).status_code == 404
    assert await actions.read_all(cast.BJORKEN) == []


async def test_nothing_is_told_or_recorded_about_an_unsigned_promise(browser_of: BrowserOf) -> None:
    promise_id = await made.unsigned()
    anna = await browser_of("anna")
    assert (await anna.get(f"/loften/{promise_id}/uppdateringar/ny")).status_code == 404
    with pytest.raises(NotFound):
        await actions.record_outcome(
            cast.BJORKEN, promise_id, uuid.uuid4(), by=ANNA, amount=1, happened_on=D(2024, 9, 1), note="", form_key=uuid.uuid4(), now=cast.START
        )
    with pytest.raises(NotFound):
        await actions.publish_snapshot(cast.BJORKEN, promise_id, now=cast.START)


# ---------------------------------------------------------------- the first text
CHECKS, TALKS = replace(made.CHECKS, id=uuid.UUID(int=11)), replace(made.TALKS, id=uuid.UUID(int=12))
AREAS = (
    AreaDraft(
        id=uuid.UUID(int=13),
        title="Trafik",
        problem="Det körs fort.",
        cause="Rak väg.",
        goals=(GoalDraft(id=uuid.UUID(int=14), title="Lugnare trafik", activities=(CHECKS,)),),
        activities=(TALKS,),
    ),
)


async def test_what_all_have_signed_becomes_the_promise_with_every_part_under_its_own_id(database_url: str) -> None:
    promise_id = await made.unsigned()
    source = Source(
        id=uuid.UUID(int=15), kind="survey", title="Mätningen", held_on=D(2022, 11, 1), place="Björken", participants=412, response_rate=48.5
    )
    contacts = (
        ContactDraft(id=uuid.UUID(int=16), office="Samordnare", organisation="bjorken"),
        ContactDraft(id=uuid.UUID(int=17), office="Kommunpolis", organisation="lpo-skogen", phone="114 14"),
    )
    await made.signed(promise_id, areas=AREAS, sources=(source,), contacts=contacts)
    found, first = await read(promise_id)
    assert (found.stage, found.version, found.title) == ("signed", 1, made.DRAFT.title)
    assert [(one.short, one.signatory_name, one.signed_on, one.signed_at) for one in found.parties] == [
        ("Björken", "Bo Bsson", D(2024, 10, 1), cast.START),
        ("LPO Skogen", "Pia Psson", D(2024, 10, 1), cast.START),
    ]
    assert {len(one.content_hash) for one in found.parties} == {64}
    area = found.areas[0]
    assert [area.id.int, area.goals[0].id.int, first.id.int, area.activities[0].id.int] == [13, 14, 11, 12]
    assert (area.problem, area.cause) == ("Det körs fort.", "Rak väg.")
    assert found.sources == (source,)
    assert [(one.id.int, one.organisation, one.office) for one in found.contacts] == [
        (16, "Björken", "Samordnare"),
        (17, "LPO Skogen", "Kommunpolis"),
    ]
    assert [(one.number, one.kind, one.signed_on) for one in found.versions] == [(1, "first", D(2024, 10, 1))]
    assert {one.duty.key for one in await obligations.obligations(cast.SKOGEN)} == {"follow_up:2023", "follow_up:2024", "renewal:2024-12-31"}
    assert (await content(promise_id))["sources"][0]["participants"] == 412


async def test_a_promise_signed_late_says_so_to_all(browser_of: BrowserOf) -> None:
    promise_id = await made.unsigned()
    await made.signed(promise_id)
    words = "Undertecknat 1 oktober 2024, gäller från 1 januari 2023"
    assert words in (await (await browser_of("anna")).get(f"/loften/{promise_id}")).text
    assert words in (await (await browser_of()).get("/bjorken")).text
    await made.effect(promise_id, now=cast.START + dt.timedelta(days=9))
    assert (await read(promise_id))[0].late_words == words, "a change later does not make the promise later"


async def test_a_promise_signed_in_time_says_nothing_of_it(browser_of: BrowserOf) -> None:
    promise_id = await made.unsigned()
    await made.signed(promise_id, valid_from=D(2024, 10, 1))
    assert (await read(promise_id))[0].late_words == ""


@pytest.mark.parametrize("signed_by", [(cast.BJORKEN,), (cast.SKOGEN,), (cast.BJORKEN, cast.EKEN), ()])
async def test_nothing_takes_effect_while_a_party_s_signature_is_missing(database_url: str, signed_by: tuple[UUID, ...]) -> None:
    promise_id = await made.unsigned()
    before = await rows("SELECT t::text FROM promise t")
    with pytest.raises(Refusal, match=r"promise\.not_all_signed"):
        await actions.take_effect(
            cast.BJORKEN, promise_id, made.DRAFT, version=1, kind="first", reason="", signatures=made.signatures(*signed_by), now=cast.START
        )
    assert await rows("SELECT t::text FROM promise t") == before


async def test_two_signatures_on_two_texts_are_no_agreement(database_url: str) -> None:
    promise_id = await made.unsigned()
    apart = [*made.signatures(cast.BJORKEN, content_hash="a" * 64), *made.signatures(cast.SKOGEN, content_hash="b" * 64)]
    with pytest.raises(Refusal, match=r"promise\.not_all_signed"):
        await actions.take_effect(cast.BJORKEN, promise_id, made.DRAFT, version=1, kind="first", reason="", signatures=apart, now=cast.START)


NUMBER = "Ring 19811228-9874."


@pytest.mark.parametrize(
    "changes",
    [
        {"oath": NUMBER},
        {"sources": (Source(kind="dialogue", title="Samtal", note=NUMBER),)},
        {"contacts": (ContactDraft(office="Samordnare", name=NUMBER),)},
        {"areas": (AreaDraft(title="Trafik", cause=NUMBER),)},
        {"areas": (AreaDraft(title="Trafik", goals=(GoalDraft(title="Mål", activities=(replace(made.CHECKS, places=(NUMBER,)),)),)),)},
    ],
)
async def test_no_personal_number_gets_into_a_promise(database_url: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match=r"text\.personal_number"):
        await made.promise(**changes)
    promise_id = await made.unsigned()
    with pytest.raises(Refusal, match=r"text\.personal_number"):
        await made.signed(promise_id, **changes)


# ---------------------------------------------------------------- a change
async def test_a_change_keeps_what_was_counted_and_marked_and_tells_residents_why(browser_of: BrowserOf) -> None:
    promise_id = await made.promise(areas=AREAS)
    await recorded(promise_id, 7)
    duty = next(one.id for one in await obligations.obligations(cast.BJORKEN) if one.duty.key == "follow_up:2023")
    await obligations.settle_follow_up(cast.BJORKEN, duty, now=cast.START)
    area = replace(AREAS[0], goals=(replace(AREAS[0].goals[0], activities=(replace(CHECKS, title="Kontroller på infarterna", at_least=20),)),))
    await made.effect(promise_id, areas=(area,), reason="Fler kontroller behövs.")
    found, first = await read(promise_id)
    assert (first.id, first.title, [row.amount for row in first.standing]) == (CHECKS.id, "Kontroller på infarterna", [7])
    assert (found.version, [one.words for one in found.changes]) == (2, ["Ändrat 1 oktober 2024"])
    assert next(one for one in await obligations.obligations(cast.BJORKEN) if one.duty.key == "follow_up:2023").done_at
    for page in ((await (await browser_of("anna")).get(f"/loften/{promise_id}")).text, (await (await browser_of()).get("/bjorken")).text):
        for words in ("Ändrat 1 oktober 2024", "Fler kontroller behövs.", "Kontroller på infarterna", "7 av 20"):
            assert words in page, words


async def test_a_part_that_is_gone_goes_and_one_that_was_counted_on_stays_as_removed(browser_of: BrowserOf) -> None:
    promise_id = await made.promise(areas=AREAS)
    outcome = await recorded(promise_id, 7)
    await made.effect(promise_id, areas=(), activities=(ActivityDraft(title="Trygghetsvandringar", unit="vandringar"),))
    found, first = await read(promise_id)
    assert [first.title, *(one.title for one in found.removed)] == ["Trygghetsvandringar", "Trafikkontroller"]
    assert {row["title"] for row in await rows("SELECT title FROM activity")} == {"Trygghetsvandringar", "Trafikkontroller"}, (
        "Trygghetssamtal is gone"
    )
    assert await rows("SELECT id FROM focus_area UNION SELECT id FROM goal") == []
    page = (await (await browser_of("anna")).get(f"/loften/{promise_id}")).text
    assert "Togs bort i version 2" in page
    assert f"/loften/{promise_id}/aktiviteter/{CHECKS.id}/utfall" not in page
    public = (await (await browser_of()).get("/bjorken")).text
    assert "Aktiviteter som har tagits bort" in public
    assert "Då hade 7 kontroller räknats." in public
    with pytest.raises(Refusal, match=r"outcome\.removed"):
        await recorded_on(promise_id, CHECKS.id)
    await actions.correct_outcome(
        cast.BJORKEN, outcome, by=ANNA, amount=6, happened_on=D(2024, 9, 12), note="fel", form_key=uuid.uuid4(), now=cast.START
    )
    assert [row.amount for row in (await read(promise_id))[0].removed[0].standing] == [6]


async def recorded_on(promise_id: UUID, activity_id: UUID, place: str = "", amount: int = 1) -> None:
    """An outcome of Björken's on that activity."""
    await actions.record_outcome(
        cast.BJORKEN,
        promise_id,
        activity_id,
        by=ANNA,
        amount=amount,
        happened_on=D(2024, 9, 12),
        note="",
        form_key=uuid.uuid4(),
        place=place,
        now=cast.START,
    )


async def test_parts_change_places_and_what_was_removed_comes_back(database_url: str) -> None:
    promise_id = await made.promise(areas=AREAS)
    await recorded(promise_id, 7)
    await made.effect(promise_id, areas=(replace(AREAS[0], goals=()),))
    assert [one.removed_in for one in (await read(promise_id))[0].removed] == [2]
    await made.effect(promise_id, areas=(), activities=(TALKS, CHECKS))
    found, first = await read(promise_id)
    assert ([one.title for one in found.activities], found.removed) == (["Trygghetssamtal", "Trafikkontroller"], ())
    assert [row.amount for row in found.activities[1].standing] == [7]
    await made.effect(promise_id, areas=(), activities=(CHECKS, TALKS))
    assert [one.title for one in (await read(promise_id))[0].activities] == ["Trafikkontroller", "Trygghetssamtal"]
    assert first.title == "Trygghetssamtal"


async def test_a_part_of_another_promise_is_not_carried_over(database_url: str) -> None:
    await made.promise(areas=AREAS)
    other = await made.unsigned()
    with pytest.raises(Refusal, match=r"promise\.strange_part"):
        await made.signed(other, areas=AREAS)


async def test_an_extension_moves_the_end_and_says_so(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.effect(promise_id, kind="extension", reason="Arbetet behöver ett halvår till.", valid_until=D(2025, 6, 30))
    assert (await read(promise_id))[0].validity.last == D(2025, 6, 30)
    assert {one.duty.key for one in await obligations.obligations(cast.BJORKEN)} == {
        "follow_up:2023",
        "follow_up:2024",
        "follow_up:2025",
        "renewal:2025-06-30",
    }
    words = "Förlängt 1 oktober 2024, gäller till och med 30 juni 2025"
    assert words in (await (await browser_of("bo")).get(f"/loften/{promise_id}")).text
    assert words in (await (await browser_of()).get("/bjorken")).text


async def test_an_early_end_holds_until_its_day_has_passed(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await made.promise()
    await made.effect(promise_id, kind="early_end", reason="Området delas.", valid_until=D(2024, 10, 31))
    anna = await browser_of("anna")
    assert "Löper ut om 30 dagar" in (await anna.get(f"/loften/{promise_id}")).text
    assert "Slut i förtid, beslutat 1 oktober 2024, gäller till och med 31 oktober 2024" in (await anna.get(f"/loften/{promise_id}")).text
    assert "Området delas." in (await (await browser_of()).get("/bjorken")).text
    clock.at = dt.datetime(2024, 11, 1, 9, tzinfo=dt.UTC)
    page = (await anna.get(f"/loften/{promise_id}")).text
    assert "Avslutat i förtid 31 oktober 2024" in page
    assert "Börja på nästa löfte" in page
    assert "Begär ändring" not in page
    assert "Har gällt" in (await anna.get("/loften")).text


@pytest.mark.parametrize(("last", "ended"), [(D(2024, 10, 31), "ended_early"), (D(2025, 6, 30), "ended")])
async def test_a_change_of_other_things_does_not_undo_an_early_end(database_url: str, last: dt.date, ended: str) -> None:
    promise_id = await made.promise()
    await made.effect(promise_id, kind="early_end", reason="Området delas.", valid_until=D(2024, 10, 31))
    await made.effect(promise_id, kind="change", reason="Fel ord.", oath="Kommunen och polisen lovar lugnare vägar.", valid_until=last)
    found, _ = await read(promise_id)
    assert found.state(last + dt.timedelta(days=1)) == ended


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("early_end", {}, "promise.not_earlier"),
        ("early_end", {"valid_until": None, "review_on": D(2025, 1, 1)}, "promise.not_earlier"),
        ("extension", {}, "promise.not_later"),
        ("extension", {"valid_until": D(2024, 6, 30)}, "promise.not_later"),
        ("change", {"definitions": made.DRAFT.definitions * 2}, "promise.twice"),
        ("change", {"parties": (made.SKOGEN,)}, "promise.no_party"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(database_url: str, kind: Any, changes: dict[str, Any], code: str) -> None:
    promise_id = await made.promise()
    by = cast.BJORKEN if code == "promise.no_party" else cast.SKOGEN
    with pytest.raises(Refusal, match=code):
        await made.effect(promise_id, kind=kind, by=by, **changes)
    found, _ = await read(promise_id)
    assert (found.version, found.validity.last) == (1, D(2024, 12, 31))


async def test_who_stops_being_a_party_must_have_signed_it(database_url: str) -> None:
    promise_id = await made.promise(parties=(made.BJORKEN, made.EKEN, made.SKOGEN))
    draft = replace(await made.draft_of(promise_id), parties=(made.BJORKEN, made.SKOGEN))
    with pytest.raises(Refusal, match=r"promise\.not_all_signed"):
        await actions.take_effect(
            cast.BJORKEN,
            promise_id,
            draft,
            version=2,
            kind="change",
            reason="x",
            signatures=made.signatures(cast.BJORKEN, cast.SKOGEN),
            now=cast.START,
        )
    await made.effect(promise_id, parties=(made.BJORKEN, made.SKOGEN))
    assert [one.short for one in (await read(promise_id))[0].parties] == ["Björken", "LPO Skogen"]
    assert [row["slug"] for row in await rows("SELECT slug FROM published_promise")] == ["bjorken"], "Eken's page shows it no more"


# ---------------------------------------------------------------- who promises
async def test_the_police_alone_stand_on_the_page_of_the_municipality_it_is_for(browser_of: BrowserOf) -> None:
    promise_id = await made.unsigned((cast.SKOGEN,))
    await made.signed(promise_id, (cast.SKOGEN,), parties=(made.SKOGEN,), concerns="bjorken", contacts=())
    page = (await (await browser_of("per")).get(f"/loften/{promise_id}")).text
    for words in ("Ensidigt löfte: LPO Skogen", "undertecknad av LPO Skogen", "Björkens kommun, som inte är part", "Före varje års utgång"):
        assert words in page, words
    public = (await (await browser_of()).get("/bjorken")).text
    assert "Ensidigt löfte: LPO Skogen" in public
    assert "Det här lovar polisen i Björken" in public
    assert "Ensidigt löfte: LPO Skogen" in (await (await browser_of()).get("/")).text
    assert "gemensamt" not in public.lower(), "nobody does it together with the police"
    assert {one.duty.title for one in await obligations.obligations(cast.SKOGEN) if one.joint} == {"Uppföljning för 2023", "Uppföljning för 2024"}
    assert (await (await browser_of("anna")).get(f"/loften/{promise_id}")).status_code == 404, "what is for a municipality is not its own"


async def test_three_municipalities_and_a_third_party_stand_by_one_promise(browser_of: BrowserOf) -> None:
    region = uuid.uuid4()
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO organisation (id, slug, name, short_name, kind, created_at) VALUES ($1, 'regionen', 'Region Skog', 'Regionen', 'other', $2)",
            region,
            cast.START,
        )
    island = PartyDraft(organisation="on", side="municipality", signed=True)
    third = PartyDraft(organisation="regionen", side="other", signed=True)
    promise_id = await made.promise(parties=(made.BJORKEN, made.EKEN, island, made.SKOGEN, third))
    for who in ("anna", "carl", "oda", "per"):
        page = (await (await browser_of(who)).get(f"/loften/{promise_id}")).text
        assert "undertecknad av alla" in page, who
        assert "Björkens kommun, Ekens kommun, Öns kommun, LPO Skogen och Region Skog" in page, who
    for slug in ("bjorken", "eken", "on"):
        public = (await (await browser_of()).get(f"/{slug}")).text
        assert "kommunerna, polisen och Region Skog" in public, slug


async def test_a_successor_and_its_predecessor_point_at_each_other(browser_of: BrowserOf) -> None:
    old = await made.promise()
    new = await made.promise(title="Det nya löftet", valid_from=D(2025, 1, 1), valid_until=D(2026, 12, 31), follows=old)
    anna, resident = await browser_of("anna"), await browser_of()
    assert f'<dt>Följs av</dt><dd><a href="/loften/{new}">Det nya löftet</a>' in (await anna.get(f"/loften/{old}")).text
    assert f'<dt>Följer på</dt><dd><a href="/loften/{old}">{made.DRAFT.title}</a>' in (await anna.get(f"/loften/{new}")).text
    assert f'<strong>Följs av</strong><br><a href="/bjorken/loften/{new}">' in (await resident.get(f"/bjorken/loften/{old}")).text
    assert f'<strong>Följer på</strong><br><a href="/bjorken/loften/{old}">' in (await resident.get(f"/bjorken/loften/{new}")).text


# ---------------------------------------------------------------- the page
@pytest.mark.parametrize(("who", "writes"), [("anna", True), ("per", True), ("bo", False), ("ragna", False)])
async def test_who_writes_may_begin_a_change_and_who_does_not_sees_no_button(browser_of: BrowserOf, who: str, writes: bool) -> None:  # noqa: FBT001
    promise_id = await made.promise()
    page = (await (await browser_of(who)).get(f"/loften/{promise_id}")).text
    for words in ("Begär ändring", "Förläng", "Avsluta i förtid", f'href="/loften/ny?fran={promise_id}"', f'action="/loften/{promise_id}/lydelser"'):
        assert (words in page) is writes, words
    assert f'href="/loften/{promise_id}/historik"' in page


async def test_the_page_tells_problem_cause_sources_and_every_contact(browser_of: BrowserOf) -> None:
    contacts = (*made.DRAFT.contacts, ContactDraft(office="Kommunpolis", phone="114 14", organisation="lpo-skogen"))
    promise_id = await made.promise(contacts=contacts)
    for page in ((await (await browser_of("anna")).get(f"/loften/{promise_id}")).text, (await (await browser_of()).get("/bjorken")).text):
        for words in (
            "Det körs för fort förbi skolorna.",
            "Vägen är rak och bred.",
            "Samtal på torget",
            "Medborgardialog",
            "Medborgardialog: 4 oktober 2022, Storgatan. 42 deltog",
            "Kommunpolis",
            "114 14",
            "Säkerhetssamordnare",
        ):
            assert words in page, words
