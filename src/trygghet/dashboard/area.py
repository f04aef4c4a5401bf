"""What a police area's chief sees: every municipality on a row of its own, on one scale, and where words mean different things."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.dashboard import ends, making, quiet
from trygghet.dashboard.facts import Municipality
from trygghet.dashboard.rules import Lede, ending_sentence, key_text, late_sentence, nobody_sentence
from trygghet.dashboard.telling import Silence, silence
from trygghet.promises.rules import State
from trygghet.silence import rules as hush

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.dashboard.ends import Uncovered
    from trygghet.dashboard.facts import Board, Key, Meaning, Promise
    from trygghet.dashboard.rules import Owed
    from trygghet.signatures.standing import Standing
    from trygghet.silence.rules import Acted, Quiet
    from trygghet.swedish import Chip

_ORDER = {State.ENDING: 0, State.IN_FORCE: 0, State.COMING: 1, State.ENDED: 2, State.ENDED_EARLY: 2, State.REPLACED: 3}
YEARS = 8
"""The common scale is never longer than this; what lies outside is cut."""


@dataclass(frozen=True)
class Next:
    """The nearest thing that remains in a promise."""

    heading: str
    on: dt.date
    late: bool


@dataclass(frozen=True)
class Row:
    """One municipality. `promise` is None where there is none; `more` counts its other promises that are alive."""

    municipality: Municipality
    promise: Promise | None
    more: int
    next: Next | None
    silence: Silence | None
    gap: Uncovered | None = None
    counted: Quiet | None = None
    """Where nothing done has been recorded for longer than was agreed."""
    idle: tuple[Acted, ...] = ()
    """The municipalities in it that have done nothing for long."""


def rows(board: Board, owed: Sequence[Owed], today: dt.date) -> list[Row]:
    """Every municipality of the area, and those outside it that still have a living promise, in the order of the alphabet."""
    known = {one.id: one for one in board.municipalities}
    for promise in board.promises:
        if _ORDER[promise.state(today)] < _ORDER[State.ENDED]:
            for party in promise.municipalities:
                known.setdefault(party.organisation_id, Municipality(party.organisation_id, party.name, party.short, party.slug))
    gaps = {one.municipality.id: one for one in ends.uncovered(board, today)}
    found = [_row(board, owed, one, today) for one in sorted(known.values(), key=lambda one: swedish.sort_key(one.short))]
    return [replace(one, gap=gaps.get(one.municipality.id)) for one in found]


def _row(board: Board, owed: Sequence[Owed], municipality: Municipality, today: dt.date) -> Row:
    theirs = sorted((one for one in board.promises if one.is_for(municipality.id)), key=lambda one: _rank(one, today))
    if not theirs:
        return Row(municipality, None, 0, None, None)
    shown = theirs[0]
    more = sum(1 for one in theirs[1:] if _ORDER[one.state(today)] < _ORDER[State.ENDED])
    counted = next((one for one in hush.quiet(shown.heard, today) if one.kind is hush.Kind.COUNTED), None)
    idle = tuple(quiet.idle_in(shown, shown.municipalities, today))
    return Row(municipality, shown, more, _next(shown, owed, today), silence(shown, today), counted=counted, idle=idle)


def _rank(promise: Promise, today: dt.date) -> tuple[int, int]:
    order, last = _ORDER[promise.state(today)], (promise.validity.last or dt.date.max).toordinal()
    return order, -last if order >= _ORDER[State.ENDED] else last


def _next(promise: Promise, owed: Sequence[Owed], today: dt.date) -> Next | None:
    if promise.state(today) is State.COMING:
        return Next("Löftet börjar gälla", promise.validity.first, late=False)
    nearest = next((row for row in owed if row.promise_id == promise.id and row.duty_id is not None), None)
    return Next(nearest.heading, nearest.on, nearest.late) if nearest else None


def scale(found: Sequence[Row], today: dt.date) -> tuple[dt.date, dt.date]:
    """Whole calendar years that hold today and the validities, at most `YEARS` of them."""
    held = [row.promise.validity for row in found if row.promise]
    first = min([today.year, *(one.first.year for one in held)])
    last = max([today.year, *((one.last or one.known_until).year for one in held)])
    first = max(first, today.year - YEARS // 2) if last - first >= YEARS else first
    return dt.date(first, 1, 1), dt.date(min(last, first + YEARS - 1), 12, 31)


@dataclass(frozen=True)
class KeyCard:
    """One text that waits for this organisation's key: an update, or a promise's. `right` is what the button asks for."""

    place: str
    note: str
    heading: str
    text: str
    button: str
    address: str
    right: str
    text_address: str
    municipalities: frozenset[UUID]


def key_cards(board: Board, organisation: UUID, today: dt.date) -> list[KeyCard]:
    """What waits for a leader here: the promises' own texts first, then the updates."""
    cards = [
        KeyCard(
            one.place,
            _CHANGED if one.what == "changed" else _waited((today - one.since).days),
            one.heading,
            one.text,
            one.button,
            one.address,
            one.right,
            one.text_address,
            making.municipalities(one.standing),
        )
        for one in making.waits(board, organisation)
        if one.is_key
    ]
    for key in board.keys:
        address = f"/uppdateringar/{key.update_id}"
        button = "Se skillnaden" if key.fell_on else "Läs och godkänn"
        promise = board.promise(key.promise_id)
        for_whom = frozenset(party.organisation_id for party in promise.municipalities)
        cards.append(KeyCard(_place(promise), key_note(key, today), key.title, key_text(key), button, address, "approve", address, for_whom))
    return cards


