"""The residents' pages in English: every word of ours has its English, every page its address, and nothing else is there under it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, nodes
from lxml import html

from tests import made
from tests.site import given
from trygghet import app
from trygghet.followups.frozen import DIFFERENT, WORDS
from trygghet.followups.rules import VERDICTS
from trygghet.indicators.rules import NO_CAUSE
from trygghet.promises import words
from trygghet.refusals import REFUSALS
from trygghet.settings import ROOT
from trygghet.site import told
from trygghet.tongue import ENGLISH, SWEDISH, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import BrowserOf

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCES = sorted((ROOT / "src").rglob("*.py"))
_VALUE = r"{\w+}|%(?:\(\w+\))?[sd]"
LISTS = {
    *("dag", "dagar", "procent", "mål", "aktiviteter", "mål och aktiviteter", "Målet", "Aktiviteten", "Löftet", "Kommunen", "Polisen"),
    *("Ett mål", "Ett fokusområde", "fokusområden", "En aktivitet", "Ett löfte i ord", "Gemensam uppföljning", "Uppföljning"),
    NO_CAUSE,
    *("Sidan finns inte", "Adressen leder ingenstans, eller så hör det den leder till en annan organisation."),
    *("Något gick fel hos oss", "Inget av det du gjorde sparades till hälften. Försök igen om en stund.", "Det gick inte"),
    *("Det du skickade är för stort", "Inget sparades. Gå tillbaka, välj en mindre bild eller skriv kortare, och försök igen."),
    "Begäran kunde inte läsas. Gå tillbaka och försök igen.",
    *(REFUSALS[code] for code in ("email.form", "field.required", "field.too_long", "text.number_or_phone", "text.personal_number")),
    *(REFUSALS[code] for code in ("follow.pace", "follow.what", "follow.later", "fault.many")),
    *("Vad som inte fungerade", "Sida"),
    *(chip.text for chip in (*VERDICTS.values(), DIFFERENT)),
    *(text for words_of in (WORDS, told.VOICES, words.VOICES, words.SOURCES, words.PER, words.DIRECTIONS) for text in words_of.values()),
}
"""What `known` and the tongue itself are asked for: words of lists that the code holds."""


# ---------------------------------------------------------------- the catalogue
def _literals(node: ast.AST | nodes.Node) -> Iterator[str]:
    """The words that a call may be made with: a literal, or one of two by a condition."""
    if isinstance(node, ast.Constant | nodes.Const):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (text for one in (node.body, node.orelse) for text in _literals(one))
    elif isinstance(node, nodes.CondExpr):
        yield from (text for one in (node.expr1, node.expr2) if one is not None for text in _literals(one))
    else:
        pytest.fail(f"t() is called with words that nobody can find: {node}")


def _in_templates(path: Path) -> Iterator[str]:
    for call in Environment(autoescape=True).parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield from _literals(call.args[0])
        elif (
            isinstance(call.node, nodes.Getattr)
            and isinstance(call.node.node, nodes.Name)
            and (call.node.node.name, call.node.attr) == ("t", "counted")
        ):
            yield from (text for one in call.args[1:] for text in _literals(one))


def _in_sources(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "t":
            yield from _literals(call.args[0])
        elif isinstance(call, ast.Call) and ast.unparse(call.func) == "t.counted":
            yield from (text for one in call.args[1:] for text in _literals(one))


def _used() -> set[str]:
    found = {text for path in TEMPLATES for text in _in_templates(path)} | {text for path in SOURCES for text in _in_sources(path)}
    return found | LISTS


def test_every_word_of_ours_has_its_english() -> None:
    assert not sorted(_used() - set(catalogue()))


def test_no_english_waits_for_words_that_are_gone() -> None:
    assert not sorted(set(catalogue()) - _used())


def test_no_words_have_two_translations() -> None:
    keys = re.findall(r'^(".+?") = ', (ROOT / "src/trygghet/english.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys)), sorted({one for one in keys if keys.count(one) > 1})


def test_english_has_the_values_that_the_swedish_has() -> None:
    for swedish, english in catalogue().items():
        assert english.strip(), swedish
        assert sorted(re.findall(_VALUE, swedish)) == sorted(re.findall(_VALUE, english)), swedish


# ---------------------------------------------------------------- the pages
async def test_a_page_in_english_says_so_and_leads_to_the_same_in_swedish(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    for path in ("/", "/bjorken"):
        answer = await residents.get(ENGLISH.at(path))
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "public, max-age=60"
        page, swedish = html.fromstring(answer.content), html.fromstring((await residents.get(path)).content)
        assert page.get("lang") == "en"
        assert swedish.get("lang") == "sv"
        for one in (page, swedish):
            assert {link.get("hreflang"): link.get("href") for link in one.xpath("//link[@hreflang]")} == {
                tongue.code: f"http://testserver{tongue.at(path)}" for tongue in (SWEDISH, ENGLISH)
            }
        assert page.xpath("//header//a[@hreflang='sv']/@href") == [path]
        assert swedish.xpath("//header//a[@hreflang='en']/@href") == [ENGLISH.at(path)]


async def test_an_english_page_leads_on_to_english_pages(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    update = await given.told(promise_id)
    residents = await browser_of()
    for path in ("/", "/bjorken", f"/bjorken/loften/{promise_id}", f"/bjorken/uppdateringar/{update}"):
        page = html.fromstring((await residents.get(ENGLISH.at(path))).content)
        for link in page.xpath("//a[starts-with(@href, '/')]"):
            href = link.get("href").partition("#")[0]
            answer = await residents.get(href)
            assert answer.status_code in {200, 303}, (path, href)
            is_page = answer.headers.get("content-type", "").startswith("text/html") and 'class="public"' in answer.text
            assert not is_page or link.get("hreflang") or href.startswith("/en"), (path, href)


async def test_nothing_but_residents_pages_is_there_in_english(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    anna = await browser_of("anna")
    for path in (
        "/oversikt",
        "/loften",
        "/logga-in",
        "/bjorken/flode.atom",
        f"/bjorken/loften/{promise_id}/kalender.ics",
        "/static/icon.svg",
        "/health/live",
        "/en/bjorken",
        "/eken",
    ):
        answer = await anna.get(f"/en{path}")
        assert answer.status_code == 404, path
        assert "There is no such page" in answer.text
    assert (await anna.post("/en/logga-ut")).status_code in {403, 404}
    assert (await anna.get("/oversikt")).status_code == 200


def test_no_organisation_can_be_called_what_english_addresses_begin_with() -> None:
    assert "en" in app.first_names()
