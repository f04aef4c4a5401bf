"""A follow-up as a document to sign and file: from what was approved to headings, paragraphs and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from trygghet import swedish
from trygghet.document import Document, Heading, Key, Keys, Paragraph, Table, typed
from trygghet.followups import evidence
from trygghet.followups.frozen import WORDS
from trygghet.followups.rules import AGREED, BOTH, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trygghet.document import Block, Side
    from trygghet.followups.frozen import Frozen, Judged

DRAFT = "Utkast, inte godkänd"
STAMP = "Kontrollsumman är SHA-256 av allt som godkändes, i en fil med uppföljningens data. Filen finns på löftets publika sida."


def document(found: Frozen, *, is_sealed: bool = False) -> Document:
    """All of it. `is_sealed`: some party has not handed in, so nothing of anybody's verdicts is told, only the figures."""
    signed = found.signed_at is not None
    blocks = [*([Heading("Bedömningarna"), _sealed()] if is_sealed else _outcome(found)), *_each(found, is_sealed=is_sealed)]
    if not is_sealed:
        blocks += [*_text(found, "lessons"), *_text(found, "next_year"), *_keys(found)]
    return Document(
        title=f"{found.title}, {found.area}",
        subtitle=found.promise_title,
        kicker="Medborgarlöfte",
        facts=tuple(_facts(found, is_sealed=is_sealed)),
        blocks=tuple(blocks),
        mark="" if signed else DRAFT,
        stamp="" if is_sealed else found.content_hash,
        stamp_words="" if is_sealed else STAMP if signed else "Kontrollsumman är SHA-256 av det som varje part godkänner.",
        voice=cast("Side", found.voice),
    )


def _facts(found: Frozen, *, is_sealed: bool) -> Iterator[tuple[str, str]]:
    yield "Gäller tiden", found.period
    yield "Parter", found.party_names
    if found.merged_why:
        yield "Två år i ett", f"{found.first.year} följs upp här tillsammans med {found.year}. Skäl: {found.merged_why}"
    if not is_sealed:
        yield "Resultat", found.short
    yield "Ska vara klar", swedish.long_date(found.due_on)
    yield "Läge", found.signed_words


def _sealed() -> Paragraph:
    return Paragraph(
        "Bedömningarna är förseglade tills alla parter har lämnat in sin. Det här är underlaget: vad som lovades och vad siffrorna säger."
    )


def _outcome(found: Frozen) -> Iterator[Block]:
    yield Heading("Resultatet")
    yield Paragraph(f"{found.short}.", style="lead")
    yield _overview(found)
    yield from _text(found, "summary")


def _overview(found: Frozen) -> Table:
    """Every verdict on a page: each party's own, and what stands."""
    who = tuple(said.who for said in found.subjects[0].said) if found.subjects and len(found.parties) > 1 else ()
    rows = tuple((f"{one.number}. {one.title}", *(WORDS[said.verdict] for said in one.said if who), _stands(one)) for one in found.subjects)
    return Table("Alla bedömningar", ("Vad", *who, "Det som står" if who else "Bedömning"), rows, widths=(6, *(3 for _ in who), 4))


def _stands(one: Judged) -> str:
    if one.verdict is not None:
        return WORDS[one.verdict]
    return "Båda, var och en för sig" if one.how == BOTH else "Inte avgjort"


def _text(found: Frozen, name: str) -> Iterator[Block]:
    if words := found.content[name].strip():
        yield Heading(TEXTS[name])
        yield from typed(words)


def _each(found: Frozen, *, is_sealed: bool) -> Iterator[Block]:
    yield Heading("Vad som lovades och vad som blev gjort" if is_sealed else "En sak i taget")
    for one in found.subjects:
        yield Heading(f"{one.number}. {one.title}", 2)
        if not is_sealed:
            yield from _verdict(one)
        yield from evidence.blocks(one.facts)


def _verdict(one: Judged) -> Iterator[Block]:
    """The joint verdict with its reason; where the parties judged differently, both as they said it."""
    if one.how == BOTH:
        yield Paragraph("Parterna har bedömt olika och publicerar båda bedömningarna.", strong="Olika bedömningar.")
    elif not one.how:
        yield Paragraph("Parterna har bedömt olika och inte sagt än vad som ska stå.", strong="Inte avgjort.")
    else:
        yield Paragraph(
            one.reason if one.how == AGREED else "Parterna har bedömt lika.", strong=f"Gemensam bedömning: {swedish.first_down(one.words)}."
        )
    if one.differed or any(said.reason for said in one.said):
        rows = tuple((said.party, WORDS[said.verdict], said.reason) for said in one.said)
        yield Table("Så bedömde varje part", ("Part", "Bedömning", "Skäl"), rows, widths=(4, 3, 6))


def _keys(found: Frozen) -> Iterator[Block]:
    yield Heading("Godkännanden")
    turned = {one.party for one in found.keys}
    missing = [one["name"] for one in found.parties if one["name"] not in turned]
    if missing:
        yield Paragraph(f"Inte godkänd av {swedish.listed(missing)}.")
    yield Keys(tuple(Key(one.party, one.name, one.office, one.words, cast("Side", one.side)) for one in found.keys))
