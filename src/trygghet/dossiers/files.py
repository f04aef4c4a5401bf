"""The files of a dossier: everything about a promise in forms that outlive this product. Pure; PDFs and pictures are made by those who ask."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trygghet import canonical, spreadsheet, swedish
from trygghet.agreements.rules import Approval
from trygghet.dossiers import editions, plain
from trygghet.dossiers.sheet import title_of
from trygghet.dossiers.zipped import File
from trygghet.followups import frozen, report
from trygghet.history import log
from trygghet.indicators.rules import NO_CAUSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trygghet.comments.rules import Comment
    from trygghet.copies import rules as published
    from trygghet.deliveries.ledger import Entry
    from trygghet.document import Document as Page
    from trygghet.dossiers.editions import Document
    from trygghet.dossiers.rules import DiaryNumber
    from trygghet.followups.standing import Standing as FollowedUp
    from trygghet.history.rules import Event
    from trygghet.indicators.rules import Series
    from trygghet.obligations.rules import Obligation
    from trygghet.promises.promise import Promise
    from trygghet.updates.standing import Standing
    from trygghet.wordings.rules import Revision, Side, Wording


@dataclass(frozen=True)
class Text:
    """One text of the promise that all parties may read, with its kept revisions, the keys that were turned on it, and what was said about it."""

    wording: Wording
    revisions: Sequence[Revision]
    approvals: Sequence[Approval]
    signatures: Sequence[Approval]
    comments: Sequence[Comment] = ()


@dataclass(frozen=True)
class Dossier:
    """All that the asking organisation may read of one promise. `promise` is None while it is unsigned."""

    promise_id: UUID
    promise: Promise | None
    texts: Sequence[Text]
    duties: Sequence[Obligation]
    updates: Sequence[Standing]  # published, withdrawn ones too
    follow_ups: Sequence[FollowedUp]  # signed
    series: Mapping[UUID, Sequence[Series]]  # beside the goals, by the goal
    deliveries: Sequence[Entry]
    copies: Sequence[published.Copy]  # of all that was published, put right and taken away
    events: Sequence[Event]
    diary_numbers: Sequence[DiaryNumber]
    names: Mapping[UUID, Side]
    organisation_name: str
    by: str
    at: dt.datetime

    @property
    def title(self) -> str:
        """What the promise is called."""
        return self.promise.title if self.promise else title_of(self.texts[-1].wording.manuscript)

    def name_of(self, organisation: UUID | None) -> str:
        """What that organisation is called; the system where there is none."""
        if organisation is None:
            return "Trygghet"
        return self.names[organisation].name if organisation in self.names else "Annan organisation"


# ---------------------------------------------------------------- forms
def as_json(path: str, content: object) -> File:
    """Sorted by key and indented, so that two exports can be compared line by line."""
    return File(path, (json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode())


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _table(path: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> File:
    return File(path, spreadsheet.write(heads, rows))


def _when(moment: dt.datetime | None) -> str:
    return f"{swedish.local(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


# ---------------------------------------------------------------- the promise
def promise_files(dossier: Dossier) -> Iterator[File]:
    """The promise whole, with all that was recorded on it, and each party's own number in its diary."""
    if dossier.promise is not None:
        counted = {row.id for activity in dossier.promise.all_activities for row in activity.standing}
        yield as_json("lofte.json", {"promise": dossier.promise, "standing_outcomes": sorted(counted), "duties": dossier.duties})
        yield _table(
            "utfall.csv",
            ("Aktivitet", "Dag", "Antal", "Plats", "Räknas", "Anteckning", "Part", "Befattning", "Registrerat"),
            (
                (
                    activity.title,
                    row.happened_on.isoformat(),
                    str(row.amount),
                    row.place,
                    "ja" if row.id in counted else "nej, rättat",
                    row.note,
                    dossier.name_of(row.organisation_id),
                    row.reporter_office,
                    _when(row.recorded_at),
                )
                for activity in dossier.promise.all_activities
                for row in sorted(activity.recorded, key=lambda one: (one.recorded_at, one.id))
            ),
        )
        if dossier.series:
            beside = [{"goal": goal.title, "series": dossier.series[goal.id]} for goal in dossier.promise.all_goals if goal.id in dossier.series]
            yield as_json("indikatorer.json", {"about": NO_CAUSE, "beside": beside})
    yield as_json("diarienummer.json", dossier.diary_numbers)


