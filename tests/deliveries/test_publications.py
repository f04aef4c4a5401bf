"""A publication in its place, from the plan to the weekly look: held, tried again, put right, taken away, and never told twice."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import cast, telling
from tests.deliveries.place import Told, look, tell
from trygghet import database
from trygghet.channels import ByHand, NotSent, Unclear
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.members.log import Actor
from trygghet.stops import actions as stops
from trygghet.swedish import Refusal
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
NOW, WALL = cast.START + dt.timedelta(minutes=1), telling.WALL
SECOND, MINUTE, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
ANNA = Actor("Anna Asson", "Säkerhetssamordnare")


async def letters() -> list[str]:
    """What coordinators have been told."""
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT title FROM delivery WHERE kind = 'notice' AND key LIKE 'notice:update_stuck:%'")
    return [row["title"] for row in rows]


# ---------------------------------------------------------------- arriving
async def test_what_went_out_is_fetched_back_at_once_and_says_so(told: Told, browser_of: BrowserOf) -> None:
    await told.go_out(NOW)
    assert told.place.acts == ["send", "confirm"]
    row = await told.row()
    assert (row["state"], row["confirmed_at"], row["remote_id"]) == ("sent", NOW, "1")
    assert (await told.row(channel="page"))["confirmed_at"] == NOW, "our own page was read back"
    assert "Bekräftad" in (await (await browser_of("anna")).get("/utskick")).text


async def test_what_cannot_be_seen_yet_is_looked_for_after_minutes_hours_a_day_and_weeks(told: Told, browser_of: BrowserOf) -> None:
    told.place.said["confirm"] = [Unclear("Inte än.")] * 5
    await told.go_out(NOW)
    assert (await told.row())["confirmed_at"] is None
    assert "Skickad" in (await (await browser_of("anna")).get("/utskick")).text
    at, waits = NOW, []
    while (await told.row())["confirmed_at"] is None:
        at += MINUTE
        if await look(told, at):
            waits.append(at - NOW)
        assert len(waits) < 9
        if len(waits) == 3:
            at += 5 * HOUR
    assert [round(one / MINUTE) for one in waits][:3] == [10, 60, 360]
    assert len(waits) == 5


async def test_a_post_that_is_gone_is_believed_after_two_looks_and_told_once(told: Told, browser_of: BrowserOf) -> None:
    await told.go_out(NOW)
    assert await look(told, NOW + 6 * DAY) == 0
    assert await look(told, NOW + 7 * DAY) == 1
    told.place.there.clear()
    week = NOW + 14 * DAY
    assert await look(told, week) == 1
    assert (await told.row())["vanished_at"] is None, "one look proves nothing"
    assert await look(told, week + HOUR) == 1
    assert (await told.row())["vanished_at"] == week + HOUR
    assert await look(told, week + 30 * DAY) == 0
    for _ in range(2):
        await updates.across_organisations_tell_what_is_stuck(now=week + HOUR)
    assert await letters() == ["”Tre gator får ny belysning” finns inte kvar på Mastodon"], "to its owner, once"
    assert "Borta" in (await (await browser_of("anna")).get("/utskick", params={"visa": "skickade"})).text


# ---------------------------------------------------------------- failing
async def test_what_is_refused_for_now_comes_again_in_half_a_minute_and_then_twice_as_late_up_to_half_an_hour(told: Told) -> None:
    told.place.said["send refused"] = [NotSent("Upptaget.") for _ in range(9)]
    at, waits = NOW, []
    await told.go_out(at)
    while (row := await told.row())["state"] == "planned":
        waits.append((row["due_at"] - at) / SECOND)
        at = row["due_at"]
        await told.go_out(at)
    assert row["state"] == "sent"
    for wait, usual in zip(waits, (30, 60, 120, 240, 480, 960, 1800, 1800, 1800), strict=True):
        assert usual * 0.8 <= wait <= usual * 1.2
    assert len(told.place.there) == 1


async def test_what_the_place_will_never_take_stops_for_good_with_its_reason(told: Told) -> None:
    told.place.said["send refused"] = [NotSent("Texten är 12 tecken för lång.", permanent=True)]
    await told.go_out(NOW)
    row = await told.row()
    assert (row["state"], row["reason"]) == ("failed", "Texten är 12 tecken för lång.")
    assert (await connections.get(cast.BJORKEN, told.connection)).state == "ok", "the account is not to blame"


async def test_an_account_that_is_refused_holds_its_rows_uncounted_until_it_is_renewed(told: Told, settings: Settings, browser_of: BrowserOf) -> None:
    told.place.said["send refused"] = [NotSent("Anslut kontot igen.", permanent=True, account=True)]
    await told.go_out(NOW)
    row = await told.row()
    assert (row["state"], row["attempts"]) == ("planned", 0)
    assert (await connections.get(cast.BJORKEN, told.connection)).state == "needs_human"
    await told.go_out(NOW + DAY)
    assert told.place.acts == ["send"], "it is not even tried"
    assert "Väntar på att @bjorken@example.org återansluts." in (await (await browser_of("anna")).get("/utskick")).text
    await connections.works(cast.BJORKEN, told.connection, now=NOW + DAY)
    await told.go_out(NOW + DAY)
    assert (await told.state(), len(told.place.there)) == ("sent", 1)


async def test_old_news_never_goes_out_also_when_it_was_held(browser_of: BrowserOf, settings: Settings) -> None:
    told = await tell(await browser_of(), settings, cast.START, not_after=NOW + DAY)
    told.place.said["send refused"] = [NotSent("Anslut kontot igen.", permanent=True, account=True)]
    await told.go_out(NOW)
    await told.go_out(NOW + DAY)
    row = await told.row()
    assert (row["state"], row["reason"]) == ("skipped", "Hann inte ut före den senaste tiden.")
    await connections.works(cast.BJORKEN, told.connection, now=NOW + DAY)
    await told.go_out(NOW + 2 * DAY)
    assert told.place.there == {}


async def test_old_news_whose_answer_was_lost_is_looked_up_before_it_is_called_old(browser_of: BrowserOf, settings: Settings) -> None:
    told = await tell(await browser_of(), settings, cast.START, not_after=NOW + SECOND)
    told.place.repeatable = True  # as Bluesky is: the row comes again by itself
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET channel = 'bluesky' WHERE connection_id IS NOT NULL")
    await told.go_out(NOW)
    assert await told.state() == "planned"
    await told.go_out(NOW + MINUTE, WALL + MINUTE)
    assert (await told.state(), len(told.place.there), told.place.acts.count("send")) == ("sent", 1, 1)


async def test_an_answer_that_was_lost_is_looked_up_and_three_looks_that_tell_nothing_are_a_persons(told: Told, browser_of: BrowserOf) -> None:
    told.place.said["send"] = [Unclear("Svaret försvann.")]
    told.place.said["find"] = [Unclear("Servern svarar inte.")] * 3
    await told.go_out(NOW)
    for minutes in range(1, 60, 5):
        await told.go_out(NOW, WALL + minutes * MINUTE)
    assert (await told.state(), told.place.acts.count("find"), told.place.acts.count("send")) == ("unclear", 3, 1)
    row = await told.row()
    await deliveries.decide(cast.BJORKEN, row["id"], went_out=True, url="https://social.example.org/1", by=cast.asking("anna"), now=NOW)
    assert (await told.row())["remote_url"] == "https://social.example.org/1"


# ---------------------------------------------------------------- stopped
async def test_a_stop_holds_page_feed_and_account_and_what_waited_goes_when_it_is_lifted(told: Told, browser_of: BrowserOf) -> None:
    await stops.stop(cast.BJORKEN, "Fel bild.", by=ANNA, now=NOW)
    await told.go_out(NOW)
    row = await told.row(channel="page")
    assert (row["state"], row["attempts"], row["reason"]) == ("planned", 0, "Väntar: Björkens kommun har stoppat sin publicering.")
    assert told.reading.read == []
    await stops.lift(cast.BJORKEN, by=ANNA, now=NOW + DAY)
    await told.go_out(NOW + DAY)
    assert (await told.state(), await told.state(channel="page")) == ("sent", "sent")


@pytest.mark.parametrize("whose", ["own", "the other party's", "the whole installation's"])
async def test_a_stop_that_comes_after_the_hand_out_is_honoured_directly_before_the_attempt(told: Told, whose: str) -> None:
    [batch] = await told.hand_out(NOW)
    if whose == "the whole installation's":
        await stops.across_organisations_halt("Vi byter server.", now=NOW)
    else:
        await stops.stop(cast.BJORKEN if whose == "own" else cast.SKOGEN, "Fel bild.", by=ANNA, now=NOW)
    await told.deliver(batch, NOW)
    row = await told.row(channel="page")
    assert (row["state"], row["attempts"], told.reading.read) == ("planned", 0, [])
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM published_update") == 0, "nor may residents read it"


async def test_what_one_party_says_alone_is_not_held_by_the_others_stop(browser_of: BrowserOf, settings: Settings) -> None:
    told = await tell(await browser_of(), settings, cast.START)
    async with database.across_organisations() as link:
        await link.execute("UPDATE status_update SET voice = 'own' WHERE id = $1", told.update)
    await stops.stop(cast.SKOGEN, "Vi ser över vårt.", by=ANNA, now=NOW)
    assert await told.hand_out(NOW) != []


async def test_a_withdrawal_passes_every_stop(told: Told) -> None:
    await told.go_out(NOW)
    await stops.stop(cast.BJORKEN, "Fel bild.", by=ANNA, now=NOW)
    await stops.across_organisations_halt("Allt.", now=NOW)
    await told.withdraw(NOW)
    await told.go_out(NOW)
    assert (await told.state("retract"), told.place.there) == ("sent", {})


# ---------------------------------------------------------------- by hand
async def test_what_a_person_does_is_asked_for_and_looked_for_where_they_say(told: Told, browser_of: BrowserOf) -> None:
    told.place.said["send refused"] = [ByHand("Det är dags att lägga upp inlägget.")]
    await told.go_out(NOW)
    row = await told.row()
    assert (row["state"], row["reason"]) == ("manual", "Det är dags att lägga upp inlägget.")
    await updates.across_organisations_tell_what_is_stuck(now=NOW)
    assert await letters() == ["”Tre gator får ny belysning” väntar på att ni gör något för hand"]
    assert "ska läggas ut för hand på @bjorken@example.org" in (await (await browser_of("anna")).get("/utskick")).text
    anna = cast.asking("anna")
    with pytest.raises(Refusal):
        await deliveries.done_by_hand(cast.BJORKEN, row["id"], "facebook", by=anna, now=NOW)
    await deliveries.done_by_hand(cast.BJORKEN, row["id"], " https://social.example.org/7 ", by=anna, now=NOW)
    with pytest.raises(Refusal):
        await deliveries.done_by_hand(cast.BJORKEN, row["id"], "https://social.example.org/7", by=anna, now=NOW)
    assert ((await told.row())["remote_url"], await deliveries.needs(cast.BJORKEN)) == ("https://social.example.org/7", [])
    told.place.there["7"] = told.place.asked[0][1]
    assert await look(told, NOW) == 1
    assert (await told.row())["confirmed_at"] == NOW


# ---------------------------------------------------------------- copies
async def test_a_copy_of_all_that_went_out_is_kept_as_it_was_shown(told: Told, browser_of: BrowserOf) -> None:
    await told.go_out(NOW)
    await told.correct("Fem gator får ny belysning.", NOW + HOUR)
    await told.go_out(NOW + HOUR)
    await told.withdraw(NOW + DAY)
    await told.go_out(NOW + DAY)
    async with database.across_organisations() as link:
        kept = [(one["channel"], one["act"], one["version"]) for one in await link.fetch("SELECT * FROM published_copy ORDER BY at, channel, act")]
    assert kept == [(where, act, version) for act, version in (("publish", 1), ("edit", 2), ("retract", 2)) for where in ("feed", "mastodon", "page")]
    anna, oda = await browser_of("anna"), await browser_of("oda")
    listed = await anna.get(f"/uppdateringar/{told.update}/kopior")
    assert (listed.text.count("Publicerad<"), listed.text.count("Rättad<"), listed.text.count("Borttagen<")) == (3, 3, 3)
    shown = [(await anna.get(address)).text for address in _addresses(listed.text)]
    assert sum("Trettiotvå boende" in one for one in shown) == 3
    assert sum("Fem gator får ny belysning." in one for one in shown) == 3
    assert sum("Fel gata." in one for one in shown) == 3
    assert (await oda.get(f"/uppdateringar/{told.update}/kopior")).status_code == 404
    assert (await oda.get(_addresses(listed.text)[0])).status_code == 404


def _addresses(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('href="')[1:] if part.startswith("/kopior/")]
