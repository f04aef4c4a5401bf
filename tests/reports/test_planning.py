"""One's own rhythms and the bodies' meeting dates: who sees them, and that duties and reminders follow."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from tests.reports import given
from trygghet import database
from trygghet.obligations import actions as obligations
from trygghet.obligations.rhythms import Rhythm
from trygghet.reports import actions, planning
from trygghet.reports.meetings import Change
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import BrowserOf

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database_url")]
D = dt.date.fromisoformat
ANNA, PER = cast.asking("anna"), cast.asking("per")
BOARD = Rhythm("Ledningsgruppen", "quarter", 5, form="figures")


async def sits(*days: str, body: str = "KSAU") -> None:
    await planning.change_meetings(cast.BJORKEN, Change(body, tuple(map(D, days))), by=ANNA, now=cast.START)


async def reminded(organisation: UUID, obligation_id: UUID) -> list[dt.date]:
    """On which days the organisation's coordinator is reminded of a duty from now on."""
    async with database.across_organisations() as link:
        rows = await link.fetch(
            "SELECT due_at FROM delivery WHERE organisation_id = $1 AND obligation_id = $2 AND kind = 'reminder' AND state = 'planned' AND seat = 'coordinator' ORDER BY due_at",
            organisation,
            obligation_id,
        )
    return [row["due_at"].date() for row in rows]


# ---------------------------------------------------------------- meetings
async def test_a_meeting_moves_the_report_its_reminders_and_what_is_told_of_why() -> None:
    promise_id = await given.promise()
    assert (await given.duty(promise_id)).duty.due_on == D("2024-09-30")
    await sits("2024-10-22", "2025-01-21")
    duty = await given.duty(promise_id)
    assert duty.duty.due_on == D("2024-10-08")
    assert "22 oktober 2024 minus 14 dagar är 8 oktober 2024" in duty.duty.why
    first = await reminded(cast.SKOGEN, duty.id)
    meeting = (await planning.bodies(cast.BJORKEN, today=D("2024-10-01")))[0][0].coming[0]
    await planning.change_meetings(cast.BJORKEN, Change(meeting_id=meeting.id, to=D("2024-11-12")), by=ANNA, now=cast.START)
    duty = await given.duty(promise_id, by=cast.SKOGEN)
    assert duty.duty.due_on == D("2024-10-29")
    assert ((await reminded(cast.SKOGEN, duty.id))[-1] - first[-1]).days == 21


async def test_a_report_that_is_handed_in_stays_when_its_meeting_moves_or_goes() -> None:
    promise_id = await given.promise()
    await sits("2024-10-22")
    found = await given.handed_in(promise_id)
    meeting = (await planning.bodies(cast.BJORKEN, today=D("2024-10-01")))[0][0].coming[0]
    change = Change(meeting_id=meeting.id)
    assert await planning.effects(cast.BJORKEN, change) == []
    await planning.change_meetings(cast.BJORKEN, change, by=ANNA, now=cast.START)
    duty = await given.duty(promise_id)
    assert duty.done_at
    assert duty.made
    assert (await actions.read(cast.BJORKEN, found.id)).meeting_on == D("2024-10-22")


