"""What is logged of a promise, the sentence for each act, and whether a chain is whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import swedish

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = Mapping[str, "str | int | list[str]"]
"""What fills an act's sentence. `why` and `note` stand below it. No decimals: a database may write a decimal in more than one way."""


class Told(NamedTuple):
    """How an act reads. `kind` is what the list may be narrowed to; `right` names the right by which it is done, for the office."""

    kind: str
    sentence: str
    right: str = "write"


KINDS = {
    "text": "Texten",
    "keys": "Godkännanden och underskrifter",
    "comments": "Kommentarer",
    "outcomes": "Utfall",
    "duties": "Frister",
    "followups": "Uppföljning",
    "updates": "Uppdateringar",
    "series": "Indikatorer",
    "matter": "Ärendet",
}

ACTS: dict[str, Told] = {
    "wording.started": Told("text", "Började skriva {kind}"),
    "wording.edited": Told("text", "Ändrade texten"),
    "wording.shared": Told("text", "Delade texten med {others}", "share"),
    "wording.withdrawn": Told("text", "Drog tillbaka texten"),
    "wording.discarded": Told("text", "Slängde utkastet"),
    "wording.reopened": Told("keys", "Öppnade texten igen"),
    "wording.approved": Told("keys", "Godkände texten", "approve"),
    "wording.rejected": Told("keys", "Avvisade texten", "approve"),
    "wording.signed": Told("keys", "Skrev under", "approve"),
    "approval.fell": Told("keys", "Godkännandet från {party} föll"),
    "signature.fell": Told("keys", "Underskriften från {party} föll"),
    "comment.written": Told("comments", "Kommenterade {part}", "comment"),
    "comment.settled": Told("comments", "Markerade en kommentar till {part} som besvarad", "comment"),
    "suggestion.made": Told("comments", "Föreslog en annan lydelse av {part}", "comment"),
    "suggestion.taken": Told("comments", "Tog in ett förslag om {part}"),
    "suggestion.declined": Told("comments", "Lade undan ett förslag om {part}"),
    "promise.entered": Told("text", "Lade in löftet, som redan var undertecknat"),
    "promise.in_force": Told("text", "Alla parter har skrivit under löftet"),
    "promise.changed": Told("text", "Alla parter har skrivit under ändringen"),
    "promise.extended": Told("text", "Alla parter har skrivit under förlängningen"),
    "promise.ended_early": Told("text", "Alla parter har skrivit under att löftet avslutas i förtid"),
    "outcome.recorded": Told("outcomes", "Registrerade {amount} den {day}: {activity}", "report"),
    "outcome.corrected": Told("outcomes", "Rättade {was} den {was_day} till {amount} den {day}: {activity}", "report"),
    "outcome.imported": Told("outcomes", "Läste in {rows} från en fil, {amount} sammanlagt, {first} till {last}", "report"),
    "obligation.marked": Told("duties", "Markerade som klart: {title}", "mark"),
    "obligation.unmarked": Told("duties", "Tog tillbaka klarmarkeringen av: {title}", "mark"),
    "renewal.declined": Told("duties", "Sade att det inte blir något nytt löfte", "approve"),
    "renewal.reconsidered": Told("duties", "Tog tillbaka att det inte blir något nytt löfte", "approve"),
    "followup.handed_in": Told("followups", "Lämnade in sin bedömning: {title}", "assess"),
    "followup.taken_back": Told("followups", "Tog tillbaka sin bedömning: {title}", "assess"),
    "followup.opened": Told("followups", "Förseglingen bröts, alla har lämnat in: {title}", "assess"),
    "followup.written": Told("followups", "Skrev i det gemensamma: {title}", "assess"),
    "followup.refreshed": Told("followups", "Hämtade nya siffror: {title}", "assess"),
    "followup.approved": Told("followups", "Godkände: {title}", "approve"),
    "followup.key_fell": Told("followups", "Godkännandet från {party} föll: {title}"),
    "followup.signed": Told("followups", "Alla parter har godkänt: {title}", "approve"),
    "merge.proposed": Told("followups", "Föreslog att {year} följs upp tillsammans med nästa år", "assess"),
    "merge.withdrawn": Told("followups", "Drog tillbaka förslaget att {year} följs upp tillsammans med nästa år", "assess"),
    "merge.approved": Told("followups", "Godkände att {year} följs upp tillsammans med nästa år", "approve"),
    "merge.agreed": Told("followups", "Alla parter har godkänt att {year} följs upp tillsammans med nästa år", "approve"),
    "report.made": Told("duties", "Gjorde ett utkast: {title}"),
    "report.discarded": Told("duties", "Slängde utkastet: {title}"),
    "report.handed_in": Told("duties", "Lämnade {title}", "mark"),
    "report.noted": Told("duties", "Antecknade om {title}: {noted}", "mark"),
    "report.corrected": Told("duties", "Rättade om {title}: {was} blev {noted}", "mark"),
    "rhythm.added": Told("duties", "Lade till en egen rapport till {receiver}"),
    "rhythm.removed": Told("duties", "Tog bort en egen rapport till {receiver}"),
    "meetings.changed": Told("duties", "Ändrade sammanträdesdagarna för {body}, och rapporter fick nya dagar"),
    "ladder.changed": Told("duties", "Ändrade när organisationen påminns om {what} i det här löftet", "set_ladders"),
    "ladder.reset": Told("duties", "Lät organisationens vanliga steg gälla för påminnelser om {what} i det här löftet", "set_ladders"),
    "update.written": Told("updates", "Skrev en uppdatering: {title}"),
    "update.edited": Told("updates", "Ändrade uppdateringen: {title}"),
    "update.shared": Told("updates", "Lämnade uppdateringen för godkännande: {title}", "share"),
    "update.approved": Told("updates", "Godkände uppdateringen: {title}", "approve"),
    "update.key_fell": Told("updates", "Godkännandet från {party} föll, av uppdateringen: {title}"),
    "update.published": Told("updates", "Publicerade uppdateringen: {title}"),
    "update.corrected": Told("updates", "Rättade det som var publicerat: {title}"),
    "update.stopped": Told("updates", "Stoppade uppdateringen innan den gick ut: {title}"),
    "update.correction_stopped": Told("updates", "Slängde rättelsen innan den gick ut: {title}"),
    "update.withdrawn": Told("updates", "Drog tillbaka uppdateringen: {title}"),
    "update.discarded": Told("updates", "Slängde utkastet till en uppdatering: {title}"),
    "retelling.offered": Told("text", "Lämnade en sammanfattning för godkännande, {language}"),
    "retelling.approved": Told("keys", "Godkände sammanfattningen, {language}", "approve"),
    "retelling.published": Told("text", "Alla parter har godkänt sammanfattningen, och invånarna kan läsa den, {language}", "approve"),
    "retelling.withdrawn": Told("text", "Drog tillbaka sammanfattningen, {language}", "share"),
    "delivery.retried": Told("updates", "Lät det skickas igen: {title}", "settle"),
    "delivery.arrived": Told("updates", "Avgjorde att det hade kommit fram: {title}", "settle"),
    "delivery.by_hand": Told("updates", "Gjorde det för hand: {title}", "settle"),
    "delivery.lost": Told("updates", "Avgjorde att det inte hade kommit fram: {title}", "settle"),
    "series.attached": Told("series", "Lade indikatorn ”{name}” vid målet ”{goal}”"),
    "series.detached": Told("series", "Tog bort indikatorn ”{name}” från målet ”{goal}”"),
    "series.described": Told("series", "Ändrade uppgifterna om indikatorn ”{name}”"),
    "series.observed": Told("series", "Lade in {value} för {year} i indikatorn ”{name}”"),
    "series.revised": Told("series", "Ändrade {was} till {value} för {year} i indikatorn ”{name}”"),
    "series.read_in": Told("series", "Tog in {values} i indikatorn ”{name}” från {origin}"),
    "diary.set": Told("matter", "Satte diarienumret {number}"),
    "diary.removed": Told("matter", "Tog bort diarienumret {number}"),
    "dossier.exported": Told("matter", "Hämtade akten", "read"),
}
"""Every act there is. A word in braces must be given with the act."""

