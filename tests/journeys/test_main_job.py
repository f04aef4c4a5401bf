"""The main job in a real browser against the whole product: every process, the five promises, the example's clock."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import re
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.visitor import Visitor, axe  # noqa: F401 - a fixture
from tests.server import begun, product
from trygghet import swedish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

REPORTER, COORDINATOR, ADMINISTRATOR = "elin.sjogard@polisen.example.org", "maj.lindroth@amal.example.org", "ove.stenfors@amal.example.org"
MAYOR, CHIEF = "torbjorn.ekwall@amal.example.org", "katarina.vinge@polisen.example.org"

APART = "----"
ONCE_FOR_EACH = f"""
import sys
from trygghet.cli import main
for slug in sys.argv[1:]:
    main(["schedule", "--organisation", slug, "--from", "2024-10-01", "--to", "2025-01-02", "--format", "json"], standalone_mode=False)
    print({APART!r})
"""
"""The command for one organisation after the other, in one process: to start it takes a second of a core."""


@pytest.fixture(scope="module")
def example() -> Iterator[product.Product]:
    """One product for the journeys below; each leaves it as the next one expects."""
    with begun.running() as running:
        yield running


def test_from_an_outcome_to_the_residents_page(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    reporter = Visitor(browser, example.address, axe, REPORTER)
    reporter.look()
    page = reporter.go("/loften")
    page.get_by_role("link", name="Medborgarlöfte i Åmål 2023–2024").click()
    reporter.look()
    activity = page.locator("[id^=aktivitet-]").filter(has_text="Företagsdialoger").first
    assert "3 av 4" in activity.inner_text()
    activity.get_by_role("link", name="Registrera utfall").or_(activity.get_by_role("button", name="Registrera utfall")).click()
    activity.get_by_label("Antal").fill("två")
    activity.get_by_role("button", name="Spara utfallet").click()
    activity.get_by_text("Du skrev ”två”.").first.wait_for()
    reporter.look()
    activity.get_by_label("Antal").fill("1")
    activity.get_by_label("Anteckning").fill("Fjärde dialogen, i köpcentret")
    activity.get_by_role("button", name="Spara utfallet").click()
    activity.get_by_text("4 av 4").wait_for()
    expect(activity).to_contain_text("Fjärde dialogen, i köpcentret")
    reporter.look()

    coordinator = Visitor(browser, example.address, axe, COORDINATOR)
    coordinator.look()
    page = coordinator.go("/loften")
    page.get_by_role("link", name="Medborgarlöfte i Åmål 2023–2024").click()
    page.wait_for_url(re.compile("/loften/[0-9a-f-]{36}"))
    coordinator.go(f"{page.url}/uppdateringar/ny")
    page.get_by_label("Rubrik").fill("Fjärde dialogen är hållen")
    page.get_by_label("Text", exact=True).fill("Årets fyra företagsdialoger är nu gjorda.")
    for box in page.locator("input[name=kanaler]").all():
        box.check()
    page.get_by_role("button", name="Spara utkastet").click()
    page.get_by_role("button", name="Lämna för godkännande").wait_for()
    coordinator.look()
    update = page.url
    page.get_by_role("button", name="Lämna för godkännande").click()
    page.get_by_text("Väntar").first.wait_for()
    coordinator.look()

    for who in (MAYOR, CHIEF):
        leader = Visitor(browser, example.address, axe, who)
        leader.look()
        leader.go(update)
        leader.page.get_by_role("button", name="Godkänn just den här texten").click()
        leader.page.get_by_role("button", name="Godkänn just den här texten").wait_for(state="detached")
        leader.page.wait_for_load_state()
        leader.look()

    resident = Visitor(browser, example.address, axe)
    assert product.until(lambda: "Fjärde dialogen är hållen" in _text(resident.page, "/amal"), product.patience(30))
    page = resident.go("/amal")
    assert "4 av 4" in page.inner_text("main")
    assert "Fjärde dialogen, i köpcentret" not in page.inner_text("main"), "notes stay inside"
    assert resident.context.cookies() == []
    assert "Fjärde dialogen är hållen" in _text(page, "/amal/flode.atom", raw=True)
    page = resident.go("/amal")
    page.get_by_role("link", name="Fjärde dialogen är hållen").click()
    resident.look()
    coordinator.go("/exempel/inlagg")
    assert product.until(lambda: _text(coordinator.page, "/exempel/inlagg").count("Fjärde dialogen är hållen") == 2, product.patience(30)), (
        "one post in each party's account"
    )
    page = coordinator.go("/utskick")
    assert page.get_by_text("Fjärde dialogen är hållen").count() >= 3


def test_every_page_of_every_role_is_usable_by_all(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    coordinator = Visitor(browser, example.address, axe, COORDINATOR)
    for path in (
        "/oversikt",
        "/loften",
        "/frister",
        "/paminnelser",
        "/uppdateringar",
        "/utskick",
        "/inloggningar",
        "/inkorg",
        "/mina-val",
        "/paminnelser/flytta",
        "/exempel/klocka",
        "/exempel/mejl",
    ):
        coordinator.go(path)
    Visitor(browser, example.address, axe, ADMINISTRATOR).go("/medlemmar")
    nobody = Visitor(browser, example.address, axe)
    for path in ("/", "/logga-in", "/almhult", "/mellerud", "/astorp", "/hallstahammar"):
        nobody.go(path)


def test_the_outcome_form_works_without_javascript(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    reporter = Visitor(browser, example.address, axe, REPORTER, script=False)
    page = reporter.page
    page.goto("/loften")
    page.get_by_role("link", name="Medborgarlöfte i Mellerud 2023–2024").click()
    activity = page.locator("[id^=aktivitet-]").filter(has_text="Trafikkontroller").first
    expect(activity).to_contain_text(re.compile(r"\d+ av 24"))
    before = re.search(r"(\d+) av 24", activity.inner_text())
    assert before
    activity.get_by_role("link", name="Registrera utfall").or_(activity.get_by_role("button", name="Registrera utfall")).click()
    activity.get_by_label("Antal").fill("två")
    activity.get_by_label("Anteckning").fill("Infarten söderifrån")
    activity.get_by_role("button", name="Spara utfallet").click()
    expect(activity).to_contain_text("Du skrev ”två”.")
    expect(activity.get_by_label("Anteckning")).to_have_value("Infarten söderifrån")
    activity.get_by_label("Antal").fill("2")
    activity.get_by_role("button", name="Spara utfallet").click()
    expect(activity).to_contain_text(f"{int(before[1]) + 2} av 24")


def test_moving_the_clock_sends_exactly_what_the_schedule_said(example: product.Product, browser: Browser, axe: str) -> None:  # noqa: F811
    """Each person on each day in one letter. Also: after the last day the public page says that the promise has ended, with no job having run."""
    told = _schedule(example)
    visitor = Visitor(browser, example.address, axe, COORDINATOR)
    page = visitor.page
    assert "Gäller till och med 31 december 2024" in _text(page, "/amal")
    page.goto("/oversikt")
    page.get_by_text("Välj dag").click()
    page.get_by_label("Till morgonen").fill("2025-01-02")
    acts.set_off(visitor, "Ställ om")
    assert "Klockan här är torsdag 2 januari 2025" in _text(page, "/oversikt", part=".strip")
    letters = _day_letters(example)
    assert {key: len(found) for key, found in letters.items() if len(found) > 1} == {}, "one letter a person and day"
    arrived = {key: _matters(found[0], told.get(key, set())) for key, found in letters.items()}
    reminded = {key: matters for key, matters in arrived.items() if matters or key in told}
    assert reminded == told, {key: (told.get(key), reminded.get(key)) for key in told.keys() | reminded.keys() if told.get(key) != reminded.get(key)}
    assert "Löftet gick ut 31 december 2024" in _text(page, "/amal")
    visitor.go("/amal")
    visitor.go("/oversikt")
    visitor.go("/utskick")


def _text(page: Page, path: str, *, part: str = "body", raw: bool = False) -> str:
    answer = page.goto(path) if not raw else None
    if raw:
        return str(page.request.get(path).text())
    assert answer is not None
    return page.inner_text(part)


def _day_letters(example: product.Product) -> dict[tuple[str, dt.date], list[email.message.EmailMessage]]:
    """Every letter of a day that has reached somebody, by address and day; not what was told because something happened."""
    found: dict[tuple[str, dt.date], list[email.message.EmailMessage]] = defaultdict(list)
    for path in (example.var / "mail").glob("[!.]*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if "Så här påminns ni: " in _body(mail):
            found[str(mail["To"]).rpartition("<")[2].rstrip(">"), swedish.local(mail["Date"].datetime).date()].append(mail)
    return found


def _body(mail: email.message.EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _matters(mail: email.message.EmailMessage, told: set[str]) -> set[str]:
    """What the letter reminds of: those of the told that stand in it, and a word for what it says beside them. The week's summary is no reminder."""
    lines = _body(mail).splitlines()
    summaries = sum(line.startswith("Veckan: ") for line in lines)
    others = re.search(r", och (\S+) sak(?:er)? till$", str(mail["Subject"]))
    count = 1 if others is None else 1 + next(one for one in range(1, 100) if others[1] == ("en" if one == 1 else swedish.word(one)))
    found = {one for one in told if one in lines}
    return found | {f"{count - summaries - len(found)} more in {mail['Subject']}"} if count - summaries != len(found) else found


def _schedule(example: product.Product) -> dict[tuple[str, dt.date], set[str]]:
    """What `trygghet schedule` says will reach whom on which day, for every organisation, until 2 January."""
    told: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    slugs = ("amal", "mellerud", "astorp", "almhult", "hallstahammar", "lpo-ostra-fyrbodal", "lpo-klippan", "lpo-ljungby", "lpo-vastra-malardalen")
    said = subprocess.run(
        [sys.executable, "-c", ONCE_FOR_EACH, *slugs], env=product.environment(example.var), capture_output=True, text=True, check=True
    )
    for answer in said.stdout.split(APART)[:-1]:
        for line in json.loads(answer):
            if line["state"] != "past":
                for person in line["to"]:
                    told[person["email"], dt.datetime.fromisoformat(line["at"]).date()].add(line["title"])
    return told