async def test_what_a_change_moves_is_shown_before_anything_is_kept(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    anna = await browser_of("anna")
    asked = await given.send(anna, "/sammantraden", organ="KSAU", dagar="22 oktober 2024\n2025-01-21")
    assert asked.status_code == 200
    assert "Lägesrapport för kvartal 3 2024 till KSAU 30 sep 2024 8 okt 2024" in given.said(asked.text)
    assert (await planning.bodies(cast.BJORKEN, today=D("2024-10-01")))[0] == []
    kept = await given.send(anna, "/sammantraden", organ="KSAU", dagar="22 oktober 2024\n2025-01-21", sett="ja")
    assert kept.headers["location"] == "/sammantraden?sparat=ja"
    assert (await given.duty(promise_id)).duty.due_on == D("2024-10-08")
    page = await anna.get("/sammantraden")
    assert "Tisdag 22 oktober 2024" in given.said(page.text)
    meeting = (await planning.bodies(cast.BJORKEN, today=D("2024-10-01")))[0][0].coming[0]
    path = f"/sammantraden/{meeting.id}"
    asked = await given.send(anna, path, dag="2024-11-12")
    assert "8 okt 2024 29 okt 2024" in given.said(asked.text)
    await given.send(anna, path, dag="2024-11-12", sett="ja")
    asked = await given.send(anna, f"{path}/ta-bort", path)
    assert "29 okt 2024 30 sep 2024" in given.said(asked.text)
    await given.send(anna, f"{path}/ta-bort", path, sett="ja")
    assert (await given.duty(promise_id)).duty.due_on == D("2024-09-30")


async def test_a_line_that_is_no_day_is_quoted_and_all_that_was_pasted_stands_in_the_field(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    answer = await given.send(anna, "/sammantraden", organ="KSAU", dagar="2024-10-22\nnästa tisdag")
    assert answer.status_code == 422
    assert "rad 2 ”nästa tisdag” går inte att läsa" in given.said(answer.text)
    assert "2024-10-22\nnästa tisdag" in answer.text.replace("\r\n", "\n")


async def test_the_other_party_sees_the_dates_that_the_promise_is_reported_by_and_no_others() -> None:
    promise_id = await given.promise()
    await sits("2024-10-22")
    await sits("2024-10-15", body="Socialnämnden")
    async with database.within(cast.SKOGEN) as link:
        assert [row["body"] for row in await link.fetch("SELECT body FROM meeting")] == ["KSAU"]
    async with database.within(cast.ON) as link:
        assert await link.fetch("SELECT body FROM meeting") == []
    assert [one.held_on for one in (await planning.reporting(cast.SKOGEN, promise_id)).promise.meetings] == [D("2024-10-22")]
    meeting = (await planning.bodies(cast.BJORKEN, today=D("2024-10-01")))[0][0].coming[0]
    for organisation, by in ((cast.SKOGEN, PER), (cast.ON, cast.asking("oda"))):
        with pytest.raises(NotFound):
            await planning.change_meetings(organisation, Change(meeting_id=meeting.id), by=by, now=cast.START)


async def test_a_receiver_whose_dates_are_missing_is_asked_for(browser_of: BrowserOf) -> None:
    await given.promise()
    anna = await browser_of("anna")
    assert "Dagar saknas för KSAU." in given.said((await anna.get("/sammantraden")).text)
    await sits("2024-10-22")
    assert "Dagar saknas" not in (await anna.get("/sammantraden")).text


# ---------------------------------------------------------------- one's own rhythms
async def test_a_rhythm_of_ones_own_is_nobody_elses(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    await planning.add_rhythm(cast.BJORKEN, promise_id, BOARD, by=ANNA, now=cast.START)
    own = await given.duty(promise_id, "own:Ledningsgruppen:2024Q3")
    assert own.duty.owner == cast.BJORKEN
    assert not [one for one in await obligations.obligations(cast.SKOGEN) if one.duty.key.startswith("own:")]
    found = await given.handed_in(promise_id, "own:Ledningsgruppen:2024Q3")
    assert found.own
    assert (await given.duty(promise_id, "own:Ledningsgruppen:2024Q3")).done_at
    with pytest.raises(NotFound):
        await actions.read(cast.SKOGEN, found.id)
    per = await browser_of("per")
    for page in ("/frister", "/underlag", f"/loften/{promise_id}", f"/loften/{promise_id}/rapporter", f"/loften/{promise_id}/historik", "/oversikt"):
        assert "Ledningsgruppen" not in (await per.get(page)).text, page
    anna = await browser_of("anna")
    for page in ("/frister", "/underlag", f"/loften/{promise_id}/rapporter", f"/loften/{promise_id}/historik"):
        assert "Ledningsgruppen" in (await anna.get(page)).text, page


async def test_a_report_to_the_other_party_leaves_out_what_one_owes_by_oneself() -> None:
    promise_id = await given.promise()
    await planning.add_rhythm(cast.BJORKEN, promise_id, Rhythm("Nämnden för hemligheter", "year"), by=ANNA, now=cast.START)
    found = await given.draft(promise_id)
    assert "hemligheter" not in str(found.sections)


async def test_nothing_that_was_due_before_it_was_added_is_owed_and_removing_it_takes_its_open_duties() -> None:
    promise_id = await given.promise()
    await planning.add_rhythm(cast.BJORKEN, promise_id, BOARD, by=ANNA, now=cast.START)

    async def keys() -> list[str]:
        return sorted(one.duty.key for one in await obligations.obligations(cast.BJORKEN) if one.duty.owner)

    assert await keys() == ["own:Ledningsgruppen:2024Q3", "own:Ledningsgruppen:2024Q4"]
    await given.handed_in(promise_id, "own:Ledningsgruppen:2024Q3")
    own = (await planning.reporting(cast.BJORKEN, promise_id)).own[0]
    assert own.id
    with pytest.raises(NotFound):
        await planning.remove_rhythm(cast.SKOGEN, own.id, by=PER, now=cast.START)
    await planning.remove_rhythm(cast.BJORKEN, own.id, by=ANNA, now=cast.START)
    assert await keys() == ["own:Ledningsgruppen:2024Q3"]


async def test_what_is_there_already_is_not_added_again() -> None:
    promise_id = await given.promise()
    with pytest.raises(Refusal, match=r"rhythm\.common"):
        await planning.add_rhythm(cast.BJORKEN, promise_id, Rhythm("ksau", "quarter"), by=ANNA, now=cast.START)
    await planning.add_rhythm(cast.BJORKEN, promise_id, BOARD, by=ANNA, now=cast.START)
    with pytest.raises(Refusal, match=r"rhythm\.twice"):
        await planning.add_rhythm(cast.BJORKEN, promise_id, BOARD, by=ANNA, now=cast.START)


async def test_own_duties_follow_a_promise_that_another_party_was_the_last_to_sign() -> None:
    promise_id = await given.promise()
    await planning.add_rhythm(cast.BJORKEN, promise_id, BOARD, by=ANNA, now=cast.START)
    await made.effect(promise_id, kind="extension", by=cast.SKOGEN, valid_until=D("2025-03-31"))
    await planning.across_organisations_replan(now=cast.START)
    assert (await given.duty(promise_id, "own:Ledningsgruppen:2025Q1")).duty.due_on == D("2025-04-05")


async def test_a_form_with_slips_keeps_what_was_typed_and_names_each(browser_of: BrowserOf) -> None:
    promise_id = await given.promise()
    anna = await browser_of("anna")
    answer = await given.send(
        anna, f"/loften/{promise_id}/rapporter", **{"mottagare": "", "hur-ofta": "varje vecka", "form": "oral", "fore": "snart", "efter": "900"}
    )
    assert answer.status_code == 422
    told = given.said(answer.text)
    for sentence in ("Rapporteras till: skriv något här.", "”varje vecka” finns inte bland alternativen", "Du skrev ”snart”.", "Du skrev ”900”."):
        assert sentence in told
    assert 'value="snart"' in answer.text
    added = {"mottagare": "KF", "hur-ofta": "year", "form": "oral", "fore": "", "efter": "30"}
    await given.send(anna, f"/loften/{promise_id}/rapporter", **added)
    assert "Varje år, muntlig dragning, senast 30 dagar efter periodens slut" in given.said((await anna.get(f"/loften/{promise_id}/rapporter")).text)
