"""What the parties of a promise do with its text in a browser: write, share, approve, sign; and what reaches them meanwhile."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

from tests.server import product

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.journeys.visitor import Visitor

SAVED = re.compile(r"^Sparat \d\d\.\d\d$")


# ---------------------------------------------------------------- writing
def write(who: Visitor, label: str, value: str, place: Locator | None = None) -> None:
    """Types in a field, and waits until the page says that it is saved."""
    field = (place or who.page.locator("main")).get_by_label(label, exact=True).first
    is_choice = field.evaluate("one => one.tagName") == "SELECT"
    with who.page.expect_response(lambda answer: "/delar/" in answer.url and answer.request.method == "POST") as saving:
        if is_choice:
            field.select_option(label=value)
        else:
            field.fill(value)
            field.blur()  # as whoever goes on to the next field; what is left in mid-sentence is saved after a second
    assert saving.value.ok, (label, value, saving.value.text())
    who.page.locator("#sparat").get_by_text(SAVED).wait_for()


def add(who: Visitor, what: str, fields: dict[str, str], *, below: str = "") -> Locator:
    """Adds a part, below another where one is named, and fills it in field by field. Returns it."""
    page = who.page
    place = page.locator(".part").filter(has=page.locator(".part-name", has_text=below)).last if below else page.locator("main")
    with page.expect_response(lambda answer: answer.url.endswith("/delar")) as adding:
        place.get_by_role("button", name=f"Lägg till {what}", exact=True).last.click()
    found = re.search(r'id="(del-[0-9a-f]+)"', adding.value.text())
    assert found, adding.value.text()
    made = page.locator(f"#{found[1]}")
    made.locator(":focus").wait_for()
    for label, value in fields.items():
        write(who, label, value, made)
    return made


# ---------------------------------------------------------------- keys
def share(who: Visitor) -> str:
    """From the page to write on, or to read: shares the text with all its parties. Returns where it is read."""
    page = who.page
    if page.url.split("#")[0].split("?")[0].endswith("/skriv"):
        page.get_by_role("link", name="Läs igenom", exact=True).click()
    page.get_by_role("link", name="Dela texten").click()
    page.get_by_role("button", name="Dela texten med").click()
    page.get_by_text("Texten är delad").wait_for()
    return page.url.split("?")[0]


def approve(who: Visitor, text: str) -> None:
    """A leader says yes to what stands there."""
    who.open(text)
    button = who.page.get_by_role("button", name="Godkänn just den här texten")
    button.click()
    button.wait_for(state="detached")
    who.page.wait_for_load_state()


def sign(who: Visitor, text: str, password: str | None = None) -> None:
    """A leader puts their name to it, with the password once more."""
    who.open(text)
    who.page.get_by_role("link", name="Skriv under").click()
    who.page.get_by_label("Ditt lösenord").fill(password or who.password)
    who.page.get_by_role("button", name="Skriv under").click()


def agree(text: str, *leaders: Visitor) -> None:
    """All of them approve, and then all of them sign."""
    for one in leaders:
        approve(one, text)
    for one in leaders:
        sign(one, text)
        one.page.get_by_text("Undertecknat").first.wait_for()


# ---------------------------------------------------------------- what goes on around it
def move_clock(who: Visitor, day: str) -> None:
    """Puts the example's clock at the morning of a later day, with all that is sent on the way."""
    page = who.open("/exempel/klocka")
    page.get_by_text("Välj dag").click()
    page.get_by_label("Till morgonen").fill(day)
    set_off(who, "Ställ om")


def move_clock_to_the_next_reminder(who: Visitor) -> None:
    """Puts it at the moment when somebody's next reminder goes out, with all that is sent until then."""
    who.open("/exempel/klocka")
    set_off(who, "Till nästa påminnelse")


def set_off(who: Visitor, button: str) -> None:
    """Presses the button that moves the clock, wherever it stands, and waits until the clock has arrived."""
    page = who.page
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name=button).click()

    page.goto("about:blank")  # the strip follows the move and loads its page anew at the end, in the midst of whatever comes next

    def arrived() -> bool:
        heading = re.search("<h1>(.*?)</h1>", page.request.get("/exempel/klocka").text(), re.DOTALL)
        return heading is not None and "är på väg" not in heading[1]

    assert product.until(arrived, product.patience(150)), who.open("/exempel/klocka").inner_text("main")


def letters(example: product.Product, to: str) -> list[tuple[str, str]]:
    """Subject and text of every mail that has reached an address."""
    found = []
    for path in (example.var / "mail").glob("[!.]*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        if to in str(mail["To"]) and body is not None:
            found.append((str(mail["Subject"]), str(body.get_content())))
    return found


def reached(example: product.Product, to: str, *words: str) -> bool:
    """Whether a mail with all of these words reaches that address."""
    return product.until(lambda: any(all(one in subject + text for one in words) for subject, text in letters(example, to)), product.patience(30))