def made_for(board: Board, municipality: UUID) -> list[Standing]:
    """The texts in the making that are for that municipality."""
    return [one for one in board.making if municipality in making.municipalities(one)]


_CHANGED = "ändrad sedan er förra nyckel"


def key_note(key: Key, today: dt.date) -> str:
    """How long a key has been waited for, or that the text has changed since it was turned."""
    if key.fell_on:
        return _CHANGED
    return _waited((today - key.shared_on).days)


def _waited(days: int) -> str:
    return "delad i dag" if days == 0 else f"väntat {swedish.days(days)}"


def short_chip(promise: Promise, today: dt.date) -> Chip:
    """The state in the word or two that a column has room for; days and dates stand beside it."""
    chip = promise.chip(today)
    return chip._replace(text=_WORDS[promise.state(today)])


_WORDS = {
    State.COMING: "Kommande",
    State.IN_FORCE: "Gällande",
    State.ENDING: "Löper ut",
    State.ENDED: "Utgånget",
    State.ENDED_EARLY: "Avslutat i förtid",
    State.REPLACED: "Ersatt",
}


# ---------------------------------------------------------------- the sentence on top
def lede(board: Board, found: Sequence[Row], owed: Sequence[Owed], today: dt.date) -> Lede:
    """Fem kommuner, två nycklar väntar."""
    if not found:
        return Lede("Inga kommuner ännu", "Här kommer lokalpolisområdets kommuner att stå sida vid sida, med sina löften och vad som väntar på er.")
    count = f"{swedish.first_up(swedish.word(len(found)))} {'kommun' if len(found) == 1 else 'kommuner'}"
    keys, late = len(board.keys) + sum(1 for row in owed if row.is_key and row.key_id is None), sum(1 for row in owed if row.late and not row.gap)
    if keys:
        waits = f"{swedish.word(keys)} {'nyckel' if keys == 1 else 'nycklar'} väntar"
    elif late:
        waits = f"{swedish.word(late)} {'försenad frist' if late == 1 else 'försenade frister'}"
    else:
        waits = "inget väntar på er"
    gaps = [row.gap for row in found if row.gap]
    told = [
        nobody_sentence(owed),
        ends.sentence(gaps, alone=len(found) == 1),
        late_sentence(board, owed, today),
        _quietest(found),
        _without(found),
        ending_sentence(board, today),
    ]
    return Lede(f"{count}, {waits}", " ".join(sentence for sentence in told if sentence))


def _quietest(found: Sequence[Row]) -> str:
    """Where residents have heard nothing for longest, of what was agreed; otherwise where they have heard nothing at all."""
    quiet = [(row.silence.days, row) for row in found if row.silence and row.silence.too_long and row.silence.days is not None]
    days, row = max(quiet, key=lambda pair: pair[0], default=(0, None))
    never = [one for one in ([row] if row else found) if one.silence and one.silence.days is not None and one.promise and one.promise.told_on is None]
    if never:
        return f"I {swedish.listed([one.municipality.short for one in never[:3]])} har invånarna inte fått veta något än."
    return f"{row.municipality.short} är tystast: {swedish.days(days)} sedan invånarna fick veta något." if row else ""


def _without(found: Sequence[Row]) -> str:
    count = sum(1 for row in found if row.promise is None)
    return "" if count == 0 else f"{swedish.first_up(swedish.word(count))} {'kommun' if count == 1 else 'kommuner'} har inget löfte."


# ---------------------------------------------------------------- the same word with another meaning
@dataclass(frozen=True)
class Drift:
    """A word that living promises define differently. `places` are all that use it; `meanings` say what it means, and where."""

    term: str
    places: tuple[str, ...]
    meanings: tuple[tuple[str, str], ...]


def drift(board: Board, today: dt.date) -> list[Drift]:
    """Words whose numbers must not be compared, in the order of the alphabet. Spaces and capitals are no difference."""
    alive = {one.id: one for one in board.promises if _ORDER[one.state(today)] < _ORDER[State.ENDED]}
    terms: dict[str, list[Meaning]] = {}
    for one in board.meanings:
        if one.promise_id in alive:
            terms.setdefault(_plain(one.term), []).append(one)
    found = [
        _drift([(_place(alive[one.promise_id]), one) for one in same])
        for _, same in sorted(terms.items(), key=lambda pair: swedish.sort_key(pair[0]))
    ]
    return [one for one in found if len(one.meanings) > 1]


def _drift(uses: list[tuple[str, Meaning]]) -> Drift:
    uses.sort(key=lambda use: swedish.sort_key(use[0]))
    meanings: dict[str, tuple[list[str], str]] = {}
    for place, one in uses:
        meanings.setdefault(_plain(one.meaning), ([], one.meaning))[0].append(place)
    return Drift(
        uses[0][1].term, tuple(place for place, _ in uses), tuple((swedish.listed(places), meaning) for places, meaning in meanings.values())
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def _place(promise: Promise) -> str:
    return ", ".join(party.short for party in promise.municipalities) or promise.area_name
