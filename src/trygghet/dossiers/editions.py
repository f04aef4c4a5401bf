"""Which text a document is, and who stands behind it: of a signed promise, of one that is being made, of one that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import swedish
from trygghet.agreements.rules import turned
from trygghet.dossiers.sheet import Backer, Edition, Version, sheet, title_of
from trygghet.periods import instant
from trygghet.wordings import beginning, reading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.promises.promise import Promise
    from trygghet.wordings.manuscript import Manuscript
    from trygghet.wordings.rules import Revision, Side, Wording


@dataclass(frozen=True)
class Document:
    """A text with everything that is said around it. `at` is the document's own date: when it was signed, else last
    changed. `concerns` is the municipality that the police alone give it for, where the text does not name it by id.
    """

    text: Manuscript
    backers: tuple[Backer, ...]
    edition: Edition
    names: Mapping[UUID, Side]
    at: dt.datetime
    concerns: str = ""

    @property
    def title(self) -> str:
        """What the promise is called in it."""
        return title_of(self.text)

    @property
    def sheet(self) -> dict[str, Any]:
        """Its words, as templates/promises/promise.typ and `plain.text` have them."""
        return sheet(self.text, self.backers, self.edition, {one: named.name for one, named in self.names.items()}, concerns=self.concerns)


WORDS = {"first": "Nytt löfte", "change": "Ändring", "extension": "Förlängning", "early_end": "Avslut i förtid"}


def of_promise(promise: Promise, texts: Sequence[Wording], signatures: Mapping[UUID, Sequence[Approval]], names: Mapping[UUID, Side]) -> Document:
    """The promise as it holds now: the last text that all have signed, or what was entered where it was signed elsewhere."""
    signed = [one for one in texts if one.signed_at is not None]
    if signed and signed[-1].number == promise.version:
        return of_wording(signed[-1], signatures[signed[-1].id], names, texts)
    backers = tuple(
        Backer(one.organisation_id, one.name, one.side, one.signed, one.signatory_name, one.signatory_office, one.signed_on)
        for one in promise.parties
    )
    edition = Edition(f"Version {promise.version}, {promise.signed_words}", "", versions=_versions(signed))
    known = max((one.signed_on for one in backers if one.signed_on), default=promise.validity.first)
    concerns = promise.concerns.name if promise.concerns else ""
    return Document(beginning.from_promise(promise, names.values()), backers, edition, names, instant(known, 12), concerns)


def of_wording(
    wording: Wording, signatures: Sequence[Approval], names: Mapping[UUID, Side], texts: Iterable[Wording] = (), revision: Revision | None = None
) -> Document:
    """One text, or the `revision` of it, with the signatures on exactly that. `texts` are all of the promise, for the list of versions."""
    found = revision or wording
    keys = turned(signatures, found.content_hash)
    backers = tuple(_backer(one, names[one], keys.get(one)) for one in _in_order(wording.parties, names))
    if wording.signed_at is not None and found.content_hash == wording.content_hash:
        versions = _versions(one for one in texts if one.signed_at is not None and one.number <= wording.number)
        edition = Edition(f"Version {wording.number}, undertecknad av alla parter", wording.content_hash, versions=versions)
        return Document(wording.manuscript, backers, edition, names, wording.signed_at)
    at = wording.edited_at if revision is None else revision.at
    text = "" if revision is None else f", text nr {revision.number}"
    foot = f"{WORDS[wording.kind]}, lydelse {wording.number}{text}, ändrad {swedish.long_moment(at)}"
    edition = Edition(foot, found.content_hash, *_mark(wording, names))
    return Document(found.manuscript, backers, edition, names, at)


def named(text: Manuscript) -> set[UUID]:
    """The organisations that a text points to by id."""
    typed = {part[name] for part in text.parts for name in ("organisation", "concerns")}
    return {found for one in typed if (found := reading.as_id(one)) is not None}


def _mark(wording: Wording, names: Mapping[UUID, Side]) -> tuple[str, str]:
    if wording.withdrawn_at is not None:
        return "Tillbakadraget", f"Texten drogs tillbaka {_day(wording.withdrawn_at)} och gäller inte."
    if wording.shared_at is None:
        author = names.get(wording.organisation_id)
        return "Utkast", f"Bara {author.name if author else 'den som skriver'} ser texten än."
    if wording.signed_at is not None:
        return "Inte undertecknat", f"En tidigare text. Den som undertecknades är från {_day(wording.signed_at)}."
    return "Inte undertecknat", f"Delat {_day(wording.shared_at)}. Texten kan ändras tills alla parter har skrivit under."


def _day(moment: dt.datetime) -> str:
    return swedish.long_date(swedish.local(moment).date())


def _in_order(parties: Iterable[UUID], names: Mapping[UUID, Side]) -> list[UUID]:
    """Municipalities, then police, then others, as everywhere; somebody whom nobody knows is left out."""
    order = ("municipality", "police", "other")
    return sorted((one for one in parties if one in names), key=lambda one: (order.index(names[one].side), swedish.sort_key(names[one].name)))


def _backer(organisation: UUID, named: Side, key: Approval | None) -> Backer:
    if key is None:
        return Backer(organisation, named.name, named.side)
    return Backer(organisation, named.name, named.side, True, key.person_name, key.office, signed_at=key.at, content_hash=key.content_hash)  # noqa: FBT003


def _versions(signed: Iterable[Wording]) -> tuple[Version, ...]:
    return tuple(Version(one.number, swedish.local(one.signed_at).date(), one.kind, one.reason) for one in signed if one.signed_at is not None)
