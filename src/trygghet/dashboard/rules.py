"""What a dashboard says: what is owed, in which order and words, and the sentence on top."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish
from trygghet.dashboard import ends, making
from trygghet.obligations import renewal
from trygghet.obligations.rules import MARKING, Kind
from trygghet.promises.rules import State
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.dashboard.ends import Uncovered
    from trygghet.dashboard.facts import Board, Duty, Key, Promise
    from trygghet.dashboard.making import Wait

AHEAD = 92
"""A duty waits for someone once it is due within so many days: the quarter that lies ahead."""
NEAR = 14
"""From so many days before, the days that are left are shown as a warning."""
SHOWN = 8
"""More rows than this are counted and linked to, not shown: the page must stay a page."""
LONG_AGO = 60
"""What is late by more days than this is told by its date; nobody counts that far."""
OVER = {State.ENDED, State.ENDED_EARLY, State.REPLACED}


# ---------------------------------------------------------------- what we owe
class Way(NamedTuple):
    """Where one goes to do it. `right` is what one must be allowed to do there; who may not is led elsewhere."""

    text: str
    address: str
    right: str
    otherwise: str
    otherwise_address: str


@dataclass(frozen=True)
class Owed:
    """One row of what is owed. `mark` is what the button that marks it done says, empty where it cannot be marked yet.

    `way` leads to what is done elsewhere. `wanted_from` is the day from which it waits for someone, where that is not a quarter ahead.
    """

    on: dt.date
    heading: str
    text: str
    chip: Chip | None
    late: bool
    promise_id: UUID | None
    short: str
    duty_id: UUID | None = None
    key_id: UUID | None = None
    mark: str = ""
    way: Way | None = None
    wanted_from: dt.date | None = None
    gap: bool = False
    """Whether it is about days that no promise covers."""
    is_key: bool = False
    """Whether it waits for a leader's yes or signature."""
    makes: bool = False
    """Whether it is a report that can be made from the facts in one step."""
    nobody: Chip | None = None
    """Where nobody is left who can do it or be reminded of it."""


def is_ours(duty: Duty, organisation: UUID) -> bool:
    """Whether something remains for this organisation to do about it."""
    return not duty.done and organisation not in duty.marked


def owed(board: Board, organisation: UUID, today: dt.date) -> list[Owed]:
    """All that remains, nearest first; a key is asked for today, or on the day before which the update may not go out."""
    gaps, ours = ends.uncovered(board, today), [duty for duty in board.duties if is_ours(duty, organisation)]
    rows = [
        replace(
            _owed_end(board, duty, gaps, organisation, today) if duty.kind == Kind.RENEWAL else _owed_duty(board, duty, today),
            nobody=nobody(board, duty, organisation),
        )
        for duty in ours
    ]
    told = {duty.promise_id for duty in ours if duty.kind == Kind.RENEWAL}
    rows += [_owed_gap(one, today) for one in gaps if one.gap.last is not None or one.before is None or one.before.id not in told]
    rows += [_owed_key(board, key, today) for key in board.keys]
    rows += [_owed_wait(wait, today) for wait in making.waits(board, organisation)]
    return sorted(rows, key=lambda row: (row.on, not row.is_key, row.heading))


def nobody(board: Board, duty: Duty, organisation: UUID) -> Chip | None:
    """The red mark of a duty that has nobody left: here, where the seats are empty; at any party, where its last reminder found no one."""
    if board.empty:
        return Chip("bad", "late", "Ingen är kvar hos er som kan göra det")
    names = [party.short for party in (board.promise(duty.promise_id).parties if duty.promise_id else ()) if party.organisation_id in duty.unheard]
    if not names and organisation in duty.unheard:
        names = ["er"]
    return Chip("bad", "late", f"Påminnelsen nådde ingen hos {swedish.listed(names)}") if names else None


def nobody_sentence(rows: Sequence[Owed]) -> str:
    """How many duties have nobody left, for the top of the page."""
    count = sum(row.nobody is not None for row in rows)
    return "" if count == 0 else f"{swedish.first_up(swedish.word(count))} {'frist' if count == 1 else 'frister'} har ingen kvar som kan påminnas."


def waiting(rows: Sequence[Owed], today: dt.date) -> list[Owed]:
    """Those that wait for someone now: late, in the quarter ahead, an end within half a year, or a key."""
    return [row for row in rows if row.is_key or (row.wanted_from or row.on - dt.timedelta(days=AHEAD)) <= today]


def _owed_end(board: Board, duty: Duty, gaps: Sequence[Uncovered], organisation: UUID, today: dt.date) -> Owed:
    promise, left = board.promise(duty.promise_id), (duty.due_on - today).days
    ending, opened = ends.ending(board, duty, promise, organisation), ends.opened_by(promise, gaps)
    task = renewal.task(ending, today)
    heading, chip = task.heading, _duty_chip(duty, left)
    if opened:
        where = f" i {swedish.listed([one.municipality.short for one in opened])}" if promise.municipalities[1:] else ""
        heading, chip = f"Inget löfte gäller{where} sedan {swedish.long_date(opened[0].gap.first)}", opened[0].chip(today)
    return Owed(
        duty.due_on,
        heading,
        task.text,
        chip if today >= ending.wanted_from else None,
        left < 0,
        promise.id,
        _whose(promise),
        duty_id=duty.id,
        way=Way(task.button, task.address, task.right, "Se fristen", f"/frister#frist-{duty.id}") if task.button else None,
        wanted_from=ending.wanted_from,
        gap=bool(opened),
    )


