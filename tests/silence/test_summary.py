"""The week's summary, from facts alone: when it goes, and what it says."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from trygghet import swedish
from trygghet.deliveries.rules import Matter, Skip
from trygghet.periods import Validity
from trygghet.reminders.rules import Owed
from trygghet.silence import summary
from trygghet.silence.english import ENGLISH
from trygghet.silence.rules import Heard
from trygghet.silence.summary import SWEDISH, Listened, News, Reader, Week

D = dt.date.fromisoformat
TODAY = D("2024-10-07")
BJORKEN = uuid.uuid4()
HEARD = Heard("signed", Validity(D("2023-01-01"), D("2024-12-31")), 30, 30, TODAY, TODAY, counts=True)
PROMISE = Listened(uuid.uuid4(), "Björken", HEARD)
CHIEF = Reader("Kommunchef")
EMPTY = Week("Björkens kommun", (), (PROMISE,), ())


def _planned(after: str, until: str) -> list[tuple[str, str]]:
    found = summary.planned(BJORKEN, dt.datetime.fromisoformat(after), until=dt.datetime.fromisoformat(until))
    assert {(one.kind, one.channel, one.seat, one.promise_id) for one in found} <= {("summary", "mail", "leader", None)}
    return [(one.key.split(":")[1], swedish.short_moment(one.due_at)) for one in found]


@pytest.mark.parametrize(
    ("after", "until", "weeks"),
    [
        # an ordinary October over the end of summer time: 07.30 on a Swedish clock all the same
        (
            "2024-10-15T12:00:00+00:00",
            "2024-11-05T00:00:00+00:00",
            [("2024-W43", "21 okt 07.30"), ("2024-W44", "28 okt 07.30"), ("2024-W45", "4 nov 07.30")],
        ),
        # the year's end: Monday 30 December is in the first week of 2025, and Trettondedag jul moves the second to Tuesday
        (
            "2024-12-23T12:00:00+00:00",
            "2025-01-14T00:00:00+00:00",
            [("2025-W01", "30 dec 07.30"), ("2025-W02", "7 jan 07.30"), ("2025-W03", "13 jan 07.30")],
        ),
        # 2026 has 53 weeks
        (
            "2026-12-21T12:00:00+00:00",
            "2027-01-12T00:00:00+00:00",
            [("2026-W53", "28 dec 07.30"), ("2027-W01", "4 jan 07.30"), ("2027-W02", "11 jan 07.30")],
        ),
        # Easter Monday; midsommar and the beginning of summer time move nothing
        ("2025-03-24T12:00:00+00:00", "2025-04-01T00:00:00+00:00", [("2025-W14", "31 mar 07.30")]),
        ("2025-04-15T12:00:00+00:00", "2025-04-26T00:00:00+00:00", [("2025-W17", "22 apr 07.30")]),
        # the same week again once its moment has passed, and not before
        ("2024-10-07T05:29:59+00:00", "2024-10-08T00:00:00+00:00", [("2024-W41", "7 okt 07.30")]),
        ("2024-10-07T05:30:00+00:00", "2024-10-08T00:00:00+00:00", []),
    ],
)
def test_one_each_week_on_its_first_working_day(after: str, until: str, weeks: list[tuple[str, str]]) -> None:
    assert _planned(after, until) == weeks


def test_planned_in_pieces_or_at_once_it_is_the_same_rows_each_once() -> None:
    first = summary.planned(BJORKEN, dt.datetime(2024, 10, 1, 6, tzinfo=dt.UTC), until=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    keys = [one.key for one in first]
    assert len(keys) == len(set(keys)) == 273
    more = summary.planned(BJORKEN, first[100].due_at, until=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    assert more == first[101:]


# ---------------------------------------------------------------- what it says
def _duty(kind: str, due_on: str, title: str = "Lägesrapport", area: str = "Björken") -> Owed:
    return Owed(uuid.uuid4(), PROMISE.promise_id, area, kind, title, D(due_on), "BRÅ")


def test_a_week_with_nothing_to_say_says_nothing_and_why() -> None:
    assert summary.matter(EMPTY, CHIEF, "https://example.org", TODAY) == Skip(summary.NOTHING)
    far = replace(EMPTY, owed=(_duty("report", "2024-10-22"),))
    assert isinstance(summary.matter(far, CHIEF, "https://example.org", TODAY), Skip), "the fifteenth day is not near"


def test_it_tells_what_is_late_what_is_near_what_is_quiet_and_what_residents_heard_with_links() -> None:
    late, near = _duty("report", "2024-10-03"), _duty("follow_up", "2024-10-21", "Gemensam uppföljning för 2024")
    quiet = PROMISE._replace(heard=replace(HEARD, told_on=D("2024-07-18")))
    news = News(uuid.uuid4(), "Björken", "Dialogen är hållen", D("2024-10-02"))
    week = Week("Björkens kommun", (near, late), (quiet,), (news,))
    found = summary.matter(week, CHIEF, "https://example.org", TODAY)
    assert isinstance(found, Matter)
    assert found.headline == "Veckan: en frist är försenad, en frist är inom två veckor och ett löfte är tyst"
    assert list(zip(found.lines, found.links, strict=True)) == [
        (
            "Försenat: Rapporten till BRÅ om löftet i Björken skulle ha lämnats för 4 dagar sedan.",
            f"https://example.org/frister/{late.obligation_id}",
        ),
        ("Måndag 21 oktober: Uppföljningen för 2024 i Björken ska vara klar om 14 dagar.", f"https://example.org/uppfoljning/{near.obligation_id}"),
        ("Tyst i Björken (81 dagar): invånarna har inget hört sedan 18 juli 2024.", f"https://example.org/loften/{PROMISE.promise_id}"),
        ("Invånarna fick veta 2 oktober: ”Dialogen är hållen” (Björken).", f"https://example.org/uppdateringar/{news.update_id}"),
    ]
    assert (found.link, found.silenceable, found.kind) == ("https://example.org/oversikt", True, "summary")


def test_it_is_never_more_than_ten_lines_and_counts_what_it_leaves_out() -> None:
    late = [_duty("report", f"2024-09-{day:02}") for day in range(1, 8)]
    near = [_duty("report", f"2024-10-{day:02}") for day in range(8, 14)]
    quiet = [PROMISE._replace(area_name=name, heard=replace(HEARD, told_on=None, counted_on=None)) for name in ("Björken", "Eken")]
    news = [News(uuid.uuid4(), "Björken", f"Nyhet {number}", TODAY) for number in range(5)]
    found = summary.lines(Week("LPO Skogen", (*late, *near), quiet, news), TODAY, SWEDISH)
    assert len(found) == 10
    assert found[2].text.endswith("Fyra till är försenade.")
    assert found[5].text.endswith("Tre till är nära.")
    assert found[7].text.endswith("Två till är tysta.")
    assert found[9].text.endswith("Tre till har gått ut.")
    one_more = summary.lines(Week("LPO Skogen", late[:4], (), ()), TODAY, SWEDISH)
    assert one_more[-1].text.endswith("En till är försenad.")
    assert summary.headline(Week("LPO Skogen", (*late, *near), quiet, news), TODAY, SWEDISH) == (
        "Veckan: sju frister är försenade, sex frister är inom två veckor och två löften är tysta"
    )


def test_good_news_alone_is_a_summary_too() -> None:
    week = replace(EMPTY, told=(News(uuid.uuid4(), "Björken", "Dialogen är hållen", D("2024-10-02")),))
    assert summary.headline(week, TODAY, SWEDISH) == "Veckan: invånarna har fått veta mer"
    assert isinstance(summary.matter(week, CHIEF, "https://example.org", TODAY), Matter)


def test_in_english_all_of_it_is_english_but_names_and_titles() -> None:
    quiet = PROMISE._replace(heard=replace(HEARD, told_on=None, counted_on=D("2024-07-18")))
    news = [News(uuid.uuid4(), "Björken", f"Nyhet {number}", D("2024-10-02")) for number in range(3)]
    week = Week("Björkens kommun", (_duty("report", "2024-10-03"), _duty("report", "2024-10-14")), (quiet,), news)
    found = summary.matter(week, CHIEF, "https://example.org", TODAY, ENGLISH)
    assert isinstance(found, Matter)
    assert (found.promise, found.headline, found.action) == (
        "The week in summary",
        "The week: 1 duty is late, 1 duty is due within two weeks, 1 promise is quiet",
        "Open the overview",
    )
    assert found.lines == (
        "Late: The report to BRÅ on the promise in Björken was due 4 days ago.",
        "14 October 2024: The report to BRÅ on the promise in Björken is due in 7 days.",
        "Quiet in Björken (645 days): residents have been told nothing since the promise began on 1 January 2023.",
        "Quiet in Björken (81 days): nothing done has been recorded since 18 July 2024.",
        "Residents were told on 2 October 2024: “Nyhet 0” (Björken).",
        "Residents were told on 2 October 2024: “Nyhet 1” (Björken). 1 more has gone out.",
    )
    assert found.notes == (
        "You lead the work at Björkens kommun. The summary comes on the first working day of the week, but not when there is nothing to say.",
    )
    stands_in = summary.matter(week, CHIEF._replace(via="handed_over"), "https://example.org", TODAY)
    assert isinstance(stands_in, Matter)
    assert stands_in.notes[0].startswith("Den som leder arbetet hos Björkens kommun har lämnat över sina påminnelser till dig.")
