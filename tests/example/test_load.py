"""The example as it is loaded: the five promises, with what has become of them by the first of October 2024."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.example.conftest import empty_database, example_settings
from trygghet import clock, database
from trygghet.accounts.rules import keys
from trygghet.channels.sealing import unseal
from trygghet.example import actions, store, story
from trygghet.example.rules import START
from trygghet.obligations import actions as obligations
from trygghet.promises import actions as promises
from trygghet.settings import EXAMPLE_ENVIRONMENT, Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from trygghet.embedded import PostgreSQL
    from trygghet.obligations.rules import Obligation
    from trygghet.promises.promise import Promise

pytestmark = pytest.mark.anyio
TODAY = dt.date(2024, 10, 1)


def _days(*texts: str) -> list[dt.date]:
    return [dt.date.fromisoformat(text) for text in texts]


async def _promise(slug: str) -> Promise:
    found = await promises.read_all(story.organisation_id(slug))
    assert len(found) == 1
    return found[0]


async def _duties(slug: str) -> list[Obligation]:
    return await obligations.obligations(story.organisation_id(slug), promise_id=(await _promise(slug)).id)


async def _rows(sql: str, *values: object) -> list[dict[str, Any]]:
    async with database.across_organisations(readonly=True) as link:
        return [dict(row) for row in await link.fetch(sql, *values)]


TABLE = [
    ("amal", "2023-01-01", "2024-12-31", ["2023-12-31", "2024-12-31"], [("KSAU", "own:KSAU:2024T3")]),
    ("almhult", "2018-01-01", "2018-12-31", ["2018-12-31"], []),
    ("mellerud", "2023-01-01", "2024-12-31", ["2023-12-31", "2024-12-31"], []),
    ("astorp", "2023-03-06", "2025-12-31", ["2023-12-31", "2024-12-31", "2025-12-31"], []),
    (
        "hallstahammar",
        "2024-01-01",
        "2024-12-31",
        ["2024-12-31"],
        [("KSAU", "report:KSAU:2024Q1"), ("KSAU", "report:KSAU:2024Q2"), ("KSAU", "report:KSAU:2024Q3"), ("KSAU", "report:KSAU:2024Q4")],
    ),
]


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(("slug", "first", "last", "follow_ups", "reports"), TABLE)
async def test_each_promise_holds_its_days_and_owes_its_follow_ups_and_reports(
    slug: str, first: str, last: str, follow_ups: list[str], reports: list[tuple[str, str]]
) -> None:
    held = (await _promise(slug)).validity
    assert [held.first, held.last] == _days(first, last)
    duties = await _duties(slug)
    assert sorted(one.duty.due_on for one in duties if one.duty.kind == "follow_up") == _days(*follow_ups)
    assert sorted((one.duty.receiver, one.duty.key) for one in duties if one.duty.kind == "report") == reports


@pytest.mark.usefixtures("example")
async def test_astorp_reports_continuously_at_its_council() -> None:
    assert [(one.receiver, one.per) for one in (await _promise("astorp")).rhythms] == [("BRÅ", "continuous")]


@pytest.mark.usefixtures("example")
async def test_both_parties_of_each_promise_see_it() -> None:
    for organisation in story.place().organisation:
        if organisation.police:
            mine, theirs = await promises.read_all(organisation.id), await promises.read_all(story.organisation_id(organisation.police))
            assert {one.id for one in mine} <= {one.id for one in theirs}
    assert len(await promises.read_all(story.organisation_id("lpo-ostra-fyrbodal"))) == 2


@pytest.mark.usefixtures("example")
async def test_the_promises_keep_the_structure_of_their_pages() -> None:
    amal, mellerud, almhult, astorp = [await _promise(slug) for slug in ("amal", "mellerud", "almhult", "astorp")]
    assert [len(one.areas) for one in (amal, mellerud, astorp)] == [3, 2, 4]
    assert [len(area.goals) for area in amal.areas] == [1, 1, 1]
    meanings = {one.area_name: next(word.meaning for word in one.definitions if word.term == "brottsaktiv") for one in (amal, mellerud)}
    assert "åtta misstankar" in meanings["Åmål"]
    assert "21 år" in meanings["Mellerud"]
    assert [(one.title, one.at_least, one.per) for one in almhult.all_activities if one.at_least] == [
        ("Öppen dialog om trygghet", 1, "period"),
        ("Insatser mot narkotika", 4, "period"),
    ]
    assert [party.signed_on for party in astorp.parties] == [dt.date(2023, 3, 6)] * 2
    assert ([one.office for one in amal.contacts], amal.page_updated_on, amal.tell_every_days) == (["Säkerhetsstrateg"], dt.date(2023, 8, 14), 30)
    assert [bool(area.problem) for area in astorp.areas] == [True, True, True, False]
    assert [(one.title, one.places) for one in almhult.all_activities if one.places] == [("Mer synlig polis", ("tätorten", "landsbygden"))]
    assert [one.kind for one in mellerud.sources] == ["situation", "dialogue", "staff_dialogue"]
    assert [party.signatory_office for party in almhult.parties] == ["Kommunstyrelsens ordförande", "Chef lokalpolisområde Ljungby"]
    assert mellerud.links[0].url.startswith("https://polisen.example.org/")


@pytest.mark.usefixtures("example")
async def test_amal_stands_where_the_target_image_has_it() -> None:
    amal = await _promise("amal")
    tallies = {one.title: one.tally(amal.validity, TODAY) for one in amal.all_activities}
    assert {title: (one.done, one.promised) for title, one in tallies.items()} == {
        "Riktade insatser mot brottsaktiva": (8, 12),
        "Samtal med unga i riskzon och deras vårdnadshavare": (17, 20),
        "Företagsdialoger": (3, 4),
    }
    corrections = [row for one in amal.all_activities for row in one.recorded if row.corrects_id]
    assert [(row.amount, row.note) for row in corrections] == [(3, "Ett av samtalen räknades två gånger.")]


@pytest.mark.usefixtures("example")
async def test_what_was_done_before_the_start_is_done_and_the_rest_waits() -> None:
    done = {(slug, one.duty.key) for slug, *_ in TABLE for one in await _duties(slug) if one.done_at}
    assert done == {
        ("amal", "follow_up:2023"),
        ("mellerud", "follow_up:2023"),
        ("astorp", "follow_up:2023"),
        ("almhult", "follow_up:2018"),
        ("hallstahammar", "report:KSAU:2024Q1"),
        ("hallstahammar", "report:KSAU:2024Q2"),
    }
    signed = next(one for one in await _duties("amal") if one.duty.key == "follow_up:2023")
    assert signed.done_at == dt.datetime(2023, 12, 20, 14, 5, tzinfo=dt.UTC)


@pytest.mark.usefixtures("example")
async def test_the_quarters_of_ksau_are_due_before_its_meetings_and_those_that_were_handed_in_stand_in_its_minutes() -> None:
    quarters = {one.duty.key[-2:]: one for one in await _duties("hallstahammar") if one.duty.kind == "report"}
    assert [quarters[key].duty.due_on.isoformat() for key in ("Q1", "Q2", "Q3", "Q4")] == ["2024-04-09", "2024-08-13", "2024-10-08", "2025-01-07"]
    noted = [one.made.noted for key, one in sorted(quarters.items()) if one.made]
    assert noted == ["Anmäld i KSAU 2024-04-23 § 52", "Anmäld i KSAU 2024-08-27 § 88"]


@pytest.mark.usefixtures("example")
async def test_a_rhythm_of_one_partys_own_is_seen_by_that_party_alone() -> None:
    assert not [one for one in await _duties("astorp") if one.duty.owner]
    police = [one for one in await obligations.obligations(story.organisation_id("lpo-klippan")) if one.duty.owner]
    assert [one.duty.key for one in police] == [f"own:Polisområdets ledningsgrupp:{half}" for half in ("2024H2", "2025H1", "2025H2")]


@pytest.mark.usefixtures("example")
async def test_past_years_are_followed_up_in_their_rooms_one_of_them_late_and_one_with_two_verdicts() -> None:
    rows = await _rows(
        "SELECT p.area_name, extract(year FROM o.due_on)::int AS year, f.signed_at, o.due_on, f.content FROM follow_up f"
        " JOIN obligation o ON o.id = f.id JOIN promise p ON p.id = f.promise_id WHERE f.signed_at IS NOT NULL ORDER BY p.area_name"
    )
    assert [(row["area_name"], row["year"], clock.day(row["signed_at"]) > row["due_on"]) for row in rows] == [
        ("Mellerud", 2023, False),
        ("Älmhult", 2018, False),
        ("Åmål", 2023, False),
        ("Åstorp", 2023, True),
    ]
    assert {row["area_name"] for row in rows if any(one["joint"]["how"] == "both" for one in row["content"]["subjects"])} == {"Åmål"}


@pytest.mark.usefixtures("example")
async def test_nobody_is_reminded_of_what_was_before_the_start() -> None:
    planned = await _rows("SELECT due_at, state, attempts FROM delivery WHERE kind = 'reminder'")
    assert planned
    assert all(row["due_at"] > START and row["state"] == "planned" and row["attempts"] == 0 for row in planned)
    first = min(row["due_at"] for row in planned)
    assert first == dt.datetime(2024, 10, 2, 5, 30, tzinfo=dt.UTC), "90 days before the promises end: 2 October at 07.30"


@pytest.mark.usefixtures("example")
async def test_what_is_late_is_reminded_of_every_week_however_far_the_clock_is_moved() -> None:
    """As each night would see to, were the nights not passed over."""
    assert await _last_reminder() == dt.datetime(2025, 9, 30, 5, 30, tzinfo=dt.UTC)
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET state = 'skipped', settled_at = due_at WHERE due_at < '2025-03-01'")
    await actions.across_organisations_move_to(dt.datetime(2025, 2, 1, tzinfo=dt.UTC), wall=clock.wall())
    assert not await actions.across_organisations_step(wall=clock.wall())
    assert await _last_reminder() == dt.datetime(2026, 1, 27, 6, 30, tzinfo=dt.UTC)


async def _last_reminder() -> dt.datetime:
    """The last one planned about Åmål's year that nobody has followed up."""
    (row,) = await _rows("SELECT max(due_at) AS at FROM delivery WHERE title LIKE 'Uppföljningen för 2024 i Åmål %'")
    found: dt.datetime = row["at"]
    return found


