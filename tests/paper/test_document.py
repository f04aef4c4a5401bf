"""One document set twice, as a PDF and as a Word file: both say the same, in full, and neither says anything of the machine."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.paper import reading
from trygghet import paper, wordfile
from trygghet.document import Bullets, Document, Heading, Key, Keys, Paragraph, Table, typed

if TYPE_CHECKING:
    from docx.document import Document as Opened

AT = dt.datetime(2024, 12, 20, 9, 15, 0, 777, tzinfo=dt.UTC)
STAMP = "0123456789abcdef" * 4
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KEYS = Keys(
    (
        Key("Björkens kommun", "Anna Ek", "Kommunchef", "Godkände 19 december 2024 klockan 10.12", "municipality"),
        Key("LPO Skogen", "Bo Al", "Lokalpolisområdeschef", "Godkände 20 december 2024 klockan 10.15", "police"),
    )
)
WHOLE = Document(
    title="Uppföljning av Medborgarlöfte i Björken för 2024",
    subtitle="Det här lovade vi, och det här blev gjort",
    kicker="Gemensam uppföljning",
    facts=(("Gäller", "2024"), ("Parter", "Björkens kommun\nLPO Skogen")),
    blocks=(
        Heading("I korthet"),
        Paragraph("Ett av två mål uppnåddes.", style="lead"),
        Table("Målen", ("Mål", "Bedömning", "Antal"), (("Trafik", "Uppnått", "12"), ("Centrum", "Delvis", "7,5")), numeric=(2,), widths=(3, 2, 1)),
        Heading("Trafik", 2),
        Paragraph("Kontrollerna gjordes vid skolor.", strong="Skäl:"),
        Bullets(("vid skolan", "vid torget")),
        Paragraph("Det märks.", style="quote"),
        Paragraph("Källa: egna räkningar.", style="small"),
        Heading("Godkännanden"),
        KEYS,
    ),
    mark="Utkast, inte godkänd",
    stamp=STAMP,
    stamp_words="Kontrollsumman är räknad på innehållet.",
)


def pdf(document: Document) -> bytes:
    return paper.pdf("paper/document.typ", document.as_json(), at=AT)


def opened(document: Document) -> Opened:
    return docx.Document(io.BytesIO(wordfile.docx(document, at=AT)))


def parts(document: Document) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(wordfile.docx(document, at=AT))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def tree(document: Document, part: str = "word/document.xml") -> Any:
    return etree.fromstring(parts(document)[part])


def all_words(document: Document) -> str:
    """Everything that a reader of the Word file meets, as one line."""
    body = tree(document)
    return " ".join("".join(one.text or " " for one in line.iter(f"{W}t", f"{W}br", f"{W}tab")) for line in body.iter(f"{W}p"))


# ---------------------------------------------------------------- the PDF
def test_the_pdf_says_what_it_is() -> None:
    made = reading.opened(pdf(WHOLE))
    assert made.trailer["/Root"]["/Lang"] == "sv"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    assert made.metadata is not None
    assert (made.metadata.title, made.metadata.author) == (WHOLE.title, "Björkens kommun, LPO Skogen")
    assert made.metadata.creation_date == AT.replace(microsecond=0)


def test_headings_lists_and_tables_of_the_pdf_are_told_as_such() -> None:
    made = pdf(WHOLE)
    assert reading.headings(made) == [WHOLE.title, "  I korthet", "    Trafik", "  Godkännanden"]
    found = reading.tags(made)
    assert (found["Table"], found["TH"], found["TR"], found["Caption"], found["LI"]) == (1, 3, 3, 1, 2)


def test_every_word_stands_in_the_pdf_with_the_stamp_in_full_once_and_short_on_each_page() -> None:
    long = replace(WHOLE, blocks=(*WHOLE.blocks, *(Paragraph("Ett stycke. " * 60),) * 12))
    found = reading.pages(pdf(long))
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert "Utkast, inte godkänd" in page
        assert f"sida {number} av {len(found)}" in page
        assert f"SHA-256 {STAMP[:16]} …" in page
    whole = " ".join(found)
    assert whole.count(STAMP) == 1
    for words in (
        "Det här lovade vi",
        "Skäl: Kontrollerna gjordes",
        "vid torget",
        "Anna Ek",
        "Godkände 20 december 2024 klockan 10.15",
        "LPO Skogen",
    ):
        assert words in whole


def test_a_document_without_mark_and_stamp_says_nothing_of_either() -> None:
    found = reading.said(pdf(replace(WHOLE, mark="", stamp="", stamp_words="")))
    assert "SHA-256" not in found
    assert "Utkast" not in found


def test_a_long_table_repeats_its_heads_on_every_page() -> None:
    rows = tuple((f"Åtgärd {number}", "Ett skäl i några ord. " * 5, str(number)) for number in range(160))
    made = pdf(Document("Lång", blocks=(Table("Alla åtgärder", ("Vad", "Skäl till det", "Antal"), rows, numeric=(2,)),)))
    found = reading.pages(made)
    assert len(found) > 4
    assert all("Skäl till det" in page for page in found)
    for number in range(160):
        assert sum(f"Åtgärd {number} " in page for page in found) == 1, "no row stands on two pages"


def test_a_row_longer_than_a_page_is_parted_and_loses_nothing() -> None:
    words = " ".join(f"ord{number}" for number in range(1500))
    found = reading.said(pdf(Document("Lång rad", blocks=(Table("", ("Skäl", "Bedömning"), ((words, "Delvis"),)),))))
    assert "ord0 " in found
    assert "ord749" in found
    assert "ord1499" in found


def test_a_caption_never_stands_alone_at_the_foot_of_a_page() -> None:
    table = Table("Tabellens namn", ("Kolumnens huvud", "B"), (("första raden", "x"), ("andra raden", "y")))
    for lines in range(30, 50):
        found = reading.pages(pdf(Document("Gräns", blocks=(*(Paragraph(f"rad {one}") for one in range(lines)), table))))
        page = next(page for page in found if "Tabellens namn" in page)
        assert "Kolumnens huvud" in page
        assert "första raden" in page


@pytest.mark.parametrize(
    "block", [Heading("Rubrik utan innehåll"), Table("Ingen rad", ("A", "B"), ()), Bullets(()), Keys(()), Paragraph(""), Heading("För djup", 3)]
)
def test_what_is_empty_can_be_set(block: Any) -> None:
    document = Document("Tom", blocks=(block,))
    assert pdf(document).startswith(b"%PDF")
    assert opened(document).paragraphs


def test_an_empty_table_says_so_in_both() -> None:
    document = Document("Tom", blocks=(Table("Avvikelser", ("A", "B"), ()),))
    assert "Avvikelser. Det finns inget att visa." in reading.said(pdf(document))
    assert "Avvikelser. Det finns inget att visa." in all_words(document)


def test_no_level_of_heading_is_passed_over() -> None:
    document = Document("Nivåer", blocks=(Heading("Först", 2), Heading("Sedan", 3), Heading("Sist", 1)))
    assert reading.headings(pdf(document)) == ["Nivåer", "  Först", "    Sedan", "  Sist"]
    assert [line.style.name for line in opened(document).paragraphs if line.style and "Heading" in str(line.style.name)] == [
        "Heading 1",
        "Heading 2",
        "Heading 1",
    ]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf(WHOLE) == pdf(WHOLE)
    assert wordfile.docx(WHOLE, at=AT) == wordfile.docx(WHOLE, at=AT)
    assert wordfile.docx(WHOLE, at=AT) != wordfile.docx(WHOLE, at=AT + dt.timedelta(days=1))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_at_all_can_be_set_in_both(one: str, other: str) -> None:
    document = Document(one or "Namnlös", one, other, ((one, other),), (Heading(other), Paragraph(one), Table(other, (one, other), ((one, other),))))
    document.as_json()
    assert pdf(document).startswith(b"%PDF")
    assert opened(document).paragraphs


def test_tabs_and_line_ends_that_come_with_what_people_paste_are_only_white() -> None:
    document = Document("Klistrat", kicker="ett\ttvå", blocks=(Paragraph("rad ett\r\nrad två\rrad tre\tslut"),))
    assert "ett två" in reading.said(pdf(document))
    assert "rad ett rad två rad tre slut" in reading.said(pdf(document))
    assert "rad ett rad två rad tre slut" in all_words(document)


# ---------------------------------------------------------------- the Word file
def test_the_word_file_has_real_headings_and_says_who_it_is() -> None:
    made = opened(WHOLE)
    by_style = [(line.style.name, line.text) for line in made.paragraphs if line.style]
    assert ("Title", WHOLE.title) in by_style
    assert [words for style, words in by_style if style == "Heading 1"] == ["I korthet", "Godkännanden"]
    assert [words for style, words in by_style if style == "Heading 2"] == ["Trafik"]
    assert [words for style, words in by_style if style == "List Bullet"] == ["vid skolan", "vid torget"]
    told = made.core_properties
    assert (told.title, told.subject, told.language) == (WHOLE.title, WHOLE.subtitle, "sv-SE")
    assert told.created == told.modified == AT.replace(microsecond=0)
    assert (told.author, told.last_modified_by, told.comments) == ("Björkens kommun, LPO Skogen", "", "")
    assert told.identifier == f"sha256:{STAMP}"


def test_its_tables_have_rows_of_heads_that_are_repeated() -> None:
    made = opened(WHOLE)
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["Mål", "Bedömning", "Antal"],
        ["Trafik", "Uppnått", "12"],
        ["Centrum", "Delvis", "7,5"],
    ]
    assert [cell.text for cell in made.tables[1].rows[2].cells] == [
        "LPO Skogen",
        "Bo Al",
        "Lokalpolisområdeschef",
        "Godkände 20 december 2024 klockan 10.15",
    ]
    for table in tree(WHOLE).iter(f"{W}tbl"):
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table.iter(f"{W}tr"))
    assert tree(WHOLE).find(f".//{W}tblCaption").get(f"{W}val") == "Målen"


def test_elements_of_a_table_stand_in_the_order_that_the_schema_has() -> None:
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblLook", "tblCaption"]
    for shape in tree(WHOLE).iter(f"{W}tblPr"):
        names = [one.tag.removeprefix(W) for one in shape]
        assert names == sorted(names, key=order.index)


def test_the_language_of_the_word_file_is_swedish_wherever_it_is_told() -> None:
    languages = {
        one.get(f"{W}val") for name in parts(WHOLE) if name.endswith(".xml") for one in tree(WHOLE, name).iter(f"{W}lang", f"{W}themeFontLang")
    }
    assert languages == {"sv-SE"}


def test_every_page_of_the_word_file_has_mark_number_and_stamp() -> None:
    section = opened(WHOLE).sections[0]
    assert section.header.paragraphs[0].text == "Utkast, inte godkänd"
    foot = etree.tostring(section.footer._element).decode()
    assert {one.strip() for one in re.findall(r'w:instr="([^"]+)"', foot)} == {"PAGE", "NUMPAGES"}
    assert f"SHA-256 {STAMP[:16]} …" in section.footer.paragraphs[0].text
    assert STAMP in all_words(WHOLE)
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)  # type: ignore[union-attr]


def test_every_part_is_xml_and_nothing_points_out_of_the_file() -> None:
    found = parts(WHOLE)
    assert not any(name.endswith((".jpeg", ".bin")) for name in found)
    for name, body in found.items():
        root = etree.fromstring(body)
        if name.endswith(".rels"):
            assert all(one.get("TargetMode") != "External" for one in root)
            folder = name.split("_rels/", maxsplit=1)[0]
            assert all((folder + one.get("Target")) in found for one in root), "each relation has its part"
    kinds = etree.fromstring(found["[Content_Types].xml"])
    assert {one.get("PartName").lstrip("/") for one in kinds if one.get("PartName")} <= set(found)


def test_the_file_carries_nothing_of_the_library_or_the_machine() -> None:
    everything = b" ".join(parts(WHOLE).values())
    for words in (b"python-docx", b"Macintosh", b"2013-12-23", b"w:rsidRoot"):
        assert words not in everything
    with zipfile.ZipFile(io.BytesIO(wordfile.docx(WHOLE, at=AT))) as packed:
        assert {one.date_time for one in packed.infolist()} == {(2024, 12, 20, 10, 15, 0)}


def test_what_xml_cannot_hold_is_written_as_its_number_and_all_else_stands_as_typed() -> None:
    found = all_words(Document("Tecken", blocks=(Paragraph("Fest 🎉 漢字 \x07\x0b <b> & \u200b slut"),)))
    assert "Fest 🎉 漢字 [U+0007][U+000B] <b> & \u200b slut" in found


def test_a_very_long_title_fits_the_properties_and_stands_whole_in_the_text() -> None:
    made = opened(Document("Ö" * 400))
    assert len(made.core_properties.title) == 255
    assert "Ö" * 400 in [line.text for line in made.paragraphs]


# ---------------------------------------------------------------- what people typed
def test_typed_text_is_parted_as_on_a_web_page() -> None:
    assert typed("Ett stycke.\nMed två rader.\r\n\r\n- en punkt\n- en till\n\n\n\n") == (
        Paragraph("Ett stycke.\nMed två rader."),
        Bullets(("en punkt", "en till")),
    )
    assert typed(" \n ") == ()