# ---------------------------------------------------------------- every text it has had
@dataclass(frozen=True)
class Copy:
    """One text to be set on paper, too, where it is `signed`."""

    path: str
    document: Document
    record: object
    signed: bool


def copies(dossier: Dossier) -> Iterator[Copy]:
    """Each signed text, and each text that the parties shared on the way there, first to last."""
    texts = [one.wording for one in dossier.texts]
    for place, one in enumerate(dossier.texts, 1):
        folder = f"lydelser/{place:02}-{ {'first': 'nytt-lofte', 'change': 'andring', 'extension': 'forlangning', 'early_end': 'avslut'}[one.wording.kind] }"
        if one.wording.signed_at is not None:
            yield Copy(
                f"{folder}/undertecknad", editions.of_wording(one.wording, one.signatures, dossier.names, texts), _record(one.wording), signed=True
            )
        elif one.wording.withdrawn_at is None:
            yield Copy(f"{folder}/nu", editions.of_wording(one.wording, one.signatures, dossier.names), _record(one.wording), signed=False)
        for revision in one.revisions:
            document = editions.of_wording(one.wording, one.signatures, dossier.names, revision=revision)
            yield Copy(f"{folder}/text-{revision.number:03}", document, _record(one.wording, revision), signed=False)


def _record(wording: Wording, revision: Revision | None = None) -> dict[str, Any]:
    """All that is known of it, and under "hashed" exactly what its SHA-256 is reckoned from."""
    found = revision or wording
    fields = {one.name: getattr(found, one.name) for one in dataclasses.fields(found) if one.name != "manuscript"}
    hashed = {"kind": wording.kind, "manuscript": found.manuscript.as_json(), "number": wording.number, "reason": found.reason}
    return {**fields, "hashed": hashed}


def copy_files(one: Copy) -> Iterator[File]:
    """As data and as text."""
    yield as_json(f"{one.path}.json", one.record)
    yield File(f"{one.path}.txt", plain.text(one.document.sheet).encode())


# ---------------------------------------------------------------- keys
def key_files(dossier: Dossier) -> Iterator[File]:
    """Every approval and signature, fallen ones too."""
    rows = list(_keys(dossier))
    yield as_json("godkannanden.json", rows)
    heads = ("Slag", "Om", "Part", "Namn", "Befattning", "När", "Textens SHA-256", "Föll", "Varför den föll")
    names = ("kind", "about", "party", "name", "office", "at", "content_hash", "fell_at", "fell_why")
    yield _table("godkannanden.csv", heads, ([_when(row[name]) if name in {"at", "fell_at"} else row[name] for name in names] for row in rows))


def _keys(dossier: Dossier) -> Iterator[dict[str, Any]]:
    for text in dossier.texts:
        about = f"{editions.WORDS[text.wording.kind]}, lydelse {text.wording.number}"
        for kind, keys in (("godkännande", text.approvals), ("underskrift", text.signatures)):
            yield from (_key(dossier, kind, about, text.wording.id, one) for one in keys)
    for update in dossier.updates:
        yield from (_key(dossier, "godkännande", f"Uppdatering: {update.update.title}", update.update.id, one) for one in update.approvals)


def _key(dossier: Dossier, kind: str, about: str, subject: UUID, one: Approval) -> dict[str, Any]:
    return {
        "kind": kind,
        "about": about,
        "subject_id": subject,
        "party": dossier.name_of(one.organisation_id),
        "organisation_id": one.organisation_id,
        "name": one.person_name,
        "office": one.office,
        "at": one.at,
        "content_hash": one.content_hash,
        "fell_at": one.fell_at,
        "fell_why": one.fell_why,
    }


# ---------------------------------------------------------------- how each year was followed up
def follow_up_path(one: FollowedUp) -> str:
    """Where a follow-up stands, without the ending."""
    return f"uppfoljningar/{one.room.key}/uppfoljning"


