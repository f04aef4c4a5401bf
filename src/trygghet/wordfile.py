"""A document as a Word file, which the case systems of municipalities and the police take: real headings, real tables, Swedish.

The same document and the same `at` give the same bytes, and nothing in them comes from the machine that made them.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import docx as word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from trygghet.document import Bullets, Heading, Keys, Paragraph, Table
from trygghet.swedish import local

if TYPE_CHECKING:
    from collections.abc import Callable

    from docx.document import Document as Made
    from docx.text.paragraph import Paragraph as Line

    from trygghet.document import Block, Document

SERIF, SANS = "Georgia", "Calibri"
"""Fonts that those who open Word files have; Word puts another in the place of one that is missing."""
INK, INK_2, WARN, LINE = "16222A", "4A5760", "774800", "C3CAC4"
WIDTH = Mm(157)
LONG = 900
"""A row of more letters than this may be parted between two pages, as on paper."""
KICKER, FACT, CELL, SMALL = "Överrad", "Uppgift", "Tabelltext", "Liten text"
STYLES = {"plain": "Normal", "lead": "Subtitle", "small": SMALL, "quote": "Quote"}
NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_OURS = {RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.CUSTOM_XML, "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"}
"""Parts of the library's own blank file that say nothing about this one."""
APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Trygghet</Application></Properties>'
)


def docx(document: Document, *, at: dt.datetime) -> bytes:
    """The document as a .docx; `at` is its own date. Takes some hundredths of a second: ask for it in a thread."""
    made = word.Document()
    _bare(made)
    _styles(made)
    _described(made, document, at)
    _page(made, document)
    _opening(made, document)
    for block in document.in_order:
        SETTERS[type(block)](made, block)
    if document.stamp:
        _line(made, document.stamp_words, SMALL, keep=True)
        _line(made, f"SHA-256\n{document.stamp}", SMALL)
    kept = io.BytesIO()
    made.save(kept)
    return _dated(kept.getvalue(), at)


# ---------------------------------------------------------------- the file
def _bare(made: Made) -> None:
    """Without what the library's blank file says of itself."""
    for rels in (made.part.package.rels, made.part.rels):
        for name in [name for name, one in rels.items() if one.reltype in NOT_OURS]:
            del rels[name]
    app = next(one.target_part for one in made.part.package.rels.values() if one.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
    app._blob = APP  # noqa: SLF001 - the library has no door to this part
    settings = made.settings.element
    for name in ("w:rsids", "w:savePreviewPicture"):
        for one in settings.findall(qn(name)):
            settings.remove(one)
    settings.find(qn("w:themeFontLang")).attrib.update({qn("w:val"): "sv-SE"})
    settings.find(qn("w:decimalSymbol")).set(qn("w:val"), ",")
    settings.find(qn("w:listSeparator")).set(qn("w:val"), ";")


def _described(made: Made, document: Document, at: dt.datetime) -> None:
    """Title, subject, language and date; no person."""
    told, moment = made.core_properties, at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    told.title, told.subject = _clean(document.title)[:255], _clean(document.subtitle or document.kicker)[:255]
    told.author = _clean(", ".join(document.parties))[:255]
    told.last_modified_by = told.comments = told.keywords = ""
    told.language = "sv-SE"
    told.created = told.modified = moment
    told.identifier = f"sha256:{document.stamp}" if document.stamp else ""


def _dated(body: bytes, at: dt.datetime) -> bytes:
    """The same parts with `at` in place of the time of day when they were packed."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as given, zipfile.ZipFile(kept, "w") as packed:
        for one in given.infolist():
            entry = zipfile.ZipInfo(one.filename, local(at).timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            packed.writestr(entry, given.read(one))
    return kept.getvalue()


# ---------------------------------------------------------------- styles
def _styles(made: Made) -> None:
    """Antiqua for what people say, grotesk for what the system says; sizes as on paper."""
    styles = made.styles
    for one in [one for one in styles if one.type == WD_STYLE_TYPE.TABLE and one.name != "Normal Table"]:
        one.delete()
    language = styles.element.find(".//" + qn("w:rPrDefault")).find(".//" + qn("w:lang"))
    language.attrib.update({qn("w:val"): "sv-SE", qn("w:eastAsia"): "sv-SE"})
    for name in (KICKER, FACT, CELL, SMALL):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _style(made, "Normal", SERIF, 11, after=7)
    _style(made, "Title", SERIF, 24, after=6, bold=True)
    _style(made, "Subtitle", SERIF, 13, after=12)
    for level, size in ((1, 15), (2, 12.5), (3, 11)):
        _style(made, f"Heading {level}", SERIF, size, before=22 - 4 * level, after=5, bold=True)
    _style(made, "Caption", SANS, 9.5, before=10, after=3, bold=True)
    _style(made, "List Bullet", SERIF, 11, after=3)
    _style(made, "Quote", SERIF, 11, after=7)
    _style(made, KICKER, SANS, 9.5, colour=INK_2, after=2, bold=True)
    _style(made, FACT, SANS, 10, after=4)
    _style(made, CELL, SANS, 9.5)
    _style(made, SMALL, SANS, 9, colour=INK_2, after=5)
    _style(made, "Header", SANS, 9, colour=WARN, bold=True)
    _style(made, "Footer", SANS, 8, colour=INK_2)
    fact = styles[FACT].paragraph_format
    fact.left_indent, fact.first_line_indent = Mm(36), Mm(-36)
    fact.tab_stops.add_tab_stop(Mm(36))
    styles["Quote"].paragraph_format.left_indent = Mm(6)
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    styles["Title"].element.pPr.remove(border)


def _style(made: Made, name: str, font: str, size: float, *, colour: str = INK, before: float = 0, after: float = 0, bold: bool = False) -> None:
    style = made.styles[name]
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()  # the theme's fonts would win
    fonts.attrib.update({qn(f"w:{kind}"): font for kind in ("ascii", "hAnsi", "cs", "eastAsia")})
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.15


# ---------------------------------------------------------------- the page
def _page(made: Made, document: Document) -> None:
    """A4, the mark at the head of every page, and at its foot what it is, which page, and the beginning of the checksum."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Mm(28), Mm(25), Mm(25), Mm(25)
    if document.mark:
        _words(section.header.paragraphs[0], document.mark)
    foot = section.footer.paragraphs[0]
    made.styles["Footer"].paragraph_format.tab_stops.clear_all()  # the blank file's are for a wider page
    foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _words(foot, f"{(document.foot or document.title)[:80]}\tsida ")
    _field(foot, "PAGE")
    _words(foot, " av ")
    _field(foot, "NUMPAGES")
    if document.stamp:
        _words(foot, f"\nSHA-256 {document.stamp[:16]} …")


def _field(line: Line, name: str) -> None:
    """A number that Word reckons when it shows the page."""
    line._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))  # noqa: SLF001