@pytest.mark.usefixtures("example")
async def test_published_updates_have_gone_to_page_and_feed_and_residents_can_read_them() -> None:
    rows = await _rows(
        "SELECT u.title, d.channel, d.state, d.settled_at, d.remote_url FROM delivery d JOIN status_update u ON u.id = d.status_update_id"
        " ORDER BY d.due_at, d.after_id NULLS FIRST"
    )
    followed = [f"Uppföljning av löftet för {year}" for year in (2018, 2023, 2023, 2023)]
    assert [(row["title"].split(":")[0], row["channel"], row["state"]) for row in rows] == [
        *[(title, channel, "sent") for title in followed for channel in ("page", "feed")],
        ("Halvtid", "page", "sent"),
        ("Halvtid", "feed", "sent"),
        ("Tredje företagsdialogen", "page", "sent"),
        ("Tredje företagsdialogen", "feed", "sent"),
    ]
    assert rows[-1]["settled_at"] == dt.datetime(2024, 9, 19, 6, 47, tzinfo=dt.UTC)
    assert rows[-1]["remote_url"].startswith("http://127.0.0.1:8000/amal/uppdateringar/")
    async with database.published() as link:
        published = await link.fetch("SELECT content, published_at FROM published_update ORDER BY published_at")
    assert [row["content"]["title"].split(":")[0] for row in published] == [*followed, "Halvtid", "Tredje företagsdialogen"]
    assert published[-1]["published_at"] == dt.datetime(2024, 9, 19, 6, 47, tzinfo=dt.UTC)