def _owed_gap(one: Uncovered, today: dt.date) -> Owed:
    see = ("Se löftet", f"/loften/{one.before.id}") if one.before else ("Så ser invånarna det", f"/{one.municipality.slug}")
    way = Way(*see, "read", *see) if one.before or one.gap.last else Way("Börja på ett löfte", "/loften/ny", "write", *see)
    return Owed(
        one.gap.first,
        one.heading,
        ends.gap_text(one, today),
        one.chip(today),
        one.is_now,
        one.before.id if one.before else None,
        one.municipality.short,
        way=way,
        wanted_from=today,
        gap=True,
    )


def _owed_duty(board: Board, duty: Duty, today: dt.date) -> Owed:
    promise, left = board.promise(duty.promise_id) if duty.promise_id else None, (duty.due_on - today).days
    begun = duty.period_from is None or duty.period_from <= today
    return Owed(
        duty.due_on,
        duty.title,
        _duty_text(duty, promise, left),
        _duty_chip(duty, left),
        left < 0,
        duty.promise_id,
        _whose(promise) if promise else "",
        duty_id=duty.id,
        mark=MARKING.get(Kind(duty.kind), "") if begun else "",
        way=_way(duty),
        makes=begun and duty.kind == Kind.REPORT,
    )


def _way(duty: Duty) -> Way | None:
    """What is not marked is done on a page of its own."""
    see = ("Se fristen", f"/frister#frist-{duty.id}")
    if duty.kind == Kind.FOLLOW_UP:
        return Way("Öppna rummet", f"/uppfoljning/{duty.id}", "read", *see)
    return Way("Anteckna", "/lagen", "write", "Se vad lagen kräver", "/lagen") if duty.kind == Kind.STATUTE else None


def _duty_chip(duty: Duty, left: int) -> Chip | None:
    if left < 0:
        return Chip("bad", "late", f"{swedish.days(-left)} försenat")
    if left <= NEAR or duty.kind in {Kind.RENEWAL, Kind.REVIEW}:
        return Chip("warn", "hour", "I dag" if left == 0 else f"{swedish.days(left)} kvar")
    return None


def _duty_text(duty: Duty, promise: Promise | None, left: int) -> str:
    tail = "" if left < 0 or left <= NEAR else f" {swedish.days(left)} kvar."
    if duty.kind == Kind.REVIEW:
        return (
            "Löftet gäller tills vidare. Ni har kommit överens om att se över det."
            if promise and promise.validity.last is None
            else "Ni har kommit överens om att se över löftet."
        )
    if duty.kind == Kind.FOLLOW_UP:
        return f"Den görs i sitt rum och är klar när alla parter har undertecknat den.{tail}"
    if duty.kind == Kind.STATUTE:
        return f"Det följer av lagen om kommuners ansvar för brottsförebyggande arbete.{tail}"
    if duty.kind == Kind.REPORT and duty.period_from and duty.period_until:
        return f"Gäller {swedish.day_month(duty.period_from)} till och med {swedish.day_month(duty.period_until)}.{tail}"
    return f"Dagen står i löftet.{tail}"


def _owed_key(board: Board, key: Key, today: dt.date) -> Owed:
    promise = board.promise(key.promise_id)
    on = max(key.earliest_on or today, today)
    return Owed(
        on,
        f"Er nyckel: ”{key.title}”",
        key_text(key),
        None,
        late=False,
        promise_id=promise.id,
        short=_whose(promise),
        key_id=key.update_id,
        is_key=True,
    )


def _owed_wait(wait: Wait, today: dt.date) -> Owed:
    way = Way(wait.button, wait.address, wait.right, "Läs texten", wait.text_address)
    return Owed(today, wait.heading, wait.text, None, late=False, promise_id=None, short=wait.place, way=way, wanted_from=today, is_key=wait.is_key)


def key_text(key: Key) -> str:
    """Who has approved, what has fallen, and what happens then."""
    parts = []
    if key.fell_on:
        parts.append(f"Texten har ändrats sedan ni godkände den, så er nyckel föll {swedish.day_month(key.fell_on)}.")
    if key.turned:
        parts.append(f"{swedish.listed([name for name, _ in key.turned])} godkände {swedish.day_month(key.turned[-1][1])}.")
    elif not key.fell_on:
        parts.append(f"{key.sender} delade den {swedish.day_month(key.shared_on)}. Ingen har godkänt än.")
    channels = f"{swedish.first_up(swedish.word(key.channels))} {'kanal' if key.channels == 1 else 'kanaler'} väntar"
    parts.append(f"{channels}, tidigast {swedish.day_month(key.earliest_on)}." if key.earliest_on else f"{channels}.")
    return " ".join(parts)