WORDINGS = {"first": "löftet", "change": "en ändring", "extension": "en förlängning", "early_end": "ett avslut i förtid"}
"""What was begun, by the wording's kind."""


@dataclass(frozen=True)
class Actor:
    """Who did it, as it shall read also when that person has left."""

    person_id: UUID
    name: str
    office: str


@dataclass(frozen=True)
class Entry:
    """One act to be logged. `version` says which text, "1.4" for the first wording's fourth revision; what is not `shared` its own organisation alone sees."""

    act: str
    subject_id: UUID | None = None
    version: str = ""
    content_hash: str = ""
    words: Words = field(default_factory=dict)
    shared: bool = True


@dataclass(frozen=True)
class Event:
    """One link of a promise's chain. Without a person it was the system that acted, on behalf of the organisation."""

    id: UUID
    promise_id: UUID
    seq: int
    at: dt.datetime
    organisation_id: UUID
    person_id: UUID | None
    person_name: str
    office: str
    act: str
    subject_id: UUID | None
    version: str
    content_hash: str
    words: Words
    shared: bool
    previous_hash: str
    hash: str


def kind(act: str) -> str:
    """One of `KINDS`; nothing for an act that this version does not know."""
    told = ACTS.get(act)
    return told.kind if told else ""


def needed_words(act: str) -> set[str]:
    """The words that the act's sentence asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(ACTS[act].sentence) if name}


def sentence(act: str, words: Words) -> str:
    """What was done, without who did it. An act that this version does not know is shown by its name."""
    told = ACTS.get(act)
    return told.sentence.format_map({name: _word(name, value) for name, value in words.items()}) if told else act


def _word(name: str, value: str | int | list[str]) -> str:
    if name == "kind":
        return WORDINGS.get(str(value), str(value))
    return swedish.listed(value) if isinstance(value, list) else str(value)


def link_hash(event: Event) -> str:
    """SHA-256 of the event's canonical JSON: every column but the hash itself, the previous link's hash included."""
    told = {name: plain(value) for name, value in vars(event).items() if name != "hash"}
    return hashlib.sha256(_CANONICAL.encode(told).encode()).hexdigest()


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def plain(value: object) -> object:
    """A column as the canonical JSON has it: ids as text, moments in UTC to the microsecond."""
    if isinstance(value, UUID):
        return str(value)
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds") if isinstance(value, dt.datetime) else value


# ---------------------------------------------------------------- is the chain whole?
class Head(NamedTuple):
    """How far a chain has come, as it is remembered beside it."""

    seq: int
    hash: str


class Fault(NamedTuple):
    """A place where a chain is broken: the event's number, and what is wrong there."""

    promise_id: UUID
    seq: int
    wrong: str