def follow_up_files(dossier: Dossier) -> Iterator[File]:
    """Each signed follow-up: the very bytes that were approved, who approved them, and what each party had said by itself."""
    for one in dossier.follow_ups:
        whole, folder = frozen.of(one), f"uppfoljningar/{one.room.key}"
        yield File(f"{follow_up_path(one)}.json", canonical.text(whole.content).encode())
        keys = [_key(dossier, "godkännande", whole.title, one.room.id, approval) for approval in one.approvals]
        yield as_json(f"{folder}/godkannanden.json", {"content_hash": whole.content_hash, "signed_at": whole.signed_at, "approvals": keys})
        yield as_json(f"{folder}/bedomningar.json", {"handed_in": [row._asdict() for row in one.kept.handed_in], "assessments": one.kept.assessments})
        rows = [(judged.title, said.party, said.chip.text, said.reason) for judged in whole.subjects for said in judged.said]
        yield _table(f"{folder}/bedomningar.csv", ("Vad", "Part", "Bedömning", "Skäl"), rows)


def follow_up_pages(dossier: Dossier) -> Iterator[tuple[str, Page, dt.datetime]]:
    """The same to be set on paper: path, document and its date."""
    for one in dossier.follow_ups:
        assert one.kept.signed_at is not None, "only signed ones are here"
        yield f"{follow_up_path(one)}.pdf", report.document(frozen.of(one)), one.kept.signed_at


# ---------------------------------------------------------------- what was said
def comment_files(dossier: Dossier) -> Iterator[File]:
    """What the parties said to each other beside the texts, and how it was answered."""
    said = [(text.wording, one) for text in dossier.texts for one in text.comments]
    yield as_json("kommentarer.json", [one for _, one in said])
    heads = ("Lydelse", "Om", "Sade", "Föreslog", "I stället för", "Part", "Namn", "Befattning", "När", "Besvarad", "Svar")
    rows = (
        (
            str(wording.number),
            _about(wording, one),
            one.body,
            one.suggested,
            one.was,
            one.organisation_name,
            one.by_name,
            one.by_office,
            _when(one.at),
            _when(one.settled_at),
            one.answer,
        )
        for wording, one in said
    )
    yield _table("kommentarer.csv", heads, rows)


def _about(wording: Wording, one: Comment) -> str:
    part = wording.manuscript.find(one.part_id)
    return part.name if part else "En del som har tagits bort"


# ---------------------------------------------------------------- what went out, and what happened
def receipt_files(dossier: Dossier) -> Iterator[File]:
    """What was sent and what became of it: the asker's own, and all that was published."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.delivery.id,
            "party": dossier.name_of(one.delivery.organisation_id),
            "kind": one.kind,
            "title": one.delivery.title,
            "channel": one.channel,
            "recipient": one.recipient,
            "address": one.delivery.address,
            "due_at": one.delivery.due_at,
            "state": one.delivery.state,
            "state_words": one.chip.text,
            "settled_at": one.delivery.settled_at,
            "reason": one.delivery.reason,
            "remote_url": one.delivery.remote_url,
            "message_id": one.delivery.message_id,
            "attempts": one.delivery.attempts,
        }
        for one in dossier.deliveries
    ]
    yield as_json("kvitton.json", rows)
    heads = ("Part", "Slag", "Rubrik", "Kanal", "Till", "Adress", "Skulle gå", "Läge", "Avgjort", "Varför", "Länk")
    names = ("party", "kind", "title", "channel", "recipient", "address", "due_at", "state_words", "settled_at", "reason", "remote_url")
    yield _table("kvitton.csv", heads, ([_when(row[name]) if name in {"due_at", "settled_at"} else row[name] for name in names] for row in rows))


def history_files(dossier: Dossier) -> Iterator[File]:
    """The log with its hashes, as it is stored and as it reads."""
    yield File("historik.json", log.as_json(dossier.events))
    yield File("historik.csv", log.as_csv(dossier.events, {one: side.name for one, side in dossier.names.items()}))


def update_folder(one: Standing) -> str:
    """Where an update stands: by the day it was published, then by its own id."""
    published = one.update.published_at or one.update.updated_at
    return f"uppdateringar/{swedish.local(published):%Y-%m-%d}-{one.update.id}"


def update_files(dossier: Dossier) -> Iterator[File]:
    """Each update as residents read it."""
    for one in dossier.updates:
        times = {name: getattr(one.update, name) for name in ("published_at", "withdrawn_at", "withdrawn_why", "content_hash")}
        yield as_json(f"{update_folder(one)}/uppdatering.json", {**one.update.rendered, **times})
        gone = f"\nTillbakadragen {_when(one.update.withdrawn_at)}: {one.update.withdrawn_why}\n" if one.update.withdrawn_at else ""
        yield File(f"{update_folder(one)}/uppdatering.txt", f"{one.update.title}\n\n{one.update.body}\n{gone}".encode())
    if dossier.copies:
        yield as_json("kopior.json", [one.as_data for one in dossier.copies])


# ---------------------------------------------------------------- what it all is
README = """\
{title}
{line}

