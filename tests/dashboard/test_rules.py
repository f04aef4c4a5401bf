"""The sentences of the first page, from facts alone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest

from trygghet.dashboard import area, cards, rules, telling
from trygghet.dashboard.facts import Activity, Arrival, Board, Duty, Key, Meaning, Municipality, Party, Promise
from trygghet.obligations.rules import MARKING, Kind
from trygghet.periods import Validity
from trygghet.promises.counting import Done

TODAY = dt.date(2024, 10, 1)
AMAL, MELLERUD, POLICE = (uuid.uuid4() for _ in range(3))
KOMMUN, POLIS = Party(AMAL, "Åmåls kommun", "Åmål", "amal", "municipality"), Party(POLICE, "LPO Östra Fyrbodal", "LPO ÖF", "lpo", "police")
GRANNE = Party(MELLERUD, "Melleruds kommun", "Mellerud", "mellerud", "municipality")


def _promise(**changes: Any) -> Promise:
    found = Promise(
        uuid.uuid4(), "Löftet", "Åmål", "signed", Validity(dt.date(2023, 1, 1), dt.date(2024, 12, 31)), 30, dt.date(2024, 9, 19), (KOMMUN, POLIS)
    )
    return replace(found, **changes)


def _duty(promise: Promise, kind: str = "follow_up", due_on: dt.date = dt.date(2024, 12, 31), **changes: Any) -> Duty:
    title = {"follow_up": "Gemensam uppföljning för 2024", "report": "Lägesrapport för tertial 2 till BRÅ", "renewal": "Löftet går ut"}.get(
        kind, "Belysning"
    )
    found = Duty(uuid.uuid4(), promise.id, kind, title, due_on, None, None, "BRÅ" if kind == "report" else "", frozenset(), done=False)
    return replace(found, **changes)


def _key(promise: Promise, **changes: Any) -> Key:
    found = Key(
        uuid.uuid4(),
        promise.id,
        "Dialogen är hållen",
        dt.date(2024, 9, 25),
        None,
        3,
        (("LPO Östra Fyrbodal", dt.date(2024, 9, 28)),),
        None,
        "Åmåls kommun",
    )
    return replace(found, **changes)


def _board(*promises: Promise, **parts: Any) -> Board:
    return replace(Board(promises, (), ()), **parts)


def _lede(board: Board) -> rules.Lede:
    return rules.municipality_lede(board, rules.owed(board, AMAL, TODAY), AMAL, TODAY)


# ---------------------------------------------------------------- what is owed
def test_a_duty_is_ours_until_we_have_marked_it_or_it_is_done() -> None:
    promise = _promise()
    duty = _duty(promise)
    assert [
        rules.is_ours(one, AMAL)
        for one in (duty, replace(duty, marked=frozenset({POLICE})), replace(duty, marked=frozenset({AMAL})), replace(duty, done=True))
    ] == [True, True, False, False]
    board = _board(promise, duties=(replace(duty, marked=frozenset({AMAL})),))
    assert rules.owed(board, AMAL, TODAY) == []
    assert [names for _, names in rules.halfway(board, AMAL)] == [("LPO Östra Fyrbodal",)]


def test_nearest_comes_first_and_late_before_all() -> None:
    promise = _promise()
    board = _board(
        promise,
        duties=(_duty(promise), _duty(promise, "report", dt.date(2024, 9, 27)), _duty(promise, "renewal")),
        keys=(_key(promise, earliest_on=dt.date(2024, 10, 4)),),
    )
    rows = rules.owed(board, AMAL, TODAY)
    assert [(row.on.isoformat(), row.late) for row in rows] == [
        ("2024-09-27", True),
        ("2024-10-04", False),
        ("2024-12-31", False),
        ("2024-12-31", False),
    ]
    assert rows[0].chip == ("bad", "late", "4 dagar försenat")
    assert rows[1].key_id is not None
    assert rows[3].heading == "Löftet går ut utan efterföljare"
    assert rows[3].text == (
        "Inget nytt är påbörjat. Ett utkast skulle ha delats 30 september 2024. Den 1 januari säger den publika sidan av sig själv att löftet har gått ut."
    )


def test_what_cannot_be_marked_yet_has_no_button() -> None:
    promise = _promise()
    duties = (_duty(promise, "report", period_from=dt.date(2024, 10, 2)), _duty(promise, "report", period_from=TODAY))
    assert [row.mark for row in rules.owed(_board(promise, duties=duties), AMAL, TODAY)] == ["", MARKING[Kind.REPORT]]


def test_what_is_done_on_a_page_of_its_own_leads_there() -> None:
    promise = _promise()
    follow_up, by_law = _duty(promise), _duty(promise, "statute", title="Uppföljningen av åtgärdsplanen", promise_id=None)
    rows = rules.owed(_board(promise, duties=(follow_up, by_law)), AMAL, TODAY)
    assert [(row.mark, row.way.address if row.way else "") for row in rows] == [("", f"/uppfoljning/{follow_up.id}"), ("", "/lagen")]
    assert (rows[1].promise_id, rows[1].short) == (None, "")


@pytest.mark.parametrize(("due", "waits"), [(dt.date(2018, 12, 31), True), (TODAY, True), (dt.date(2025, 1, 1), True), (dt.date(2025, 1, 2), False)])
def test_what_waits_is_late_or_due_within_a_quarter(due: dt.date, *, waits: bool) -> None:
    promise = _promise()
    assert bool(rules.waiting(rules.owed(_board(promise, duties=(_duty(promise, due_on=due),)), AMAL, TODAY), TODAY)) is waits


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "LPO Östra Fyrbodal godkände 28 september. Tre kanaler väntar."),
        ({"turned": (), "channels": 1}, "Åmåls kommun delade den 25 september. Ingen har godkänt än. En kanal väntar."),
        (
            {"turned": (), "fell_on": dt.date(2024, 9, 30)},
            "Texten har ändrats sedan ni godkände den, så er nyckel föll 30 september. Tre kanaler väntar.",
        ),
        ({"earliest_on": dt.date(2024, 10, 4)}, "LPO Östra Fyrbodal godkände 28 september. Tre kanaler väntar, tidigast 4 oktober."),
    ],
)
def test_what_is_said_of_a_key(changes: dict[str, Any], text: str) -> None:
    assert rules.key_text(_key(_promise(), **changes)) == text


# ---------------------------------------------------------------- the sentence on top
def test_the_sentence_of_the_picture() -> None:
    promise = _promise()
    board = _board(promise, duties=(_duty(promise, "report", dt.date(2024, 9, 27)), _duty(promise), _duty(promise, "renewal")), keys=(_key(promise),))
    assert _lede(board) == rules.Lede(
        "Fyra saker väntar på er",
        "Rapporten till BRÅ är fyra dagar sen. En uppdatering som LPO Östra Fyrbodal redan har godkänt väntar på er nyckel. Löftet går ut om 91 dagar.",
    )


@pytest.mark.parametrize(
    ("kind", "due", "sentence"),
    [
        ("report", dt.date(2024, 9, 30), "Rapporten till BRÅ är en dag sen."),
        ("follow_up", dt.date(2024, 9, 1), "Den gemensamma uppföljningen för 2024 är 30 dagar sen."),
        ("follow_up", dt.date(2023, 12, 31), "Den gemensamma uppföljningen för 2023 skulle ha varit klar 31 december 2023."),
        ("activity", dt.date(2024, 9, 29), "”Belysning” är två dagar sen."),
        ("review", dt.date(2024, 9, 29), "Översynen av löftet är två dagar sen."),
        ("renewal", dt.date(2018, 12, 31), "Löftet gick ut 31 december 2018 och inget nytt är undertecknat."),
    ],
)
def test_one_late_duty_is_named(kind: str, due: dt.date, sentence: str) -> None:
    promise = _promise()
    title = {"title": f"Gemensam uppföljning för {due.year}"} if kind == "follow_up" else {}
    assert _lede(_board(promise, duties=(_duty(promise, kind, due, **title),))).text.startswith(sentence)


def test_several_late_duties_are_counted() -> None:
    promise = _promise()
    found = _lede(_board(promise, duties=(_duty(promise, "report", dt.date(2024, 9, 27)), _duty(promise, due_on=dt.date(2023, 12, 31)))))
    assert found.heading == "Två saker väntar på er"
    assert found.text.startswith("Två frister är försenade, den äldsta sedan 31 december 2023.")


def test_when_nothing_waits_the_next_thing_is_named() -> None:
    promise = _promise(validity=Validity(dt.date(2024, 1, 1), dt.date(2026, 12, 31)))
    found = _lede(_board(promise, duties=(_duty(promise, due_on=dt.date(2025, 12, 31), title="Gemensam uppföljning för 2025"),)))
    assert found == rules.Lede("Inget väntar på er just nu", "Närmast ligger 31 december 2025: gemensam uppföljning för 2025.")


def test_without_a_promise_the_page_says_what_it_will_hold() -> None:
    assert _lede(_board()).heading == "Inget löfte ännu"


def test_the_day_itself_and_the_day_before() -> None:
    for last, when in ((TODAY, "i dag"), (dt.date(2024, 10, 2), "i morgon"), (dt.date(2024, 10, 3), "om 2 dagar")):
        assert rules.ending_sentence(_board(_promise(validity=Validity(dt.date(2024, 1, 1), last))), TODAY) == f"Löftet går ut {when}."


def test_more_than_twelve_are_written_in_figures() -> None:
    promise = _promise()
    duties = tuple(_duty(promise, "activity", TODAY + dt.timedelta(days=day)) for day in range(40))
    assert _lede(_board(promise, duties=duties)).heading == "40 saker väntar på er"


# ---------------------------------------------------------------- silence
@pytest.mark.parametrize(
    ("changes", "heading", "text", "too_long"),
    [
        ({}, "Tolv dagar sedan sist", "Ni har kommit överens om att berätta minst en gång i månaden. Nästa senast 19 oktober 2024.", False),
        (
            {"told_on": dt.date(2024, 7, 19)},
            "74 dagar sedan sist",
            "Ni har kommit överens om att berätta minst en gång i månaden. Det skulle ha varit senast 18 augusti 2024.",
            True,
        ),
        (
            {"told_on": dt.date(2024, 9, 1)},
            "30 dagar sedan sist",
            "Ni har kommit överens om att berätta minst en gång i månaden. Nästa senast 1 oktober 2024.",
            False,
        ),
        (
            {"told_on": None},
            "Invånarna har inte fått veta något än",
            "Ni har kommit överens om att berätta minst en gång i månaden. Det skulle ha varit senast 31 januari 2023.",
            True,
        ),
        (
            {"told_on": TODAY, "tell_every_days": 42},
            "Berättat i dag",
            "Ni har kommit överens om att berätta minst var 42:a dag. Nästa senast 12 november 2024.",
            False,
        ),
        (
            {"tell_every_days": None},
            "Tolv dagar sedan sist",
            "Ingen rytm är avtalad; vi räknar med en gång i kvartalet. Nästa senast 20 december 2024.",
            False,
        ),
    ],
)
def test_how_long_residents_have_heard_nothing(changes: dict[str, Any], heading: str, text: str, *, too_long: bool) -> None:
    found = telling.silence(_promise(**changes), TODAY)
    assert (found.heading, found.text, found.too_long) == (heading, text, too_long)


def test_after_the_end_nobody_is_blamed_for_silence() -> None:
    ended = _promise(validity=Validity(dt.date(2018, 1, 1), dt.date(2018, 12, 31)), told_on=dt.date(2018, 6, 1))
    assert not telling.silence(ended, TODAY).too_long
    assert not telling.is_running(ended, TODAY)


# ---------------------------------------------------------------- whether it arrived
def test_page_and_feed_are_one_while_they_fare_alike() -> None:
    def arrival(channel: str, state: str) -> Arrival:
        return Arrival(channel, "@amal" if channel == "mastodon" else "", state, "inget svar" if state == "unclear" else "", TODAY)

    alike = telling.arrivals([arrival("page", "sent"), arrival("feed", "sent"), arrival("mastodon", "unclear")])
    assert [(one.where, one.chip.text, one.note, one.act) for one in alike] == [
        ("Publika sidan och flödet", "Skickat", "", ""),
        ("Mastodon @amal", "Oklart", "inget svar", "slå upp eller bestäm"),
    ]
    apart = telling.arrivals([arrival("page", "sent"), arrival("feed", "planned")])
    assert [(one.where, one.chip.text, one.note) for one in apart] == [("Publika sidan", "Skickat", ""), ("Flödet", "Planerad", "1 okt 2024")]


# ---------------------------------------------------------------- cards
def _activity(promise: Promise, at_least: int | None, done: int, title: str = "Insatser") -> Activity:
    return Activity(
        uuid.uuid4(), promise.id, "", "", title, at_least, "year", "insatser", (), tuple(Done(dt.date(2024, 3, 1 + day), 1) for day in range(done))
    )


def test_a_card_counts_against_an_even_pace() -> None:
    promise = _promise()
    found = cards.card(_board(promise, activities=(_activity(promise, 12, 8), _activity(promise, None, 2))), promise, TODAY)
    assert [(one.tally.done, one.tally.promised, one.pace, one.unit) for one in found.drawn] == [(8, 12, "1 efter takten", "insatser 2024")]
    assert [one.tally.done for one in found.uncounted] == [2]


def test_of_forty_activities_the_furthest_behind_are_drawn_in_the_promises_own_order() -> None:
    promise = _promise()
    activities = tuple(_activity(promise, 20, number % 20, f"Nummer {number}") for number in range(40))
    found = cards.card(_board(promise, activities=activities), promise, TODAY)
    assert [one.activity.title for one in found.drawn] == ["Nummer 0", "Nummer 1", "Nummer 2", "Nummer 20", "Nummer 21", "Nummer 22"]
    assert found.shortened
    assert len(found.counted) == 40


def test_before_the_promise_begins_there_is_no_pace() -> None:
    promise = _promise(validity=Validity(dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
    found = cards.card(_board(promise, activities=(_activity(promise, 4, 0),)), promise, TODAY)
    assert (found.drawn[0].expected, found.drawn[0].pace) == (None, "inte börjat än")


def test_living_promises_first_and_the_last_dead_one_where_none_lives() -> None:
    dead = [_promise(validity=Validity(dt.date(year, 1, 1), dt.date(year, 12, 31))) for year in (2018, 2020)]
    coming, living = _promise(validity=Validity(dt.date(2025, 1, 1), dt.date(2025, 12, 31))), _promise()
    assert cards.current(_board(*dead, coming, living), TODAY) == [living, coming]
    assert cards.earlier(_board(*dead, coming, living), TODAY) == [dead[1], dead[0]]
    assert (cards.current(_board(*dead), TODAY), cards.earlier(_board(*dead), TODAY)) == ([dead[1]], [dead[0]])


def test_the_year_has_one_number_for_each_day() -> None:
    promise = _promise()
    board = _board(
        promise,
        duties=(
            _duty(promise),
            _duty(promise, "renewal"),
            _duty(promise, "report", dt.date(2024, 9, 27)),
            _duty(promise, due_on=dt.date(2025, 3, 1)),
        ),
    )
    assert [(one.on.isoformat(), one.text, one.hot) for one in cards.year_marks(rules.owed(board, AMAL, TODAY), 2024)] == [
        ("2024-09-27", "lägesrapport för tertial 2 till BRÅ, försenad", True),
        ("2024-12-31", "gemensam uppföljning för 2024; löftet går ut utan efterföljare", True),
    ]


def test_a_reporter_is_told_when_something_was_last_recorded() -> None:
    promise = _promise()
    board = _board(promise, activities=(_activity(promise, 12, 1),))
    assert cards.reporter_lede([cards.card(board, promise, dt.date(2024, 3, 8))], dt.date(2024, 3, 8)) == rules.Lede(
        "Vad har ni gjort sedan sist?", "Senast registrerade utfall är från 1 mars 2024, för sju dagar sedan. En aktivitet ligger efter takten."
    )
    assert cards.reporter_lede([], TODAY).heading == "Inget att räkna än"


# ---------------------------------------------------------------- a police area
def _area(*promises: Promise, **parts: Any) -> tuple[Board, list[rules.Owed], list[area.Row]]:
    board = _board(
        *promises,
        municipalities=(Municipality(MELLERUD, "Melleruds kommun", "Mellerud", "mellerud"), Municipality(AMAL, "Åmåls kommun", "Åmål", "amal")),
        **parts,
    )
    owed = rules.owed(board, POLICE, TODAY)
    return board, owed, area.rows(board, owed, TODAY)


def test_every_municipality_has_a_row_with_or_without_a_promise() -> None:
    promise = _promise()
    board, owed, rows = _area(promise, duties=(_duty(promise),))
    assert [(row.municipality.short, row.promise) for row in rows] == [("Mellerud", None), ("Åmål", promise)]
    assert rows[1].next == area.Next("Gemensam uppföljning för 2024", dt.date(2024, 12, 31), late=False)
    assert area.lede(board, rows, owed, TODAY) == rules.Lede(
        "Två kommuner, inget väntar på er", "En kommun har inget löfte. Löftet går ut om 91 dagar."
    )


def test_keys_come_first_then_what_is_late() -> None:
    promise, granne = _promise(), _promise(parties=(GRANNE, POLIS), area_name="Mellerud", told_on=dt.date(2024, 7, 19))
    board, owed, rows = _area(promise, granne, keys=(_key(promise), _key(granne)))
    assert area.lede(board, rows, owed, TODAY) == rules.Lede(
        "Två kommuner, två nycklar väntar", "Mellerud är tystast: 74 dagar sedan invånarna fick veta något. Två löften går ut samma dag, 31 december."
    )
    board, owed, rows = _area(promise, granne, duties=(_duty(promise, due_on=dt.date(2024, 9, 27)),))
    assert area.lede(board, rows, owed, TODAY).heading == "Två kommuner, en försenad frist"


def test_the_promise_that_lives_is_the_one_shown() -> None:
    old, living, coming = (_promise(validity=Validity(dt.date(year, 1, 1), dt.date(year, 12, 31))) for year in (2022, 2024, 2025))
    _, _, rows = _area(old, living, coming)
    assert (rows[1].promise, rows[1].more) == (living, 1)


def test_a_municipality_that_has_left_the_area_stays_while_its_promise_lives() -> None:
    third = Party(uuid.uuid4(), "Säffle kommun", "Säffle", "saffle", "municipality")
    assert [row.municipality.short for row in _area(_promise(parties=(third, POLIS)))[2]] == ["Mellerud", "Säffle", "Åmål"]


@pytest.mark.parametrize(
    ("validities", "scale"),
    [
        ([], (2024, 2024)),
        ([(2023, 2024), (2025, 2026)], (2023, 2026)),
        ([(2018, 2018)], (2018, 2024)),
        ([(2005, 2024)], (2020, 2024)),
        ([(2024, 2060)], (2024, 2031)),
    ],
)
def test_the_common_scale_is_whole_years_and_never_endless(validities: list[tuple[int, int]], scale: tuple[int, int]) -> None:
    promises = [
        _promise(
            validity=Validity(dt.date(first, 1, 1), dt.date(last, 12, 31)),
            parties=(Party(uuid.uuid4(), "x", str(first), "x", "municipality"), POLIS),
            stage="signed",
        )
        for first, last in validities
    ]
    rows = [area.Row(Municipality(uuid.uuid4(), "x", "x", "x"), promise, 0, None, None) for promise in promises]
    first, last = area.scale(rows, TODAY)
    assert (first, last) == (dt.date(scale[0], 1, 1), dt.date(scale[1], 12, 31))


def test_the_same_word_with_another_meaning_is_pointed_out() -> None:
    promise, granne = _promise(), _promise(parties=(GRANNE, POLIS))
    ended = _promise(validity=Validity(dt.date(2018, 1, 1), dt.date(2018, 12, 31)))
    board, _, _ = _area(
        promise,
        granne,
        ended,
        meanings=(
            Meaning(promise.id, "Brottsaktiv", "Åtta misstankar"),
            Meaning(granne.id, "brottsaktiv", "Förekommer i utredning"),
            Meaning(promise.id, "infart", "Väg in."),
            Meaning(granne.id, "infart", "väg  in"),
            Meaning(ended.id, "brottsaktiv", "Något tredje"),
        ),
    )
    assert area.drift(board, TODAY) == [
        area.Drift("brottsaktiv", ("Mellerud", "Åmål"), (("Mellerud", "Förekommer i utredning"), ("Åmål", "Åtta misstankar")))
    ]