class Walk:
    """Follows one promise's chain link by link, in order, and says where it is broken. Holds no more than the last link."""

    def __init__(self, promise_id: UUID) -> None:
        self.promise_id = promise_id
        self.last = Head(0, "")

    def step(self, event: Event) -> Iterator[Fault]:
        """The next event."""
        if event.seq != self.last.seq + 1:
            yield Fault(self.promise_id, self.last.seq + 1, _missing(self.last.seq + 1, event.seq - 1))
        elif event.previous_hash != self.last.hash:
            yield Fault(self.promise_id, event.seq, "den hänger inte ihop med händelsen före")
        if event.hash != link_hash(event):
            yield Fault(self.promise_id, event.seq, "den har ändrats")
        self.last = Head(event.seq, event.hash)

    def end(self, head: Head | None) -> Iterator[Fault]:
        """What is remembered of where the chain ends; None where nothing is."""
        if head is None:
            yield Fault(self.promise_id, self.last.seq, "uppgiften om var kedjan slutar saknas")
        elif head.seq > self.last.seq:
            yield Fault(self.promise_id, self.last.seq + 1, _missing(self.last.seq + 1, head.seq))
        elif head != self.last:
            yield Fault(self.promise_id, self.last.seq, "kedjan slutar inte där den ska")


def _missing(first: int, last: int) -> str:
    return "den saknas" if first == last else f"den och alla till och med {last} saknas"
