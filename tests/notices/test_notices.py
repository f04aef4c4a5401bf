"""Who gets a letter when something happens to a text, over a real mail server: what it says, that it comes once, and to whom it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import agreeing, cast
from tests.agreeing import ANNA, BO, NOW, PER, PIA, approve, edit, shared, sign
from tests.letterbox import Letterbox
from trygghet import channels, clock, database
from trygghet.comments import actions as comments
from trygghet.deliveries import sending
from trygghet.notices import actions as notices
from trygghet.signatures import actions as signatures

if TYPE_CHECKING:
    from email.message import EmailMessage
    from uuid import UUID

    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SOON = NOW + dt.timedelta(minutes=1)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def box() -> Iterator[Letterbox]:
    opened = Letterbox()
    yield opened
    opened.stop()


async def arrive(box: Letterbox, settings: Settings, now: dt.datetime = SOON) -> dict[str, str]:
    """All that is due goes out; who got what, by their names in the cast."""
    before = len(box.letters)
    ready = replace(settings, smtp_url=box.url)
    composers = {"notice": notices.composer(ready)}
    while batches := await sending.across_organisations_hand_out(now=now, wall=clock.wall()):
        for batch in batches:
            await sending.across_organisations_deliver(batch, composers=composers, channels=channels.ready(ready), now=now, wall=clock.wall())
    return {str(one["To"]).rpartition("<")[2].partition("@")[0]: str(one["Subject"]) for one in box.letters[before:]}


def letter(box: Letterbox, who: str) -> EmailMessage:
    """The latest to that person."""
    return next(one for one in reversed(box.letters) if cast.email(who) in str(one["To"]))


def text(box: Letterbox, who: str, kind: str = "plain") -> str:
    body = letter(box, who).get_body((kind,))
    assert body is not None
    return " ".join(body.get_content().split())


async def test_a_shared_text_is_told_to_those_who_lead_and_coordinate_the_other_parties(
    database_url: str, settings: Settings, box: Letterbox
) -> None:
    wording_id = await shared()
    news = "Björkens kommun har delat löftet i Björken med er"
    assert await arrive(box, settings) == {"pia": news, "per": news}
    assert "Säkerhetssamordnare hos Björkens kommun har delat ”Medborgarlöfte för Björken 2025–2026”." in text(box, "pia")
    assert f"Läs texten: http://testserver/lydelser/{wording_id}" in text(box, "pia")
    assert f'href="http://testserver/lydelser/{wording_id}"' in text(box, "per", "html")
    assert "Till Per Psson, Kommunpolis, LPO Skogen" in text(box, "per")
    assert await arrive(box, settings, LATER) == {}, "once"


async def test_all_words_are_in_the_letter_as_they_stand_and_nothing_in_it_runs(database_url: str, settings: Settings, box: Letterbox) -> None:
    await shared(title="<b>Löfte</b> & fred")
    await arrive(box, settings)
    assert "”<b>Löfte</b> & fred”" in text(box, "pia")
    assert "&lt;b&gt;Löfte&lt;/b&gt; &amp; fred" in text(box, "pia", "html")


async def test_an_edit_tells_each_who_had_approved_once_and_when_the_sitting_should_be_over(
    database_url: str, settings: Settings, box: Letterbox
) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await arrive(box, settings)
    for words in ("Kommunen", "Kommunen och", "Kommunen och polisen lovar mer."):
        await edit(wording_id, value=words, now=SOON)
    assert await arrive(box, settings, SOON + dt.timedelta(minutes=5)) == {}, "they are still writing"
    told = await arrive(box, settings, LATER)
    assert told == dict.fromkeys(("bo", "pia"), "Ditt godkännande av löftet i Björken gäller inte längre")
    assert "Kommunpolis hos LPO Skogen har ändrat i texten" in text(box, "bo")


async def test_who_has_approved_anew_by_then_is_not_told_that_the_old_approval_fell(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await arrive(box, settings)
    await edit(wording_id, now=SOON)
    await approve(wording_id, PIA, now=SOON)
    assert set(await arrive(box, settings, LATER)) == {"bo"}


async def test_a_rejection_reaches_everybody_who_had_approved_and_those_who_write(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await shared()
    await approve(wording_id, BO)
    await arrive(box, settings)
    await signatures.reject(cast.SKOGEN, wording_id, "Tre pass räcker vi inte till.", seen=await agreeing.seen(wording_id), by=PIA, now=NOW)
    assert set(await arrive(box, settings)) == {"bo", "anna", "per"}
    assert "Skäl: Tre pass räcker vi inte till." in text(box, "bo")
    assert "LPO Skogen har avvisat löftet i Björken" in str(letter(box, "anna")["Subject"])


async def test_leaders_are_asked_to_sign_and_all_hear_when_all_have(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await shared()
    await arrive(box, settings)
    await approve(wording_id)
    assert await arrive(box, settings) == {"bo": "Löftet i Björken kan nu skrivas under"}, "Pia was the last to approve, and knows"
    await sign(wording_id)
    told = await arrive(box, settings)
    assert told == dict.fromkeys(("anna", "bo", "per"), "Alla parter har skrivit under löftet i Björken")
    assert "Löftet är undertecknat och gäller från 1 januari 2025." in text(box, "anna")


async def test_an_agreement_that_is_made_anew_is_told_anew(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await signatures.reject(cast.SKOGEN, wording_id, "Vänta.", seen=await agreeing.seen(wording_id), by=PIA, now=NOW)
    await arrive(box, settings)
    await approve(wording_id)
    assert "Löftet i Björken kan nu skrivas under" in (await arrive(box, settings)).values()


async def test_opening_again_and_taking_back_are_told_to_all_with_the_reason(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await sign(wording_id, BO)
    await arrive(box, settings)
    await signatures.reopen(cast.SKOGEN, wording_id, "Fel dag.", by=PER, now=NOW)
    assert set(await arrive(box, settings)) == {"anna", "bo", "pia"}
    assert "Skäl: Fel dag." in text(box, "bo")
    await signatures.withdraw(cast.BJORKEN, wording_id, "Vi väntar.", by=ANNA, now=NOW)
    assert set(await arrive(box, settings)) == {"bo", "pia", "per"}
    assert "Skäl: Vi väntar." in text(box, "per")


async def test_comments_are_told_at_most_once_a_day_and_not_what_they_say(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await shared()
    await arrive(box, settings)

    async def say(day: int) -> dict[str, str]:
        now = NOW + dt.timedelta(days=day)
        key = cast.person_id(f"form-{len(box.letters)}-{day}")
        await comments.write(cast.SKOGEN, wording_id, agreeing.AREA, "Hemlig fundering.", form_key=key, by=PER, now=now)
        return await arrive(box, settings, now)

    assert await say(0) == {"anna": "Nya kommentarer till löftet i Björken"}
    assert "Hemlig fundering" not in text(box, "anna")
    assert await say(0) == {}
    assert set(await say(1)) == {"anna"}


async def test_what_is_said_before_sharing_is_told_at_home_alone(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id = await agreeing.begun()
    await comments.write(cast.BJORKEN, wording_id, agreeing.AREA, "Vad tror vi?", form_key=cast.person_id("form"), by=BO, now=NOW)
    assert set(await arrive(box, settings)) == {"anna"}


async def test_it_goes_to_who_sits_there_when_it_goes_each_person_once(database_url: str, settings: Settings, box: Letterbox) -> None:
    await cast.seated("per", cast.SKOGEN, "leader", "Lokalpolisområdeschef", acting=True)
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-09-30' WHERE person_id = $1", cast.person_id("pia"))
    await shared()
    told = await arrive(box, settings)
    assert set(told) == {"per"}
    assert len(box.letters) == 1, "who holds both seats gets it once"
    assert "Till Per Psson, tf lokalpolisområdeschef, LPO Skogen" in text(box, "per")


async def test_a_seat_that_nobody_holds_is_skipped_with_a_sentence_in_the_ledger(browser_of: BrowserOf, settings: Settings, box: Letterbox) -> None:
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-09-30' WHERE person_id = $1", cast.person_id("pia"))
    await shared()
    assert set(await arrive(box, settings)) == {"per"}
    page = (await (await browser_of("per")).get("/utskick")).text
    assert "Ingen har rollen ledare." in page
    assert "Besked" in page
    assert "har delat löftet" not in (await (await browser_of("anna")).get("/utskick")).text, "another's letters are not ours to see"


async def test_who_has_left_gets_no_letter_about_what_they_approved(database_url: str, settings: Settings, box: Letterbox) -> None:
    wording_id: UUID = await shared()
    await approve(wording_id, BO)
    await arrive(box, settings)
    await edit(wording_id)
    async with database.across_organisations() as link:
        await link.execute("UPDATE member SET until_on = '2024-09-30' WHERE person_id = $1", cast.person_id("bo"))
    assert await arrive(box, settings, LATER) == {}
