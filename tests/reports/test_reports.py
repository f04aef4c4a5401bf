"""A report from the list of duties to the minutes: made from the facts, written in, handed in, kept."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.paper import reading
from tests.reports import given
from trygghet import paper
from trygghet.history import actions as history
from trygghet.obligations import actions as obligations
from trygghet.promises.rules import ActivityDraft
from trygghet.reports import actions, fitting, sheet
from trygghet.reports.rules import Typed
from trygghet.swedish import NotFound, Refusal, Slips

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
LATER = cast.START + dt.timedelta(days=3)


# ---------------------------------------------------------------- from the duty to the minutes
async def test_from_the_duty_to_the_minutes_in_the_browser(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await given.promise()
    await made.recorded(promise_id, 4)
    duty = await given.duty(promise_id)
    anna, bo = await browser_of("anna"), await browser_of("bo")
    for page in ("/frister", "/underlag", f"/loften/{promise_id}", "/oversikt"):
        assert f'action="/frister/{duty.id}/underlag"' in (await anna.get(page)).text, page
    opened = await given.send(anna, f"/frister/{duty.id}/underlag", "/frister")
    draft = opened.headers["location"]
    assert (await given.send(anna, f"/frister/{duty.id}/underlag", "/frister")).headers["location"] == draft
    page = (await anna.get(draft)).text
    assert "Trafikkontroller. 4 av minst 12 kontroller. Jämn takt hade gett 9,0: 5 efter takten." in given.said(page)
    saved = await given.send(anna, draft, actions="Fler kontroller i november.", **given.marks(page), sedan="lamna")
    assert saved.headers["location"] == f"{draft}/lamna"
    assert "Fler kontroller i november." in (await bo.get(f"{draft}/lamna")).text
    seen = (await actions.read(cast.BJORKEN, _id(draft))).mark
    assert (await given.send(bo, f"{draft}/lamna", lydelse=seen)).headers["location"] == f"{draft}?sparat=lamnat"
    assert (await given.duty(promise_id)).done_at == cast.START
    clock.at += dt.timedelta(days=42)
    await given.send(anna, f"{draft}/anmald", draft, dag="2024-11-12", paragraf="§ 143")
    assert "Anmäld i KSAU 2024-11-12 § 143." in given.said((await anna.get(draft)).text)
    assert "Anmäld i KSAU 2024-11-12 § 143" in given.said((await anna.get("/underlag")).text)
    assert "anmäld i KSAU 2024-11-12 § 143" in given.said((await anna.get("/frister")).text)


def _id(address: str) -> uuid.UUID:
    return uuid.UUID(address.split("/")[2].partition("?")[0])


async def test_a_report_that_was_given_elsewhere_is_marked_without_one(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    duty, anna = await given.duty(promise_id), await browser_of("anna")
    await given.send(anna, f"/frister/{duty.id}/klar", "/frister", anteckning="Föredragen i kommunstyrelsen.")
    page = given.said((await anna.get("/frister")).text)
    assert "Lämnad på annat sätt, utan underlag här." in page


async def test_what_was_settled_by_a_report_cannot_be_unmarked(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    await given.handed_in(promise_id)
    duty, anna = await given.duty(promise_id), await browser_of("anna")
    answer = await given.send(anna, f"/frister/{duty.id}/angra", "/frister")
    assert answer.status_code == 422
    assert "Det som är lämnat ändras inte" in answer.text
    assert (await given.duty(promise_id)).done_at


async def test_no_report_is_made_before_its_period_or_of_something_that_is_no_report() -> None:
    promise_id = await given.promise(valid_until=dt.date(2025, 12, 31))
    anna = cast.asking("anna")
    with pytest.raises(Refusal, match=r"report\.not_begun"):
        await given.draft(promise_id, "report:KSAU:2025Q1")
    with pytest.raises(NotFound):
        await actions.make(cast.BJORKEN, (await given.duty(promise_id, "follow_up:2024")).id, by=anna, now=cast.START)


# ---------------------------------------------------------------- what the facts say
async def test_deviations_come_first_and_what_lies_ahead_leaves_out_the_report_itself() -> None:
    promise_id = await given.promise(
        areas=(),
        goals=(),
        activities=(
            ActivityDraft(title="Nattvandring", at_least=2, per="year"),
            made.CHECKS,
            ActivityDraft(title="Enkät", due_on=dt.date(2024, 8, 1), measure="yes_no"),
        ),
    )
    nights = next(one for one in (await made.read(promise_id))[0].all_activities if one.title == "Nattvandring")
    await made.actions.record_outcome(
        cast.BJORKEN,
        promise_id,
        nights.id,
        by=made.ANNA,
        amount=2,
        happened_on=dt.date(2024, 9, 12),
        note="",
        form_key=cast.person_id("x"),
        now=cast.START,
    )
    found = await given.draft(promise_id)
    assert [row.title for row in found.figures.rows] == ["Enkät", "Trafikkontroller", "Nattvandring"]
    assert [row.deviates for row in found.figures.rows] == [True, True, False]
    assert found.figures.rows[2].state == "Målet nått"
    assert "Löftet har tre aktiviteter att följa. Två avviker från det som är lovat, en gör det inte." in found.section("summary").text
    assert found.section("deviations").text.startswith("- Enkät. Skulle vara gjort 1 augusti 2024 och är inte klart.")
    assert found.section("as_promised").text == "Nattvandring avviker inte från det som är lovat."
    assert "kvartal 3" not in found.section("coming").text
    assert found.section("coming").text.splitlines()[0] == "- 31 december 2024: Gemensam uppföljning för 2024."
    assert found.section("decision").text == "KSAU lägger rapporten till handlingarna."


@pytest.mark.parametrize(("form", "sections", "table"), [("oral", ["points", "coming", "questions"], False), ("figures", ["comment"], True)])
async def test_the_form_decides_the_shape(form: str, sections: list[str], *, table: bool) -> None:
    promise_id = await given.promise(given.Rhythm("KSAU", "quarter", form=form))
    found = await given.draft(promise_id)
    assert [heading.key for heading, _ in found.headings] == sections
    document = await actions.as_document(cast.BJORKEN, found.id)
    assert any(type(one).__name__ == "Table" for one in document.blocks) is table


async def test_new_figures_leave_what_people_wrote() -> None:
    promise_id, anna = await given.promise(), cast.asking("anna")
    before = await given.draft(promise_id)
    await actions.save(cast.BJORKEN, before.id, {"summary": Typed("Vi ligger efter.", before.section("summary").seen)}, by=anna, now=cast.START)
    await made.recorded(promise_id, 12)
    await actions.refresh(cast.BJORKEN, before.id, by=anna, now=LATER)
    after = await actions.read(cast.BJORKEN, before.id)
    assert after.section("summary").text == "Vi ligger efter."
    assert "Trafikkontroller. 0 av minst 12 kontroller. Jämn takt hade gett 9,0: 9 efter takten." in before.section("deviations").text
    assert "efter takten" not in after.section("deviations").text
    assert after.figures_at == LATER


# ---------------------------------------------------------------- two who write
async def test_two_who_write_the_same_section_see_both_texts_and_lose_none(browser_of: BrowserOf) -> None:
    found = await given.draft(await given.promise())
    one, two = await browser_of("anna"), await browser_of("anna")
    path, seen = f"/underlag/{found.id}", given.marks((await one.get(f"/underlag/{found.id}")).text)
    await given.send(one, path, summary="Den enas text.", **seen)
    answer = await given.send(two, path, summary="Den andras text.", actions="Något nytt.", **seen)
    assert answer.status_code == 409
    assert "Den andras text." in answer.text
    assert "Anna Asson har ändrat här" in answer.text
    kept = await actions.read(cast.BJORKEN, found.id)
    assert (kept.section("summary").text, kept.section("actions").text) == ("Den enas text.", "Något nytt.")
    await given.send(two, path, summary="Den andras text.", **given.marks(answer.text))
    assert (await actions.read(cast.BJORKEN, found.id)).section("summary").text == "Den andras text."


async def test_whoever_would_rather_have_the_other_text_takes_it_with_one_button(browser_of: BrowserOf) -> None:
    found = await given.draft(await given.promise())
    anna = await browser_of("anna")
    path, seen = f"/underlag/{found.id}", given.marks((await anna.get(f"/underlag/{found.id}")).text)
    await given.send(anna, path, summary="Den enas text.", **seen)
    answer = await given.send(anna, path, summary="Den andras text.", **seen)
    await given.send(anna, path, **{"summary": "Den andras text.", "deras-summary": "ja", **given.marks(answer.text)})
    assert (await actions.read(cast.BJORKEN, found.id)).section("summary").text == "Den enas text."


@pytest.mark.parametrize("typed", ["Ring 19121212-1212.", "x" * 2001])
async def test_what_may_not_be_kept_stands_in_the_form_with_the_reason_and_nothing_else_is_saved(browser_of: BrowserOf, typed: str) -> None:
    found = await given.draft(await given.promise())
    anna, path = await browser_of("anna"), f"/underlag/{found.id}"
    answer = await given.send(anna, path, summary=typed, actions="Något nytt.", **given.marks((await anna.get(path)).text))
    assert answer.status_code == 422
    assert typed in answer.text
    assert "Något nytt." in answer.text
    assert not (await actions.read(cast.BJORKEN, found.id)).section("actions").text


# ---------------------------------------------------------------- handed in
async def test_what_is_handed_in_is_fixed_with_a_hash_that_anybody_can_reckon() -> None:
    found = await given.handed_in(await given.promise())
    assert found.snapshot is not None
    assert hashlib.sha256(found.snapshot.encode()).hexdigest() == found.content_hash
    assert json.dumps(json.loads(found.snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == found.snapshot
    _, pdf = await actions.as_pdf(cast.BJORKEN, found.id)
    assert found.content_hash in reading.squeezed(reading.said(pdf))
    assert "Utkast" not in reading.said(pdf)


async def test_nothing_is_handed_in_that_was_not_shown() -> None:
    promise_id, anna = await given.promise(), cast.asking("anna")
    found = await given.draft(promise_id)
    await actions.save(cast.BJORKEN, found.id, {"summary": Typed("Ny text.", found.section("summary").seen)}, by=anna, now=cast.START)
    with pytest.raises(Refusal, match=r"report\.stale"):
        await actions.hand_in(cast.BJORKEN, found.id, seen=found.mark, by=anna, now=cast.START)
    assert (await given.duty(promise_id)).done_at is None


async def test_a_handed_in_report_is_not_written_in_refreshed_thrown_away_or_handed_in_again() -> None:
    found, anna = await given.handed_in(await given.promise()), cast.asking("anna")
    for again in (
        actions.save(cast.BJORKEN, found.id, {"summary": Typed("Nytt.", found.section("summary").seen)}, by=anna, now=LATER),
        actions.refresh(cast.BJORKEN, found.id, by=anna, now=LATER),
        actions.discard(cast.BJORKEN, found.id, by=anna, now=LATER),
        actions.hand_in(cast.BJORKEN, found.id, seen=found.mark, by=anna, now=LATER),
    ):
        with pytest.raises(Refusal, match=r"report\.handed_in"):
            await again


async def test_two_who_hand_in_at_once_hand_in_once() -> None:
    promise_id, anna = await given.promise(), cast.asking("anna")
    found = await given.draft(promise_id)
    both = [actions.hand_in(cast.BJORKEN, found.id, seen=found.mark, by=anna, now=cast.START) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "Refusal"]


async def test_the_paragraph_may_be_put_right_and_the_log_tells_both() -> None:
    promise_id, bo = await given.promise(), cast.asking("bo")
    found = await given.handed_in(promise_id)
    when = cast.START + dt.timedelta(days=42)
    await actions.note(cast.BJORKEN, found.id, {"dag": "2024-11-12", "paragraf": "134"}, by=bo, now=when)
    await actions.note(cast.BJORKEN, found.id, {"dag": "2024-11-12", "paragraf": "143"}, by=bo, now=when)
    told = [(one.act, one.words) for one in await history.events(cast.BJORKEN, promise_id) if one.act.startswith("report.")]
    assert told[-1][0] == "report.corrected"
    assert told[-1][1]["was"] == "Anmäld i KSAU 2024-11-12 § 134"
    assert told[-1][1]["noted"] == "Anmäld i KSAU 2024-11-12 § 143"
    with pytest.raises(Slips) as slips:
        await actions.note(cast.BJORKEN, found.id, {"dag": "2024-09-30", "paragraf": "fem"}, by=bo, now=when)
    assert {one.code for one in slips.value.refusals} == {"report.noted_on", "report.paragraph"}


# ---------------------------------------------------------------- whose it is
async def test_the_other_party_sees_a_report_once_it_is_handed_in_and_never_before() -> None:
    promise_id = await given.promise()
    found = await given.draft(promise_id)
    with pytest.raises(NotFound):
        await actions.read(cast.SKOGEN, found.id)
    assert (await given.duty(promise_id, by=cast.SKOGEN)).made is None
    await actions.hand_in(cast.BJORKEN, found.id, seen=found.mark, by=cast.asking("anna"), now=cast.START)
    assert (await actions.read(cast.SKOGEN, found.id)).title == "Underlag KSAU kvartal 3 2024"
    for act in (actions.refresh, actions.discard):
        with pytest.raises(NotFound):
            await act(cast.SKOGEN, found.id, by=cast.asking("per"), now=LATER)
    with pytest.raises(NotFound):
        await actions.read(cast.ON, found.id)


async def test_each_party_may_have_a_draft_of_its_own_and_one_that_is_handed_in_settles_the_duty() -> None:
    promise_id = await given.promise()
    ours, theirs = await given.draft(promise_id), await given.draft(promise_id, who="per")
    assert ours.id != theirs.id
    await actions.hand_in(cast.SKOGEN, theirs.id, seen=theirs.mark, by=cast.asking("per"), now=cast.START)
    assert (await given.duty(promise_id)).done_at
    assert (await actions.read(cast.BJORKEN, ours.id)).is_draft
    assert {one.id for one in await actions.read_all(cast.BJORKEN)} == {ours.id, theirs.id}


async def test_a_draft_outlives_the_duty_that_it_was_made_for() -> None:
    promise_id = await given.promise()
    found = await given.draft(promise_id)
    await made.effect(promise_id, rhythms=())
    assert not [one for one in await obligations.obligations(cast.BJORKEN, promise_id=promise_id) if one.duty.kind == "report"]
    kept = await actions.read(cast.BJORKEN, found.id)
    assert kept.obligation_id is None
    await actions.hand_in(cast.BJORKEN, found.id, seen=kept.mark, by=cast.asking("anna"), now=cast.START)


# ---------------------------------------------------------------- two pages
@pytest.mark.parametrize(("form", "most"), [("written", 2), ("oral", 1), ("figures", 2)])
async def test_the_largest_promise_keeps_within_its_pages_and_says_what_is_left_out(form: str, most: int) -> None:
    promise_id = await given.large()
    if form != "written":
        await made.effect(promise_id, rhythms=(given.Rhythm("KSAU", "quarter", form=form),))
    found = await given.draft(promise_id)
    room = await fitting.fit(found)
    _, pdf = await actions.as_pdf(cast.BJORKEN, found.id)
    pages = reading.pages(pdf)
    assert len(pages) == paper.pages(pdf) == room.pages <= most
    if form == "oral":
        return
    assert 0 < room.shown < 40
    assert f"är {40 - room.shown} aktiviteter inte med i tabellen" in reading.said(pdf)
    fuller = await fitting.pdf(sheet.draft(found, room.shown + 1), found.figures_at)
    assert len(reading.pages(fuller)) > most, "as many rows as there is room for"


async def test_texts_that_leave_no_room_are_refused_when_the_report_is_handed_in() -> None:
    found, anna = await given.draft(await given.promise()), cast.asking("anna")
    long = {heading.key: Typed("Ett långt stycke.\n\n" * 105, section.seen) for heading, section in found.headings}
    await actions.save(cast.BJORKEN, found.id, long, by=anna, now=cast.START)
    seen = (await actions.read(cast.BJORKEN, found.id)).mark
    with pytest.raises(Refusal) as refused:
        await actions.hand_in(cast.BJORKEN, found.id, seen=seen, by=anna, now=cast.START)
    assert refused.value.code == "report.long"
    assert (await actions.read(cast.BJORKEN, found.id)).is_draft


async def test_a_report_is_fetched_as_a_pdf_and_as_a_word_file(browser_of: BrowserOf) -> None:
    found, anna = await given.handed_in(await given.promise()), await browser_of("ragna")
    pdf, word = await anna.get(f"/underlag/{found.id}/pdf"), await anna.get(f"/underlag/{found.id}/word")
    assert pdf.content.startswith(b"%PDF-1.7")
    assert pdf.headers["content-disposition"] == 'attachment; filename="underlag-ksau-kvartal-3-2024.pdf"'
    assert word.content.startswith(b"PK")
    assert word.headers["content-disposition"].endswith('.docx"')