Det här är akten för ett medborgarlöfte: själva löftet, varje text som parterna har delat och
undertecknat, vem som har godkänt och skrivit under, vad som har gjorts, vad invånarna har fått
veta, vad som har skickats och vad som har hänt, i ordning.

Hämtad {when} av {by} för {organisation}.
Den innehåller det som {organisation} får se. Utkast som ingen har delat är inte med.

Diarienummer
{diary}

Filerna
{promise}{texts}{followed}  godkannanden.json/.csv godkännanden och underskrifter, också de som har fallit
  kommentarer.json/.csv  det parterna har sagt till varandra om texterna
{told}  kvitton.json/.csv      utskick: till vem, när, och om det kom fram
  historik.json/.csv     händelserna, kedjade med kontrollsummor
  diarienummer.json      parternas egna diarienummer
  manifest.json          kontrollsumma (SHA-256) och längd för varje fil

CSV-filerna har semikolon mellan kolumnerna och öppnas direkt i ett kalkylprogram. JSON- och
textfilerna är UTF-8. Tider i JSON är i UTC, i övriga filer svensk tid.

Så kontrolleras en text
  SHA-256 räknas på det som står under "hashed" i textens JSON-fil, skrivet som JSON i UTF-8
  med nycklarna i bokstavsordning och utan blanksteg. Svaret ska vara "content_hash".
Så kontrolleras historiken
  SHA-256 för en händelse räknas på alla dess fält utom "hash", skrivna på samma sätt.
  "previous_hash" är händelsen före. Ett nummer som saknas är en händelse som bara den
  andra parten ser.
"""


_PROMISE = """\
  lofte.pdf              löftet som det gäller nu, att läsa och skriva ut
  lofte.json             löftet med alla utfall, också rättade, och alla frister
  utfall.csv             utfallen som tabell
  indikatorer.json       det som mäts vid målen, med alla värden, också ändrade (om något mäts)
"""
_TEXTS = "  lydelser/              varje undertecknad text (PDF, text, JSON) och varje text som har delats\n"
_FOLLOWED = """\
  uppfoljningar/         varje undertecknad uppföljning: PDF, data, godkännanden och vad varje part
                         hade bedömt. SHA-256 av uppfoljning.json är kontrollsumman i PDF-filen
"""
_TOLD = """\
  uppdateringar/         det som har publicerats för invånarna, med bilder
  kopior.json            allt som har gått ut, rättats och tagits bort, plats för plats, som det visades då
"""


def readme(dossier: Dossier) -> File:
    """What the folder is, for somebody who has never heard of the product."""
    diary = [f"  {one.name}: {one.number}" for one in dossier.diary_numbers] or ["  Ingen part har angett något."]
    text = README.format(
        title=dossier.title,
        line="=" * len(dossier.title),
        when=swedish.long_moment(dossier.at),
        by=dossier.by,
        organisation=dossier.organisation_name,
        diary="\n".join(diary),
        promise=_PROMISE if dossier.promise else "",
        texts=_TEXTS if dossier.texts else "",
        followed=_FOLLOWED if dossier.follow_ups else "",
        told=_TOLD if dossier.updates else "",
    )
    return File("README.txt", text.encode())
