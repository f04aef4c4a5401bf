"""What somebody wants by mail: chosen on a page, turned off from a letter's head by a mail program, heeded by every letter."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast, world
from tests.agreeing import shared
from tests.conftest import SETTINGS
from tests.letterbox import Letterbox
from tests.notices.test_notices import arrive, letter, text
from trygghet.preferences import actions, rules
from trygghet.preferences.rules import Choices, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
ANNA = cast.person_id("anna")
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def box() -> Iterator[Letterbox]:
    opened = Letterbox()
    yield opened
    opened.stop()


def address(kind: Kind = Kind.NEWS, who: uuid.UUID = ANNA) -> str:
    return rules.unsubscribe_link(who, kind, "", SETTINGS.secret_key)


async def silenced(who: str = "anna") -> frozenset[str]:
    return (await actions.across_organisations_choices(cast.person_id(who))).silenced


# ---------------------------------------------------------------- one's own page
async def test_one_chooses_ones_letters_and_their_language_on_a_page_of_ones_own(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    page = await anna.get("/mina-val")
    assert len(re.findall(r'name="mejl-\w+" value="ja" checked', page.text)) == len(Kind), "all is wanted until somebody says otherwise"
    form = {"sprak": "en", "mejl-waits": "ja", "_csrf_token": cast.csrf(page.text)}
    answer = await anna.post("/mina-val", data=form, follow_redirects=True)
    assert "Dina val är sparade." in answer.text
    assert re.findall(r'name="mejl-(\w+)" value="ja" checked', answer.text) == ["waits"]
    assert 'value="en" checked' in answer.text
    chosen = await actions.across_organisations_choices(ANNA)
    assert chosen == Choices("en", frozenset({"comments", "news", "summary"}))
    assert await silenced("bo") == frozenset()


async def test_a_language_that_there_is_not_changes_nothing_and_keeps_what_was_ticked(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    token = cast.csrf((await anna.get("/mina-val")).text)
    answer = await anna.post("/mina-val", data={"sprak": "de", "mejl-news": "ja", "_csrf_token": token})
    assert answer.status_code == 422
    assert "Språk: välj svenska eller engelska." in answer.text
    assert re.findall(r'name="mejl-(\w+)" value="ja" checked', answer.text) == ["news"]
    assert await actions.across_organisations_choices(ANNA) == Choices()


# ---------------------------------------------------------------- from the letter's head (RFC 8058)
async def test_a_mail_program_turns_one_kind_off_with_one_post_without_cookie_session_or_token(browser_of: BrowserOf) -> None:
    program = await browser_of()
    answer = await program.post(address(), content=ONE_CLICK, headers=FORM)
    assert answer.status_code == 200, "a redirect would not be followed"
    assert "Du får inte längre mejl om det som har blivit klart" in answer.text
    assert "set-cookie" not in answer.headers
    assert await silenced() == {Kind.NEWS}
    assert (await program.post(address(), content=ONE_CLICK, headers=FORM)).status_code == 200
    assert await silenced() == {Kind.NEWS}, "twice is once"
    multipart = await program.post(address(Kind.SUMMARY), files={"List-Unsubscribe": (None, "One-Click")})
    assert multipart.status_code == 200
    assert await silenced() == {Kind.NEWS, Kind.SUMMARY}, "the standard allows either kind of body"


async def test_a_scanner_that_opens_the_link_changes_nothing(browser_of: BrowserOf) -> None:
    scanner = await browser_of()
    before = await world.everything()
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = await scanner.request(method, address())
        assert answer.status_code in {200, 204}, method
        assert await world.everything() == before
    page = await scanner.get(address())
    assert "Sluta få mejl om det som har blivit klart?" in page.text
    assert page.headers["cache-control"] == "no-store", "what it shows changes"


async def test_the_pages_own_button_does_the_same_and_can_be_taken_back(browser_of: BrowserOf) -> None:
    reader = await browser_of()
    page = await reader.get(address())
    button = re.search(r'<button class="btn main" name="([^"]+)" value="([^"]+)"', page.text)
    assert button
    assert button.groups() == ("List-Unsubscribe", "One-Click")
    off = await reader.post(address(), data=dict([button.groups()]))
    assert await silenced() == {Kind.NEWS}
    assert "Skicka sådana mejl igen" in off.text
    on = await reader.post(address(), data={"igen": "ja"})
    assert "Sluta få mejl om det som har blivit klart?" in on.text
    assert await silenced() == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        "å",
        address()[:-2].rpartition("/")[2],
        rules.token(ANNA, Kind.NEWS, "another key"),
        rules.token(uuid.UUID(int=7), Kind.NEWS, SETTINGS.secret_key),
    ],
    ids=["short", "not ascii", "cut off", "another installation's", "nobody"],
)
async def test_a_link_that_is_none_of_ours_is_not_found_and_changes_nothing(wrong: str, browser_of: BrowserOf) -> None:
    anyone = await browser_of()
    before = await world.everything()
    assert (await anyone.get(f"/avprenumerera/{wrong}")).status_code == 404
    assert (await anyone.post(f"/avprenumerera/{wrong}", content=ONE_CLICK, headers=FORM)).status_code == 404
    assert await world.everything() == before


async def test_a_link_of_one_kind_is_no_link_of_another() -> None:
    news, waits = (rules.token(ANNA, kind, SETTINGS.secret_key) for kind in (Kind.NEWS, Kind.WAITS))
    assert rules.named_by(news, SETTINGS.secret_key) == (ANNA, Kind.NEWS)
    assert news[:20] != waits[:20], "the seal is on both"


async def test_who_reads_english_finds_a_line_of_it_where_they_turn_letters_off(browser_of: BrowserOf) -> None:
    await actions.across_organisations_choose(ANNA, Choices("en"), now=cast.START)
    anyone = await browser_of()
    assert '<p lang="en">The button below stops mail about what has been settled.' in (await anyone.get(address())).text


# ---------------------------------------------------------------- what the letters do
async def test_every_notice_can_be_turned_off_from_its_head_and_from_its_foot(database_url: str, settings: Settings, box: Letterbox) -> None:
    await shared()
    await arrive(box, settings)
    found, pia = letter(box, "pia"), cast.person_id("pia")
    link = rules.unsubscribe_link(pia, Kind.WAITS, "http://testserver", settings.secret_key)
    assert "".join(str(found["List-Unsubscribe"]).split()) == f"<{link}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in text(box, "pia")
    assert f'href="{link}"' in text(box, "pia", "html")


async def test_no_link_of_a_letter_changes_anything_when_it_is_opened(browser_of: BrowserOf, settings: Settings, box: Letterbox) -> None:
    await shared()
    await arrive(box, settings)
    links = {one.removeprefix("http://testserver") for one in re.findall(r'http://testserver[^\s"<>]+', text(box, "pia") + text(box, "pia", "html"))}
    assert len(links) >= 2
    browsers = [await browser_of(who) for who in (None, "pia")]
    before = await world.everything()
    for browser in browsers:
        for link in links:
            for method in ("GET", "HEAD"):
                assert (await browser.request(method, link)).status_code in {200, 303}, link
    assert await world.everything() == before


async def test_a_kind_that_somebody_has_turned_off_does_not_reach_their_mailbox_and_stands_in_their_inbox(
    browser_of: BrowserOf, settings: Settings, box: Letterbox
) -> None:
    await actions.across_organisations_turn(cast.person_id("pia"), Kind.WAITS, wanted=False, now=cast.START)
    await shared()
    assert set(await arrive(box, settings)) == {"per"}
    page = (await (await browser_of("pia")).get("/inkorg")).text
    assert "Björkens kommun har delat löftet i Björken med er" in page
    assert "Inget mejl: du har valt bort sådana." in page
    assert "Oläst" in page
    ledger = (await (await browser_of("per")).get("/utskick")).text
    assert rules.SILENCED in ledger, "the organisation sees why it did not go"


def test_reminders_of_a_duty_are_no_kind_that_can_be_turned_off() -> None:
    assert "reminder" not in {str(kind) for kind in Kind}
    with pytest.raises(ValueError, match="reminder"):
        rules.unsubscribe_headers(ANNA, "reminder", "http://testserver", SETTINGS.secret_key)