def _opening(made: Made, document: Document) -> None:
    _line(made, document.kicker, KICKER, keep=True)
    _line(made, document.title, "Title", keep=True)
    _line(made, document.subtitle, "Subtitle")
    for name, said in document.facts:
        line = made.add_paragraph(style=FACT)
        _words(line, name, bold=True)
        _words(line, f"\t{said}")


# ---------------------------------------------------------------- blocks
def _heading(made: Made, block: Heading) -> None:
    _words(made.add_heading(level=block.level), block.text)


def _paragraph(made: Made, block: Paragraph) -> None:
    line = made.add_paragraph(style=STYLES[block.style])
    if block.strong:
        _words(line, f"{block.strong} ", bold=True)
    _words(line, block.text)


def _bullets(made: Made, block: Bullets) -> None:
    for one in block.items:
        _line(made, one, "List Bullet")


def _table(made: Made, block: Table) -> None:
    if not block.rows:
        _paragraph(made, Paragraph("Det finns inget att visa.", strong=f"{block.caption}." if block.caption else ""))
        return
    _line(made, block.caption, "Caption", keep=True)
    table = made.add_table(rows=0, cols=len(block.head))
    _framed(table, block)
    for number, row in enumerate((block.head, *block.rows)):
        made_row = table.add_row()
        _row_rules(made_row, head=number == 0, whole=sum(map(len, row)) < LONG)
        for column, (cell, text) in enumerate(zip(made_row.cells, row, strict=True)):
            line = cell.paragraphs[0]
            line.style = made.styles[CELL]
            if column in block.numeric:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _words(line, text, bold=number == 0)
    _line(made, "", CELL, empty=True)


def _keys(made: Made, block: Keys) -> None:
    """A table, whose heads say what each column is to those who listen."""
    rows = tuple((one.party, one.name, one.office, one.at) for one in block.keys)
    if rows:
        _table(made, Table("", ("Part", "Namn", "Befattning", "Godkännande"), rows, widths=(3, 3, 3, 4)))


SETTERS: dict[type[Block], Callable[[Made, Any], None]] = {Heading: _heading, Paragraph: _paragraph, Bullets: _bullets, Table: _table, Keys: _keys}


def _framed(table: Any, block: Table) -> None:
    """Thin lines between rows, widths as asked for, and the caption for those who listen."""
    table.autofit = False
    parts = block.widths if len(block.widths) == len(block.head) else (1,) * len(block.head)
    for column, part in zip(table.columns, parts, strict=True):
        column.width = WIDTH * part // sum(parts)
    shape = table._tbl.tblPr  # noqa: SLF001 - borders and captions have no door of their own
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for edge in ("top", "bottom", "insideH"))
    shape.find(qn("w:tblLayout")).addprevious(parse_xml(f"<w:tblBorders {nsdecls('w')}>{edges}</w:tblBorders>"))  # the schema has an order
    look = shape.find(qn("w:tblLook"))
    if look is not None:
        shape.remove(look)
    shape.append(parse_xml(f'<w:tblLook {nsdecls("w")} w:val="0020" w:firstRow="1" w:firstColumn="0" w:noHBand="1" w:noVBand="1"/>'))
    if block.caption:
        caption = OxmlElement("w:tblCaption")
        caption.set(qn("w:val"), _clean(block.caption))
        shape.append(caption)


def _row_rules(row: Any, *, head: bool, whole: bool) -> None:
    shape = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no door to either
    if whole:
        shape.append(OxmlElement("w:cantSplit"))
    if head:
        shape.append(OxmlElement("w:tblHeader"))


# ---------------------------------------------------------------- words
def _line(made: Made, text: str, style: str, *, keep: bool = False, empty: bool = False) -> None:
    if text or empty:
        line = made.add_paragraph(style=style)
        line.paragraph_format.keep_with_next = keep or None
        _words(line, text)


def _words(line: Line, text: str, *, bold: bool = False) -> None:
    run = line.add_run(_clean(text))
    run.bold = bold or None


@functools.cache
def _number(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def _clean(text: str) -> str:
    """What XML cannot hold is written as its number, as on paper."""
    return NO_XML.sub(lambda found: _number(found[0]), text.replace("\r\n", "\n").replace("\r", "\n"))