@pytest.mark.usefixtures("example")
async def test_one_update_waits_for_amal_and_one_for_the_police() -> None:
    rows = await _rows("""SELECT p.area_name, array_agg(o.slug) AS turned FROM status_update u JOIN promise p ON p.id = u.promise_id
                          JOIN approval a ON a.subject_id = u.id JOIN organisation o ON o.id = a.organisation_id
                          WHERE u.published_at IS NULL GROUP BY p.area_name ORDER BY 1""")
    assert rows == [{"area_name": "Mellerud", "turned": ["mellerud"]}, {"area_name": "Åmål", "turned": ["lpo-ostra-fyrbodal"]}]


@pytest.mark.usefixtures("example")
async def test_residents_read_all_five_promises() -> None:
    async with database.published() as link:
        rows = await link.fetch("SELECT slug, code, content FROM published_promise ORDER BY slug")
    assert {row["slug"]: row["code"] for row in rows} == {
        "almhult": "0765",
        "amal": "1492",
        "astorp": "1277",
        "hallstahammar": "1961",
        "mellerud": "1461",
    }
    amal = next(row["content"] for row in rows if row["slug"] == "amal")
    assert [one["done_on"] for one in amal["follow_ups"]] == ["2023-12-20", None]


async def _dump() -> dict[str, list[str]]:
    tables = [row["tablename"] for row in await _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")]
    return {table: sorted(row["line"] for row in await _rows(f"SELECT t::text AS line FROM {table} t")) for table in tables}


async def test_loading_twice_changes_nothing(example: Settings) -> None:
    before = await _dump()
    assert not await actions.across_organisations_load(example)
    assert await _dump() == before


async def test_a_catcher_on_another_port_is_found_again(example: Settings) -> None:
    await actions.across_organisations_load(replace(example, example_social_url="http://127.0.0.1:3"))
    assert {row["base_url"] for row in await _rows("SELECT base_url FROM connection WHERE channel <> 'assisted'")} == {"http://127.0.0.1:3"}
    [room] = await _rows("SELECT secret FROM connection WHERE channel = 'webhook'")
    assert unseal(example.secret_key, room["secret"].decode()) == "http://127.0.0.1:3/krokar/trygghetsgruppen"
    [hook] = await _rows("SELECT secret FROM connection WHERE channel = 'hook'")
    assert keys(unseal(example.secret_key, hook["secret"].decode()) or "").url == "http://127.0.0.1:3/webhook/intranatet"


async def test_a_loading_that_was_cut_off_is_begun_anew(example: Settings) -> None:
    async def counts() -> dict[str, int]:
        return {
            table: len(rows) for table, rows in (await _dump()).items() if table not in {"event", "event_head"}
        }  # the log outlives what it tells of

    before = await counts()
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM example_clock")
    assert await actions.across_organisations_load(example)
    assert await counts() == before


@pytest.mark.usefixtures("database_url")
async def test_the_example_is_not_laid_among_other_organisations(tmp_path: Path) -> None:
    before = await _dump()
    with pytest.raises(SettingsError, match="inte är exemplets"):
        await actions.across_organisations_load(example_settings(tmp_path))
    assert await _dump() == before


async def test_organisations_that_were_added_to_the_example_stay_and_stop_no_start(example: Settings) -> None:
    async with database.across_organisations() as link:
        added = "INSERT INTO organisation (slug, name, short_name, kind, created_at) VALUES ('lund', 'Lundens kommun', 'Lunden', 'municipality', $1)"
        await link.execute(added, START)
    before = await _dump()
    assert not await actions.across_organisations_load(example)
    assert await _dump() == before


# ---------------------------------------------------------------- people
def test_every_organisation_has_its_roles_and_one_person_belongs_to_two() -> None:
    for organisation in story.place().organisation:
        wanted = {"coordinator", "leader"} | ({"reporter", "administrator"} if organisation.kind == "municipality" else set())
        assert wanted <= {one.role for one in organisation.people}
    seats = [(one.email, one.organisation, one.role) for one in actions.people() if one.name == "Signe Holmér"]
    assert [(organisation, role) for _, organisation, role in seats] == [("Åmåls kommun", "reporter"), ("Melleruds kommun", "coordinator")]


def test_no_address_and_no_number_can_reach_anybody() -> None:
    assert all(one.email.endswith(".example.org") for one in actions.people())
    for told in story.stories():
        assert all(one.phone == "031-390 06 12" for one in told.promise.contacts)  # from the series that is kept for fiction
        assert all(one.email.endswith(".example.org") for one in told.promise.contacts)
        assert all(".example.org/" in link.url for link in told.promise.links)


def test_what_the_pages_do_not_say_is_marked_as_invented() -> None:
    for told in story.stories():
        plan = [one for one in story_activities(told) if one.at_least or one.due_on]
        if told.home == "almhult":
            assert all("Exempelvärde" in count.note for counts in told.outcomes for count in counts.counts)
            continue
        assert all(one.body == "Handlingsplan, exempelvärde." for one in plan)
        assert "Handlingsplan, exempelvärden" in [chapter.heading for chapter in told.promise.chapters]


def story_activities(told: story.Story) -> list[Any]:
    areas, goals = told.promise.areas, [*told.promise.goals, *(goal for area in told.promise.areas for goal in area.goals)]
    return [*told.promise.activities, *(one for area in areas for one in area.activities), *(one for goal in goals for one in goal.activities)]


async def test_the_clock_starts_with_the_example(postgresql: PostgreSQL, tmp_path: Path) -> None:
    wall = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    await database.open_pool(await empty_database(postgresql), size=4, environment=EXAMPLE_ENVIRONMENT)
    await actions.across_organisations_load(example_settings(tmp_path), wall=wall)
    async with database.across_organisations():
        face = await store.across_organisations_face()
    await database.close_pool()
    assert face.reading(wall) == START
