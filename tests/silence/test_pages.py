"""What each party's first page says of silence, over the front door, and what nobody else is shown."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast, made
from trygghet import database
from trygghet.promises.rules import ActivityDraft, GoalDraft
from trygghet.reminders import recipients

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio
PUBLISHED = dt.datetime(2024, 9, 20, 8, tzinfo=dt.UTC)


async def _page(browser_of: cast.BrowserOf, who: str) -> str:
    return (await (await browser_of(who)).get("/oversikt")).text


def _section(page: str) -> str:
    """What stands under "Tyst sedan", in plain words."""
    found = re.search(r'<section aria-labelledby="tyst">(.*?)</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found.group(1)).split()) if found else ""


async def _told(promise_id: UUID, at: dt.datetime) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO status_update (promise_id, organisation_id, title, body, content_hash, shared_at, published_at, created_at, updated_at)"
            " VALUES ($1, $2, 'Nyhet', 'Text.', 'h', $3, $3, $3, $3)",
            promise_id,
            cast.BJORKEN,
            at,
        )


# ---------------------------------------------------------------- what is quiet
async def test_both_parties_see_what_is_quiet_since_when_and_where_to_end_it(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    for who in ("anna", "per"):
        page = await _page(browser_of, who)
        section = _section(page)
        assert "Invånarna har inget hört sedan löftet började gälla 1 januari 2023" in section.replace("invånarna", "Invånarna")
        assert "nga utfall registrerade sedan löftet började gälla 1 januari 2023" in section
        assert "Tyst 639 dagar" in section
        assert f'href="/loften/{promise_id}/uppdateringar/ny">Skriv en uppdatering' in page
        assert 'href="/rapportera">Rapportera' in page


async def test_who_may_not_write_is_led_to_the_promise(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    page = await _page(browser_of, "bo")
    assert "Skriv en uppdatering" not in page
    assert f'href="/loften/{promise_id}">Se löftet' in page


async def test_what_is_heard_in_time_is_not_listed(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 3)
    await _told(promise_id, PUBLISHED)
    section = _section(await _page(browser_of, "anna"))
    assert "inget hört" not in section
    assert "utfall" not in section
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET tell_every_days = 7")
    assert "inget hört sedan 20 september 2024" in _section(await _page(browser_of, "anna"))


async def test_without_an_agreed_rhythm_the_page_says_what_it_counts_with(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise(tell_every_days=None, count_every_days=None)
    assert _section(await _page(browser_of, "per")).count("Ingen rytm är avtalad; vi räknar med en gång i kvartalet.") == 2


async def test_what_was_taken_back_ends_no_silence(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    outcome = await made.recorded(promise_id, 3)
    assert "utfall" not in _section(await _page(browser_of, "anna"))
    async with database.across_organisations() as link:
        await link.execute(
            "INSERT INTO outcome (promise_id, activity_id, organisation_id, happened_on, amount, reporter_id, reporter_name, reporter_office, corrects_id,"
            " form_key, recorded_at) SELECT promise_id, activity_id, organisation_id, happened_on, 0, reporter_id, reporter_name, reporter_office, id,"
            " gen_random_uuid(), recorded_at FROM outcome WHERE id = $1",
            outcome,
        )
    assert "nga utfall registrerade" in _section(await _page(browser_of, "anna"))


async def test_a_number_that_is_reached_owes_no_more_outcomes(database_url: str, browser_of: cast.BrowserOf) -> None:
    once = ActivityDraft(title="Dialoger", at_least=2, per="period", unit="dialoger")
    promise_id = await made.promise(areas=(), goals=(GoalDraft(title="Fler samtal", activities=(once,)),))
    assert "utfall" in _section(await _page(browser_of, "anna"))
    await made.recorded(promise_id, 2)
    async with database.across_organisations() as link:
        await link.execute("UPDATE outcome SET recorded_at = '2023-05-01'")
    assert "utfall" not in _section(await _page(browser_of, "anna"))


async def test_what_is_told_in_words_is_not_counted(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise(areas=(), goals=(GoalDraft(title="Trygghet", measure="narrative"),))
    assert "utfall" not in _section(await _page(browser_of, "anna"))


async def test_the_chief_sees_in_the_row_of_each_municipality_what_is_quiet(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET created_at = '2022-01-01'")
    page = await _page(browser_of, "pia")
    row = page[page.index(f'<a href="/loften/{promise_id}">Björken</a>') :].partition("</tr>")[0]
    assert 'class="hot"' in row
    assert "Tyst 639 dagar" in row
    assert "Inget registrerat på 639 dagar" in row
    assert "Björken: inget gjort än, sedan 1 januari 2023" in row
    assert "Björken: invånarna har inget hört" in _section(page)


async def test_a_stranger_is_told_nothing(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    page = await _page(browser_of, "oda")
    assert _section(page) == ""
    assert "639 dagar" not in page


# ---------------------------------------------------------------- who does nothing
async def test_leaders_see_which_of_their_own_offices_never_acted_and_nobody_else_does(database_url: str, browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 1)  # by the coordinator's office
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET created_at = '2022-01-01'")
    section = _section(await _page(browser_of, "bo"))
    listed = section.partition("Befattningar som inte har gjort något")[2]
    assert "Fältsekreterare : inget gjort än, sedan 1 januari 2023" in listed
    assert "Fritidsledare : inget gjort än, sedan 1 januari 2023" in listed
    assert "Säkerhetssamordnare" not in listed
    assert not re.search(r"Ragna|Berit", section), "an office and not a person"
    for who in ("anna", "ragna", "pia", "per"):
        page = await _page(browser_of, who)
        assert "Fältsekreterare" not in _section(page)
    assert "Kommunpolis : inget gjort än" in _section(await _page(browser_of, "pia"))


async def test_a_vacant_office_is_told_as_vacant_and_not_as_idle(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET created_at = '2022-01-01'")
        await link.execute("UPDATE member SET until_on = '2024-09-30' WHERE person_id = $1", cast.person_id("ragna"))
    listed = _section(await _page(browser_of, "bo"))
    assert "Fritidsledare" in listed
    assert "Fältsekreterare" not in listed


async def test_a_party_that_has_done_nothing_for_a_quarter_is_named_to_the_others(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    assert "inget gjort" not in _section(await _page(browser_of, "anna")), "it was entered today, and nobody knows what was done before"
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise SET created_at = '2022-01-01'")
    section = _section(await _page(browser_of, "anna"))
    assert "LPO Skogen: inget gjort än, sedan 1 januari 2023" in section
    assert "Björken: inget gjort" not in section
    async with database.across_organisations() as link:
        await link.execute("UPDATE promise_version SET signed_on = '2024-09-01'")
    assert "LPO Skogen" not in _section(await _page(browser_of, "anna")), "a month after the signing nobody is late"


# ---------------------------------------------------------------- nobody left
async def _nobody(promise_id: UUID, organisation: UUID) -> None:
    async with database.across_organisations() as link:
        await link.execute(
            "UPDATE delivery SET state = 'skipped', reason = $2, settled_at = due_at WHERE id = (SELECT d.id FROM delivery d JOIN obligation o"
            " ON o.id = d.obligation_id WHERE o.promise_id = $1 AND o.kind = 'renewal' AND d.organisation_id = $3 ORDER BY d.due_at LIMIT 1)",
            promise_id,
            recipients.NOBODY,
            organisation,
        )


async def test_a_duty_whose_reminder_found_nobody_is_red_for_both_parties_until_one_gets_through(
    database_url: str, browser_of: cast.BrowserOf
) -> None:
    promise_id = await made.promise()
    await _nobody(promise_id, cast.SKOGEN)
    for who in ("anna", "pia"):
        page = await _page(browser_of, who)
        assert "Påminnelsen nådde ingen hos LPO Skogen" in page
        assert "En frist har ingen kvar som kan påminnas." in page
    async with database.across_organisations() as link:
        await link.execute(
            "UPDATE delivery SET state = 'sent', settled_at = due_at WHERE id = (SELECT d.id FROM delivery d JOIN obligation o ON o.id = d.obligation_id"
            " WHERE o.kind = 'renewal' AND d.organisation_id = $1 AND d.state = 'planned' ORDER BY d.due_at LIMIT 1)",
            cast.SKOGEN,
        )
    assert "nådde ingen" not in await _page(browser_of, "anna")


async def test_where_nobody_holds_the_seats_every_open_duty_stands_red(database_url: str, browser_of: cast.BrowserOf) -> None:
    await made.promise()
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-09-30' WHERE person_id = ANY($1)", [cast.person_id(who) for who in ("anna", "bo")])
    page = await _page(browser_of, "ragna")
    assert "Ingen är kvar hos er som kan göra det" in page
    assert 'class="flash bad" aria-labelledby="vakant"' in page
