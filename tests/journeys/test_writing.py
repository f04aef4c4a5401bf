"""The page to write on in a real browser: two at once, a connection that goes, a session that ends, the keyboard alone, and no script at all."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import begun, product
from trygghet.wordings.rules import seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

MAJ, JONAS = "maj.lindroth@amal.example.org", "jonas.hedmark@polisen.example.org"
OATH, TITLE = "#f-000000000001-oath", "#f-000000000001-title"
SAVED = re.compile(r"^Sparat \d\d\.\d\d$")


@pytest.fixture(scope="module")
def example() -> Iterator[product.Product]:
    """One product for all of it; each test begins a text of its own."""
    with begun.running() as running:
        yield running


@pytest.fixture
def somebody(example: product.Product, browser: Browser, axe: str) -> Callable[..., Visitor]:  # noqa: F811
    """Opens a browser for whomever one names."""

    def open_for(who: str = MAJ, *, script: bool = True) -> Visitor:
        return Visitor(browser, example.address, axe, who, script=script)

    return open_for


def begin(visitor: Visitor, source: str = "Medborgarlöfte i Åmål 2023–2024") -> Page:
    """A new text from that promise, or from nothing."""
    page = visitor.open("/loften/ny")
    page.get_by_label(source or "Ett tomt blad").first.check()
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_role("heading", name="Parter").wait_for()
    return page


def saved(page: Page) -> None:
    """Waits until the page says so."""
    expect(page.locator("#sparat")).to_have_text(SAVED)


def write(field: Locator, text: str) -> None:
    """As somebody types."""
    field.press("Control+A")
    field.press_sequentially(text)


def left_here(page: Page) -> str:
    """What lies unsaved in the browser."""
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_what_is_typed_saves_itself_and_stands_there_afterwards(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    maj.look()
    write(page.locator(OATH), "Vi gör torget ljusare tillsammans.")
    saved(page)
    expect(page.locator("#sagt")).to_have_text(SAVED)
    assert left_here(page) == "{}"
    page.reload()
    expect(page.locator(OATH)).to_have_value("Vi gör torget ljusare tillsammans.")
    write(page.locator(TITLE), "Löftet om torget")
    expect(page.get_by_role("heading", level=1)).to_have_text("Löftet om torget")
    page.locator("#rad > summary").click()
    maj.look()
    page.locator("#rad a").first.click()
    expect(page.locator(":focus")).to_have_count(1)
    assert maj.complaints == []


def test_an_empty_text_is_a_calm_page_and_says_all_that_it_lacks(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj, "")
    maj.look()
    page.get_by_role("link", name="Se vad som saknas").click()
    page.get_by_text("behöver rättas innan texten kan delas").wait_for()
    maj.look()
    page.get_by_role("link", name="Löftets namn: skriv något här.").click()
    expect(page.locator(TITLE)).to_be_focused()


def test_the_keyboard_alone_adds_moves_removes_and_puts_back_and_the_focus_stays_where_one_is(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    chapters = page.locator("#rad-chapter-overst > li")
    before = chapters.count()
    page.get_by_role("button", name="Lägg till text").focus()
    page.keyboard.press("Enter")
    expect(chapters).to_have_count(before + 1)
    new = chapters.last
    expect(new.get_by_label("Slag")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Vår inriktning")
    saved(page)
    expect(new.locator(".part-name")).to_contain_text("Vår inriktning")

    part = str(new.get_attribute("id"))
    up = page.locator(f"#{part}").get_by_role("button", name="Flytta upp")
    up.focus()
    for steps in (1, 2):
        page.keyboard.press("Enter")
        expect(chapters.nth(before - steps)).to_have_id(part)
        expect(up).to_be_focused()

    remove = page.locator(f"#{part}").get_by_role("button", name="Ta bort")
    remove.focus()
    page.keyboard.press("Enter")
    back = page.get_by_role("button", name="Lägg tillbaka")
    expect(back).to_be_focused()
    maj.look()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{part}").get_by_label("Slag")).to_be_focused()
    expect(page.locator(f"#{part}").get_by_label("Rubrik")).to_have_value("Vår inriktning")

    page.reload()
    assert [one.get_attribute("id") for one in chapters.all()][before - 2] == part
    assert maj.complaints == []


def test_a_closed_part_opens_in_place_shows_its_measures_fields_and_moves_to_another_area(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    activity = page.locator(".part-activity").first
    activity.locator("summary").first.click()
    measure = activity.get_by_label("Så följs det upp")
    measure.select_option("indicator")
    activity.get_by_label("Mätvärde").fill("Andel som är trygga på kvällen")
    saved(page)
    maj.look()
    part = str(activity.get_attribute("id"))
    page.locator(f"#{part}").get_by_role("link", name="Flytta till").click()
    page.get_by_label("Fokusområde: Det lokala näringslivet").check()
    maj.look()
    page.get_by_role("button", name="Flytta hit").click()
    expect(page.locator("#sparat")).to_have_text("Flyttad och sparad.")
    area = page.locator(".part-area", has_text="Det lokala näringslivet").first
    expect(area.locator(f":scope > ol > #{part}")).to_have_count(1)
    expect(page.locator(f"#{part}").get_by_label("Mätvärde")).to_have_value("Andel som är trygga på kvällen")


def test_two_write_at_once_and_neither_loses_a_word(somebody: Callable[..., Visitor]) -> None:
    maj, jonas = somebody(), somebody(JONAS)
    page = begin(maj)
    at = page.url
    maj.open(f"{at.removesuffix('/skriv')}/dela").get_by_role("button", name="Dela texten med").click()
    page.get_by_text("Texten är delad").wait_for()
    here, there = maj.open(at), jonas.open(at)
    write(there.locator(TITLE), "Löftet som Jonas döpte")
    saved(there)
    write(here.locator(OATH), "Vi lovar lugnare gator.")
    saved(here)
    expect(here.locator("#andra")).to_contain_text("Jonas Hedmark skriver också här")

    write(there.locator(OATH), "Vi lovar tryggare gator.")
    expect(there.locator(".clash")).to_contain_text("Maj Lindroth har ändrat här")
    expect(there.locator(OATH)).to_be_focused()
    expect(there.locator(".clash del")).to_have_text("lugnare")
    jonas.look()
    there.locator(OATH).press("End")
    there.locator(OATH).press_sequentially(" För alla.")
    here.reload()
    expect(here.locator(OATH)).to_have_value("Vi lovar lugnare gator.")
    expect(here.locator(TITLE)).to_have_value("Löftet som Jonas döpte")

    there.get_by_role("button", name="Behåll det som står i fältet").click()
    saved(there)
    expect(there.locator(".clash")).to_have_count(0)
    expect(there.locator(OATH)).to_be_focused()
    write(here.locator(OATH), "Majs egen.")
    here.get_by_role("button", name="Ta den andra texten").click()
    saved(here)
    expect(here.locator(OATH)).to_have_value("Vi lovar tryggare gator. För alla.")
    assert left_here(here) == left_here(there) == "{}"


def test_a_part_that_another_removed_gives_back_what_was_being_typed_in_it(somebody: Callable[..., Visitor]) -> None:
    maj, again = somebody(), somebody()
    page = begin(maj)
    activity = page.locator(".part-activity").first
    activity.locator("summary").first.click()
    activity.get_by_label("Beskrivning").wait_for()
    other = again.open(page.url)
    other.locator(".part-activity summary").first.click()
    other.locator(".part-activity").first.get_by_role("button", name="Ta bort").click()
    other.get_by_text("är borttagen").wait_for()
    write(activity.get_by_label("Beskrivning"), "Skrivet samtidigt.")
    page.get_by_text("Delen som du skrev i har tagits bort").wait_for()
    maj.look()
    page.reload()
    page.get_by_text("Delen som du skrev i har tagits bort").wait_for()
    page.get_by_role("button", name="Lägg tillbaka delen med det du skrev").click()
    expect(page.locator(".part-activity").first.get_by_label("Beskrivning")).to_have_value("Skrivet samtidigt.")
    expect(page.locator("#tappat")).to_be_empty()
    assert left_here(page) == "{}"


def test_a_connection_that_goes_loses_nothing_and_saves_when_it_is_back(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    maj.context.set_offline(True)
    write(page.locator(OATH), "Skrivet på tåget.")
    expect(page.locator("#sparat")).to_contain_text("Inte sparat: ingen kontakt med servern")
    assert "Skrivet på tåget." in left_here(page)
    maj.context.set_offline(False)
    saved(page)
    assert left_here(page) == "{}"

    maj.context.set_offline(True)
    activity = page.locator(".part-activity").first
    write(page.locator(OATH), "Skrivet i tunneln.")
    expect(page.locator("#sparat")).to_contain_text("Inte sparat")
    page.goto("about:blank")  # and only then is there contact again: it would be saved before one leaves
    maj.context.set_offline(False)
    page.go_back()
    expect(page.locator(OATH)).to_have_value("Skrivet i tunneln.")
    saved(page)
    page.reload()
    expect(page.locator(OATH)).to_have_value("Skrivet i tunneln.")
    assert left_here(page) == "{}"

    activity.locator("summary").first.click()
    activity.get_by_label("Beskrivning").wait_for()
    maj.context.set_offline(True)
    write(activity.get_by_label("Beskrivning"), "Skrivet i en stängd del.")
    expect(page.locator("#sparat")).to_contain_text("Inte sparat")
    maj.context.set_offline(False)
    page.reload()
    expect(page.locator(".part-activity").first.get_by_label("Beskrivning")).to_have_value("Skrivet i en stängd del.")
    saved(page)


def test_a_session_that_ends_while_one_writes_keeps_the_page_and_saves_after_signing_in_in_another_tab(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    maj.context.clear_cookies()
    write(page.locator(OATH), "Skrivet efter lunchen.")
    expect(page.locator("#sparat")).to_contain_text("du är inte inloggad längre")
    maj.look()
    assert "/skriv" in page.url
    with maj.context.expect_page() as opened:
        page.locator("#sparat").get_by_role("link", name="Logga in i en ny flik").click()
    tab = opened.value
    tab.get_by_label("E-postadress").fill(MAJ)
    tab.get_by_label("Lösenord").fill(maj.password)
    tab.get_by_role("main").get_by_role("button", name="Logga in").click()
    tab.get_by_role("heading", level=1).wait_for()
    tab.close()
    expect(page.locator("#sparat")).to_have_text(SAVED, timeout=40_000)
    page.reload()
    expect(page.locator(OATH)).to_have_value("Skrivet efter lunchen.")


def test_what_was_typed_when_a_session_ended_is_there_after_signing_in_on_the_same_page(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    at = page.url
    maj.context.clear_cookies()
    write(page.locator(OATH), "Skrivet före fikat.")
    expect(page.locator("#sparat")).to_contain_text("du är inte inloggad längre")
    page.goto(at)
    maj.sign_in(MAJ)
    expect(page.locator(OATH)).to_have_value("Skrivet före fikat.")
    saved(page)
    assert left_here(page) == "{}"


def test_a_personal_number_is_refused_beside_the_field_and_lies_nowhere_in_the_browser(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    write(page.locator(OATH), "Det gäller 640823-3234.")
    expect(page.locator("#n-000000000001-oath")).to_contain_text("ser ut som ett personnummer")
    expect(page.locator(OATH)).to_have_value("Det gäller 640823-3234.")
    expect(page.locator(OATH)).to_be_focused()
    assert "640823" not in left_here(page)
    maj.look()
    write(page.locator("#f-000000000001-area"), "Norra Åmål")
    expect(page.locator("#sparat")).to_contain_text("Inte allt är sparat")
    write(page.locator(OATH), "Det gäller alla.")
    saved(page)


def test_a_press_that_is_refused_leaves_the_page_and_what_is_typed_as_they_are(somebody: Callable[..., Visitor]) -> None:
    maj, again = somebody(), somebody()
    page = begin(maj)
    other = again.open(page.url)
    other.get_by_text("Släng utkastet").click()
    other.get_by_role("button", name="Släng för gott").click()
    other.get_by_role("heading", name="Löften", exact=True).wait_for()
    parts = page.locator(".part").count()
    page.get_by_role("button", name="Lägg till text").click()
    expect(page.locator("#sparat")).to_contain_text("Det gick inte.")
    assert page.locator(".part").count() == parts
    write(page.locator(OATH), "Skrivet för sent.")
    expect(page.locator("#sparat")).to_contain_text("Inte sparat.")
    expect(page.locator(OATH)).to_have_value("Skrivet för sent.")
    assert "Skrivet för sent." in left_here(page)


def test_without_script_the_same_page_is_written_part_by_part(somebody: Callable[..., Visitor]) -> None:
    maj = somebody(script=False)
    page = begin(maj)
    page.locator(OATH).fill("Skrivet utan skript.")
    page.locator("form", has=page.locator(OATH)).get_by_role("button", name="Spara").click()
    expect(page.locator(OATH)).to_have_value("Skrivet utan skript.")
    page.get_by_role("button", name="Lägg till fokusområde").click()
    area = page.locator(".part-area").last
    area.get_by_label("Fokusområde").fill("Kvällar i centrum")
    area.get_by_role("button", name="Spara").click()
    expect(page.locator(".part-area").last).to_contain_text("Sparat")
    page.locator(".part-area").last.get_by_role("button", name="Flytta upp").click()
    expect(page.locator(".part-area").nth(-2)).to_contain_text("Kvällar i centrum")
    page.locator(".part-area").nth(-2).get_by_role("button", name="Ta bort").click()
    page.get_by_role("button", name="Lägg tillbaka Fokusområde ”Kvällar i centrum”").click()
    expect(page.locator(".part-area").nth(-2)).to_contain_text("Kvällar i centrum")
    page.locator(".part-activity summary").first.click()
    page.locator(".part-activity").first.get_by_role("link", name="Öppna och skriv").click()
    page.locator(".part-activity").first.get_by_label("Minst antal").fill("trettio")
    page.locator(".part-activity").first.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Se vad som saknas").click()
    expect(page.locator("#fel")).to_contain_text("Du skrev ”trettio”.")


def test_forty_activities_are_one_page_that_a_phone_can_hold(somebody: Callable[..., Visitor]) -> None:
    maj = somebody()
    page = begin(maj)
    token = page.locator("input[name=_csrf_token]").first.input_value()
    area = str(page.locator(".part-area [name=till]").first.get_attribute("value")).split(":")[1]
    for _ in range(40):
        form: dict[str, str | float | bool] = {"_csrf_token": token, "till": f"activity:{area}", "ny": (part := str(uuid.uuid4()))}
        maj.context.request.post(page.url.replace("/skriv", "/delar"), form=form)
        words: dict[str, str | float | bool] = {"_csrf_token": token, "title": "Kvällsvandring", "was-title": seen("")}
        maj.context.request.post(page.url.replace("/skriv", f"/delar/{part}"), form=words)
    html = maj.context.request.get(page.url).text()
    assert html.count('class="part part-activity"') >= 40
    assert len(html.encode()) < 300_000
    page.reload()
    maj.look()


PUTS_BACK = """if (location.pathname.endsWith("/skriv") && localStorage.length) document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[name=oath]").value = "Skrivet i tunneln.";
});"""
"""What some browsers do with a form that one comes back to; Chromium does not where a page may not be kept."""


@pytest.mark.parametrize("by_browser", [False, True], ids=["put back by the page", "put back by the browser"])
def test_what_was_written_elsewhere_while_one_was_away_is_not_written_over(somebody: Callable[..., Visitor], by_browser: bool) -> None:  # noqa: FBT001
    maj, again = somebody(), somebody()
    page = begin(maj)
    if by_browser:
        page.add_init_script(PUTS_BACK)
    at = page.url
    maj.context.set_offline(True)
    write(page.locator(OATH), "Skrivet i tunneln.")
    expect(page.locator("#sparat")).to_contain_text("Inte sparat")
    page.goto("about:blank")
    other = again.open(at)
    write(other.locator(OATH), "Skrivet under tiden.")
    saved(other)
    maj.context.set_offline(False)
    page.go_back()
    expect(page.locator(OATH)).to_have_value("Skrivet i tunneln.")
    expect(page.locator(".clash")).to_contain_text("under tiden")
    expect(page.locator("#sparat")).to_contain_text("Samma fält har ändrats på annat håll")


def test_what_is_not_saved_yet_stays_in_the_browser_when_more_is_added_beside_it(somebody: Callable[..., Visitor]) -> None:
    maj, again = somebody(), somebody()
    page = begin(maj)
    there, here = again.open(page.url), page
    for side in (there, here):
        side.locator(".part-activity summary").first.click()
        side.locator(".part-activity").first.get_by_label("Beskrivning").wait_for()
    write(there.locator(".part-activity").first.get_by_label("Beskrivning"), "Skrivet först.")
    saved(there)
    field = here.locator(".part-activity").first.get_by_label("Beskrivning")
    write(field, "Skrivet sedan.")
    expect(here.locator(".clash del")).to_have_text("först")
    with here.expect_response(lambda answer: answer.url.endswith("/delar")):
        here.get_by_role("button", name="Lägg till aktivitet", exact=True).first.click()
    here.locator(".part-activity :focus").wait_for()
    assert "Skrivet sedan." in left_here(here)
    here.reload()
    expect(here.locator(".part-activity").first.get_by_label("Beskrivning")).to_have_value("Skrivet sedan.")