def halfway(board: Board, organisation: UUID) -> list[tuple[Duty, tuple[str, ...]]]:
    """Joint duties where this organisation is done and others are not, with their names."""
    return [
        (duty, tuple(party.name for party in board.promise(duty.promise_id).others(organisation) if party.organisation_id not in duty.marked))
        for duty in board.duties
        if not duty.done and organisation in duty.marked
    ]


# ---------------------------------------------------------------- the sentence on top
@dataclass(frozen=True)
class Lede:
    """The page's heading and its one paragraph."""

    heading: str
    text: str


def municipality_lede(board: Board, rows: Sequence[Owed], organisation: UUID, today: dt.date) -> Lede:
    """Fyra saker väntar på er. Rapporten till BRÅ är fyra dagar sen."""
    if not board.promises and not rows:
        return Lede("Inget löfte ännu", "Här kommer ni att se vad ni har lovat, vad som återstår och om invånarna har fått veta det.")
    now = waiting(rows, today)
    heading = (
        "Inget väntar på er just nu" if not now else f"{swedish.first_up(swedish.word(len(now)))} {'sak' if len(now) == 1 else 'saker'} väntar på er"
    )
    told = [
        nobody_sentence(rows),
        ends.sentence(ends.uncovered(board, today), alone=True),
        late_sentence(board, rows, today),
        making.sentence(board, organisation),
        keys_sentence(board.keys),
        ending_sentence(board, today),
        next_sentence(rows, now),
    ]
    return Lede(heading, " ".join(sentence for sentence in told if sentence))


def late_sentence(board: Board, rows: Sequence[Owed], today: dt.date) -> str:
    """What is late, the worst first. Days without a promise have a sentence of their own."""
    late = [row for row in rows if row.late and not row.gap]
    if not late:
        return ""
    if len(late) > 1:
        return f"{swedish.first_up(swedish.word(len(late)))} frister är försenade, den äldsta sedan {swedish.long_date(late[0].on)}."
    duty = next(one for one in board.duties if one.id == late[0].duty_id)
    if duty.kind == Kind.RENEWAL:
        return f"Löftet gick ut {swedish.long_date(duty.due_on)} och inget nytt är undertecknat."
    name = {
        Kind.REPORT: f"Rapporten till {duty.receiver}",
        Kind.FOLLOW_UP: f"Den gemensamma uppföljningen för {duty.title.partition(' för ')[2] or duty.due_on.year}",
        Kind.REVIEW: "Översynen av löftet",
        Kind.STATUTE: duty.title,
    }.get(Kind(duty.kind), f"”{duty.title}”")
    days = (today - duty.due_on).days
    if days > LONG_AGO:
        return f"{name} skulle ha varit klar {swedish.long_date(duty.due_on)}."
    return f"{name} är {swedish.word(days)} {'dag' if days == 1 else 'dagar'} sen."


def keys_sentence(keys: Sequence[Key]) -> str:
    """How many updates wait for this organisation's key, and whether the others have turned theirs."""
    if not keys:
        return ""
    if len(keys) > 1:
        return f"{swedish.first_up(swedish.word(len(keys)))} uppdateringar väntar på er nyckel."
    turned = [name for name, _ in keys[0].turned]
    return f"En uppdatering som {swedish.listed(turned)} redan har godkänt väntar på er nyckel." if turned else "En uppdatering väntar på er nyckel."


def ending_sentence(board: Board, today: dt.date) -> str:
    """What ends within the time in which a promise counts as ending."""
    ending = sorted(
        ((left, one) for one in board.promises if one.state(today) is State.ENDING and (left := one.days_left(today)) is not None),
        key=lambda pair: pair[0],
    )
    if not ending:
        return ""
    left, first = ending[0]
    when = swedish.when(left)
    if len(ending) == 1:
        alive = sum(1 for one in board.promises if one.state(today) not in OVER)
        whose = f"Löftet i {first.area_name}" if alive > 1 else "Löftet"
        return f"{whose} går ut {when}."
    same = [one for days, one in ending if days == left]
    if len(same) == len(ending) and first.validity.last:
        return f"{swedish.first_up(swedish.word(len(same)))} löften går ut samma dag, {swedish.day_month(first.validity.last)}."
    return f"{swedish.first_up(swedish.word(len(ending)))} löften löper ut, det första {when}."


def next_sentence(rows: Sequence[Owed], now: Sequence[Owed]) -> str:
    """Where nothing waits: what comes next, so that a quiet page is no riddle."""
    if now:
        return ""
    return f"Närmast ligger {swedish.long_date(rows[0].on)}: {swedish.first_down(rows[0].heading)}." if rows else "Inga frister är planerade."


def _whose(promise: Promise) -> str:
    return ", ".join(party.short for party in promise.municipalities) or promise.area_name
