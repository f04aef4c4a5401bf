"""The residents' pages in English: every word of ours has its English, every page its address, and nothing else is there under it."""

from __future__ import annotations

import ast
import datetime as dt
import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from trygghet.site import comparing, sweden, told
from trygghet.tongue import ENGLISH, SWEDISH, catalogue
from trygghet.wordings.kinds import KINDS

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
    sweden.SOURCE,
    *("Löftet undertecknades", "Ändring", "Förlängning", "Avslut i förtid"),
    *("Sidan finns inte", "Adressen kan vara felskriven, eller så är sidan inte öppen för alla."),
    *("Något gick fel hos oss", "Inget av det du gjorde sparades till hälften. Försök igen om en stund.", "Det gick inte"),
    *("Det du skickade är för stort", "Inget sparades. Gå tillbaka, välj en mindre bild eller skriv kortare, och försök igen."),
    "Begäran kunde inte läsas. Gå tillbaka och försök igen.",
    *(REFUSALS[code] for code in ("email.form", "field.required", "field.too_long", "text.number_or_phone", "text.personal_number")),
    *(REFUSALS[code] for code in ("follow.pace", "follow.what", "follow.later", "fault.many")),
    *("Vad som inte fungerade", "Sida"),
    *(comparing.OTHER, *comparing.THEMES),
    *(chip.text for chip in (*VERDICTS.values(), DIFFERENT)),
    *(kind.name for kind in KINDS.values()),
    *(words for kind in KINDS.values() for one in kind.fields for words in (one.label, *(said for value, said in one.choices if value))),
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


@functools.cache
def _used() -> set[str]:
    found = {text for path in _asking(TEMPLATES) for text in _in_templates(path)} | {text for path in _asking(SOURCES) for text in _in_sources(path)}
    return found | LISTS


def _asking(paths: list[Path]) -> list[Path]:
    """Those that ask for words at all: the rest need not be read closely."""
    return [path for path in paths if re.search(r"\bt(\.counted)?\(", path.read_text(encoding="utf-8"))]


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
        assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
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
    seen: set[str] = set()
    for path in ("/", "/bjorken", f"/bjorken/loften/{promise_id}", f"/bjorken/uppdateringar/{update}"):
        page = html.fromstring((await residents.get(ENGLISH.at(path))).content)
        for link in page.xpath("//a[starts-with(@href, '/')]"):
            href = link.get("href").partition("#")[0]
            if href in seen:
                continue
            seen.add(href)
            answer = await residents.get(href)
            assert answer.status_code in {200, 303}, (path, href)
            is_page = answer.headers.get("content-type", "").startswith("text/html") and 'class="public"' in answer.text
            assert not is_page or link.get("hreflang") or href.startswith("/en"), (path, href)


async def test_our_own_words_are_in_english_and_the_parties_are_marked_as_swedish(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    update = await given.told(promise_id, corrections=[{"on": "2024-10-01", "text": "Fyra gator får ny belysning."}])
    residents = await browser_of()
    said = ""
    for path in (
        "/",
        "/bjorken",
        f"/bjorken/loften/{promise_id}/historik",
        f"/bjorken/uppdateringar/{update}",
        "/jamfor",
        "/folj?kommun=bjorken",
        "/oppna-data",
    ):
        page = html.fromstring((await residents.get(ENGLISH.at(path))).content)
        texts = list(_in_english(page, ""))
        assert not [text for text in texts if re.search(r"\b(och|inte|gäller|löftet|senast|hittills|har|är|det|den|som|för|av|till)\b", text)], path
        said += " ".join(texts)
    for words_of_ours in (
        "The promise of the municipality and the police in Björken",
        "In force through 31 December 2024",
        "Last updated today",
        "91 days of the promise are left.",
        "0 of at least 12 kontroller 2024. An even pace would have given 9.0.",
        "for 2023 and 2024, signed by the municipality and the police.",
        "Corrected 1 October 2024",
        "Together: Björkens kommun and LPO Skogen",
    ):
        assert words_of_ours in said, words_of_ours
    assert "Många kör för fort" not in said
    assert given.TITLE in " ".join(page.text_content() for page in [html.fromstring((await residents.get("/en/bjorken")).content)])


def _in_english(node: Any, language: str) -> Iterator[str]:
    """What is read aloud as English: texts and labels that stand in no element of another language."""
    language = node.get("lang", language)
    if node.tag in {"script", "style"} or not isinstance(node.tag, str):
        return
    if language == "en":
        yield from (text.strip() for text in (node.text, *(node.get(name) for name in ("aria-label", "alt", "data-label"))) if text and text.strip())
    for one in node:
        yield from _in_english(one, language)
        if language == "en" and one.tail and one.tail.strip():
            yield one.tail.strip()


async def test_a_form_says_in_english_what_is_wrong_with_it(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    answer = await residents.post("/en/folj", data={"kommun": "bjorken", "vad": "municipality:bjorken", "takt": "each", "epost": "nobody"})
    assert answer.status_code == 422
    assert "E-mail address: write an address like name@example.org. You wrote “nobody”." in answer.text
    answer = await residents.post("/en/folj", data={"kommun": "bjorken", "vad": "municipality:bjorken", "takt": "each", "epost": "lisa@example.org"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/folj/tack")


async def test_no_cache_takes_one_language_for_the_other(browser_of: BrowserOf) -> None:
    await made.promise()
    residents = await browser_of()
    swedish, english = await residents.get("/bjorken"), await residents.get("/en/bjorken")
    assert swedish.headers["etag"] != english.headers["etag"]
    again = await residents.get("/en/bjorken", headers={"If-None-Match": swedish.headers["etag"]})
    assert (again.status_code, again.content) == (200, english.content)
    assert (await residents.get("/bjorken", headers={"Accept-Language": "en"})).content == swedish.content


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


def test_days_and_numbers_are_written_as_english_has_them() -> None:
    day = dt.date(2024, 1, 31)
    assert (ENGLISH.long_date(day), ENGLISH.short_date(day), ENGLISH.month(day)) == ("31 January 2024", "31 Jan 2024", "January")
    assert (ENGLISH.number(1234.5), ENGLISH.measured(4.5, "procent"), ENGLISH.measured(12)) == ("1,234.5", "4.5 per cent", "12")
    assert (ENGLISH.days(1), ENGLISH.days(3), ENGLISH.word(3)) == ("1 day", "3 days", "three")
    assert ENGLISH.listed(["a", "b", "c"]) == "a, b and c"
    assert ENGLISH.quoted("<b>Rätt</b>") == '<span lang="sv">&lt;b&gt;Rätt&lt;/b&gt;</span>'
    assert SWEDISH("Gäller till och med {day}", day=day) == "Gäller till och med 31 januari 2024"
    assert ENGLISH("Gäller till och med {day}", day=day) == "In force through 31 January 2024"


def test_no_organisation_can_be_called_what_english_addresses_begin_with() -> None:
    assert "en" in app.first_names()
