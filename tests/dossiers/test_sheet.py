"""What a promise says on paper, in words that a chief would put a name to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests import cast
from tests.dossiers import given
from tests.paper import reading
from trygghet import paper
from trygghet.dossiers import plain
from trygghet.dossiers.sheet import Backer, Edition, sheet
from trygghet.wordings.manuscript import Manuscript, empty


def on_paper(text: Manuscript, backers: tuple[Backer, ...], edition: Edition) -> bytes:
    return paper.pdf("promises/promise.typ", sheet(text, backers, edition, given.NAMES), at=given.SIGNED_AT)


FACTS = [
    "Medborgarlöfte för Björken 2025–2026",
    "Barn ska kunna gå tryggt till skolan.",
    "1 juli 2018 till och med 31 december 2026",
    "Minst var 90:e dag",
    "Läget i dag",
    "– för farten",
    "1. Trafik",
    "Många kör för fort på Storgatan.",
    "Gatan är bred och rak.",
    "Lugnare trafik vid skolorna",
    "Andel bilar som håller hastigheten",
    "Ska öka från 67 procent (14 mars 2024) till 85 procent senast 31 december 2026",
    "Minst 12 kontroller varje år",
    "på var och en av 2 platser: Norra infarten och Södra infarten",
    "områdespolis",
    "Farthinder på Storgatan",
    "Senast 30 september 2025",
    "Berättas med ord",
    "misstänkt för minst tre brott på ett år",
    "Trygghetsmätningen (trygghetsmätning)",
    "14 mars 2024, Hela kommunen",
    "n = 412, svarsfrekvens 54,5 procent",
    "Var fjärde är otrygg.",
    "KSAU",
    "Varje kvartal",
    "15 dagar efter periodens sista dag",
    "Säkerhetssamordnare, Anna Asson",
    "0500-00 00 00",
    "anna@cast.example.org",
    "https://police.example.org/bjorken",
    "Undertecknat 26 oktober 2018, gäller från 1 juli 2018.",
    "Bo Bsson",
    "tf lokalpolisområdeschef",
    "Undertecknat 26 oktober 2018 klockan 14.03",
    "Skolorna är fler nu.",
    "Förlängt",
]


def test_everything_that_was_written_stands_on_paper_and_in_plain_text() -> None:
    text = given.usual()
    made = sheet(text, given.signed(text), given.edition(text), given.NAMES)
    on_page = reading.squeezed(reading.said(paper.pdf("promises/promise.typ", made, at=given.SIGNED_AT)))
    assert [one for one in FACTS if reading.squeezed(one) not in on_page] == []
    as_text = reading.squeezed(plain.text(made))
    assert [one for one in FACTS[:-2] if reading.squeezed(one.removeprefix("– ")) not in as_text] == []


def test_the_hash_that_was_signed_stands_by_each_signature_and_in_every_foot() -> None:
    text = given.usual()
    hashed = given.signed(text)[0].content_hash
    pdf = on_paper(text, given.signed(text), given.edition(text))
    pages = [reading.squeezed(page) for page in reading.pages(pdf)]
    assert all(f"SHA-256{hashed}" in page for page in pages)
    assert "".join(pages).count(hashed) == len(pages) + 2


def test_a_draft_says_on_every_page_that_it_is_none_and_who_has_not_signed() -> None:
    text = given.long()
    marked = Edition("Nytt löfte, lydelse 1", "ab" * 32, "Inte undertecknat", "Delat 1 oktober 2024.")
    pdf = on_paper(text, given.UNSIGNED, marked)
    assert len(reading.pages(pdf)) > 4
    assert all("Inte undertecknat Delat 1 oktober 2024." in page for page in reading.pages(pdf))
    assert "Underskrift saknas av Björkens kommun och LPO Skogen." in reading.said(pdf)


def test_what_is_half_written_stands_as_it_was_typed() -> None:
    text = given.text(given.part("activity", title="Vandringar", due_on="i vår", measure="count", at_least="många"), valid_from="hösten 2025")
    found = sheet(text, given.UNSIGNED, given.edition(text), given.NAMES)
    assert found["facts"][0]["lines"] == ["hösten 2025 till och med 31 december 2026"]
    assert found["activities"][0]["target"] == ["Minst många under löftets tid", "Senast i vår"]


def test_nothing_written_at_all_is_a_page_too() -> None:
    pdf = on_paper(empty(), (), Edition("Nytt löfte, lydelse 1", "", "Utkast", "Bara Björkens kommun ser texten än."))
    assert reading.headings(pdf) == ["Löfte utan namn", "  Underskrifter"]
    assert "Inte bestämt än" in reading.said(pdf)


def test_the_police_alone_give_a_one_sided_promise_for_a_municipality() -> None:
    text = given.text(concerns=str(cast.EKEN))
    found = sheet(text, given.signed(text)[1:], given.edition(text), given.NAMES)
    assert (found["kind"], found["voice"]) == ("Ensidigt löfte", "police")
    assert {"name": "Gäller för", "lines": ["Ekens kommun"]} in found["facts"]


def test_an_old_promise_is_signed_on_a_day_and_by_somebody_or_by_nobody_knows_whom() -> None:
    text = given.text()
    first, second = given.UNSIGNED
    backers = (replace(first, signed=True, signer="Bo Bsson", signed_on=dt.date(2018, 6, 2)), replace(second, signed=True))
    found = sheet(text, backers, given.edition(text), given.NAMES)
    assert found["signatures"][0]["lines"] == ["Undertecknat 2 juni 2018", "Utanför Trygghet"]
    assert found["signatures"][1]["lines"] == ["Undertecknat; dagen är inte känd", "Utanför Trygghet", "Löftet nämner inte av vem"]
    assert found["signed_words"] == "Alla parter har undertecknat löftet."


def test_a_single_version_needs_no_list_of_versions() -> None:
    text = given.text()
    once = replace(given.edition(text), versions=given.edition(text).versions[:1])
    assert "  Versioner" not in reading.headings(on_paper(text, given.signed(text), once))
    assert "  Versioner" in reading.headings(on_paper(text, given.signed(text), given.edition(text)))


def test_activities_are_numbered_through_the_whole_promise() -> None:
    found = sheet(given.usual(), given.UNSIGNED, given.edition(given.usual()), given.NAMES)
    area = found["areas"][0]
    assert [one["number"] for one in (*area["goals"][0]["activities"], *area["activities"], *found["activities"])] == ["1", "2", "3"]


def test_forty_activities_with_long_words_keep_inside_the_page() -> None:
    text = given.long()
    pdf = on_paper(text, given.signed(text), given.edition(text))
    for page in reading.opened(pdf).pages:
        rights: list[float] = []
        page.extract_text(visitor_text=lambda words, _cm, tm, _font, size, found=rights: found.append(tm[4]) if words.strip() else None)
        assert max(rights) < 595 - 60
    assert reading.squeezed(reading.said(pdf)).count(reading.squeezed("informationsutbytestillfällen")) == 40
