"""The form: what each channel would get, own words and pictures for each, in whose voice, until when, and begun out of facts."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests import cast, made, telling
from tests.updates.test_corrections import notices
from tests.updates.test_publishing import SOON, account_of, rows
from trygghet import database
from trygghet.channels import ABILITIES, Abilities
from trygghet.deliveries import sending

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
WORDS = {"rubrik": telling.TITLE, "text": telling.BODY}


# ---------------------------------------------------------------- what each channel gets
@pytest.mark.parametrize("htmx", [True, False])
async def test_the_preview_is_the_text_with_its_length_and_saves_nothing(browser_of: BrowserOf, settings: Settings, *, htmx: bool) -> None:
    promise_id, account = await made.promise(), await account_of(cast.BJORKEN, settings)
    anna, form = await browser_of("anna"), f"/loften/{promise_id}/uppdateringar/ny"
    page = await anna.get(form)
    typed = {"_csrf_token": cast.csrf(page.text), "form_key": telling.field(page, "form_key"), **WORDS, "kanaler": account}
    headers = {"HX-Request": "true"} if htmx else {}
    shown = await anna.post(form.replace("/ny", "/visa"), data={**typed, f"text-{account}": "Nu blir det ljusare."}, headers=headers)
    assert shown.status_code == 200
    assert ("<html" in shown.text) is not htmx
    link = f"http://testserver/bjorken/uppdateringar/{typed['form_key']}"
    assert f"Nu blir det ljusare.\n\n{link}</p>" in shown.text
    assert f"{len('Nu blir det ljusare.') + 2 + 23} av 500 tecken" in shown.text
    long = await anna.post(form.replace("/ny", "/visa"), data={**typed, f"text-{account}": "Ljus. " * 100}, headers=headers)
    assert "tecken för lång" in long.text
    number = await anna.post(form.replace("/ny", "/visa"), data={**typed, "text": "Ring 640823-3234."}, headers=headers)
    assert (number.status_code, "ser ut som ett personnummer" in number.text) == (422, True)
    async with database.across_organisations() as one:
        assert await one.fetchval("SELECT count(*) FROM status_update") == 0


async def test_a_text_that_a_channel_cannot_take_is_a_draft_and_no_more(browser_of: BrowserOf, settings: Settings) -> None:
    account = await account_of(cast.BJORKEN, settings)
    anna = await browser_of("anna")
    address = await telling.write(anna, await made.promise(), kanaler=account, **{f"text-{account}": "Ljus. " * 100})
    refused = await telling.press(anna, address, "dela")
    assert refused.status_code == 422
    assert "@skogen@example.org: Texten är" in refused.text


async def test_a_channel_gets_the_picture_as_small_as_it_wants_it(browser_of: BrowserOf, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ABILITIES, "mastodon", Abilities(edit=True, retract=True, picture=True, longest_side=100))
    account = telling.Account()
    picture = telling.picture(size=(400, 200))
    address = await telling.agree(browser_of, await made.promise(), picture, bildtext="En gata.", kanaler=await account_of(cast.BJORKEN, settings))
    page = (await (await browser_of("pia")).get(address)).text
    shown = re.search(r'src="(/uppdateringar/[^"]+summa=[0-9a-f]{64})" alt="En gata."', page)
    assert shown
    assert Image.open(io.BytesIO((await (await browser_of("pia")).get(shown[1])).content)).size == (100, 50), "the very picture that goes out"
    form = (await (await browser_of("anna")).get(f"{address}/andra")).text
    assert shown[1] in form
    await telling.go_out(await browser_of(), settings, SOON, account)
    [post] = account.posts
    assert Image.open(io.BytesIO(post.picture.body)).size == (100, 50)
    assert post.picture.alt == "En gata."


async def test_what_goes_out_is_what_was_approved_also_when_the_channel_would_write_it_otherwise_today(
    browser_of: BrowserOf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = telling.Account()
    await telling.agree(browser_of, await made.promise(), kanaler=await account_of(cast.BJORKEN, settings))
    monkeypatch.setattr("trygghet.updates.rendering.RENDERERS", {})
    await telling.go_out(await browser_of(), replace(settings, public_url="https://annan.example.org"), SOON, account)
    [post] = account.posts
    assert post.payload["status"] == post.text
    assert post.text.startswith(f"{telling.TITLE}\n\n{telling.BODY}\n\nhttp://testserver/bjorken/uppdateringar/")


# ---------------------------------------------------------------- in whose voice
async def test_what_a_party_says_alone_needs_its_own_leader_and_says_everywhere_whose_it_is(browser_of: BrowserOf, settings: Settings) -> None:
    account = telling.Account()
    connection = await account_of(cast.BJORKEN, settings)
    anna, bo, per = [await browser_of(who) for who in ("anna", "bo", "per")]
    address = await telling.write(anna, await made.promise(), avsandare="egen", kanaler=connection)
    assert (await telling.press(bo, address, "godkann")).status_code == 303, "straight from the draft"
    assert "Björkens kommun" in (await per.get(address)).text, "and the other party sees it"
    for button in ("stoppa", "dra-tillbaka"):
        assert "i eget namn" in (await telling.press(per, address, button, varfor="Fel.")).text
    assert (
        "i eget namn" in (await telling.send(per, f"{address}/andra", WORDS)).text if (await per.get(f"{address}/andra")).status_code == 200 else True
    )
    assert await telling.go_out(await browser_of(), settings, SOON, account) == ["page", "feed", "mastodon"]
    public = (await (await browser_of()).get(f"/bjorken{address}")).text
    assert "Gemensamt: Björkens kommun" not in public
    assert 'class="voice k"' in public


async def test_the_other_partys_leader_has_no_key_on_what_one_party_says_alone_and_reads_why(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    address = await telling.write(anna, await made.promise(), avsandare="egen")
    await telling.press(anna, address, "dela")
    refused = await telling.press(await browser_of("pia"), address, "godkann", seen=telling.field(await anna.get(f"{address}/andra"), "lydelse"))
    assert (refused.status_code, "Det här säger Björkens kommun i eget namn." in refused.text) == (422, True)


async def test_nobody_speaks_alone_through_the_other_partys_account(browser_of: BrowserOf, settings: Settings) -> None:
    typed = {**WORDS, "avsandare": "egen", "kanaler": await account_of(cast.SKOGEN, settings)}
    refused = await telling.send(await browser_of("anna"), f"/loften/{await made.promise()}/uppdateringar/ny", typed)
    assert (refused.status_code, "bara ut i era egna konton" in refused.text) == (422, True)


async def test_nobody_makes_the_other_partys_words_their_own(browser_of: BrowserOf) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise())
    await telling.press(await browser_of("anna"), address, "dela")
    refused = await telling.send(await browser_of("per"), f"{address}/andra", {**WORDS, "avsandare": "egen"})
    assert (refused.status_code, "bara den part som har börjat skriva" in refused.text) == (422, True)


# ---------------------------------------------------------------- until when
async def test_what_has_not_gone_out_by_its_last_moment_never_does_and_can_get_a_new_time(
    browser_of: BrowserOf, settings: Settings, clock: HandClock
) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise(), senast_dag="2024-10-10", senast_tid="12.00")
    for who, button in (("anna", "dela"), ("bo", "godkann")):
        await telling.press(await browser_of(who), address, button)
    assert await notices("update_late") == [f"”{telling.TITLE}” hann inte ut"]
    clock.at = dt.datetime(2024, 10, 10, 10, 0, tzinfo=dt.UTC)
    late = await telling.press(await browser_of("pia"), address, "godkann")
    assert (late.status_code, "Hann inte ut" in late.text) == (422, True)
    typed = {**WORDS, "senast_dag": "2024-10-12"}
    assert (await telling.send(await browser_of("anna"), f"{address}/andra", {**WORDS, "senast_dag": "2024-10-09"})).status_code == 422
    assert (await telling.send(await browser_of("anna"), f"{address}/andra", typed)).status_code == 303
    for leader in ("bo", "pia"):
        assert (await telling.press(await browser_of(leader), address, "godkann")).status_code == 303
    assert await telling.go_out(await browser_of(), settings, dt.datetime(2024, 10, 13, 8, 0, tzinfo=dt.UTC)) == []
    assert {one.state for one in await rows(address)} == {"skipped"}
    assert (await (await browser_of()).get(f"/bjorken{address}")).status_code == 404


async def test_the_slower_party_is_reminded_and_the_one_who_has_turned_its_key_is_not(browser_of: BrowserOf) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise())
    await telling.press(await browser_of("anna"), address, "dela")
    assert {one for one, _ in await waiting()} == {cast.BJORKEN, cast.SKOGEN}
    await telling.press(await browser_of("bo"), address, "godkann")
    found = await waiting()
    assert {one for one, _ in found} == {cast.SKOGEN}
    assert min(at for _, at in found) == dt.datetime(2024, 10, 4, 6, 0, tzinfo=dt.UTC), "three working days later, at eight"
    await telling.press(await browser_of("pia"), address, "godkann")
    assert await waiting() == []


async def waiting() -> list[tuple[object, dt.datetime]]:
    async with database.across_organisations() as link:
        rows = await link.fetch("SELECT organisation_id, due_at FROM delivery WHERE key LIKE 'notice:update_waits:%' AND state = 'planned'")
    return [(row[0], row[1]) for row in rows]


# ---------------------------------------------------------------- what may not be told yet
async def test_an_activity_that_may_not_be_told_of_yet_is_on_no_public_page_and_in_no_update(
    browser_of: BrowserOf, settings: Settings, clock: HandClock
) -> None:
    hidden = replace(made.TALKS, title="Insats mot narkotika", public_after=dt.date(2024, 10, 15))
    promise_id = await made.promise(activities=(hidden,))
    residents, anna = await browser_of(), await browser_of("anna")
    assert "Insats mot narkotika" not in (await residents.get("/bjorken")).text
    form = (await anna.get(f"/loften/{promise_id}/uppdateringar/ny")).text
    activity = re.search(r'value="([0-9a-f-]+)">Insats mot narkotika \(tidigast 15 oktober 2024\)', form)
    assert activity
    typed = {**WORDS, "aktivitet": activity[1]}
    refused = await telling.send(anna, f"/loften/{promise_id}/uppdateringar/ny", {**typed, "dag": "2024-10-14"})
    assert (refused.status_code, "får inte berättas före 15 oktober 2024" in refused.text) == (422, True)
    address = await telling.agree(browser_of, promise_id, aktivitet=activity[1], dag="2024-10-15")
    on_its_way = await sending.across_organisations_hand_out(now=dt.datetime(2024, 10, 16, tzinfo=dt.UTC), wall=telling.WALL)
    async with database.across_organisations() as link:
        await link.execute("UPDATE activity SET public_after = '2024-12-01' WHERE title = 'Insats mot narkotika'")
    assert await telling.go_out(residents, settings, dt.datetime(2024, 10, 16, tzinfo=dt.UTC), handed_out=on_its_way) == []
    assert {(one.state, one.reason) for one in await rows(address)} == {
        ("planned", "Väntar: ”Insats mot narkotika” får inte berättas före 1 december 2024")
    }
    assert await telling.go_out(residents, settings, dt.datetime(2024, 11, 30, 22, tzinfo=dt.UTC)) == []
    assert await telling.go_out(residents, settings, dt.datetime(2024, 12, 1, 8, tzinfo=dt.UTC)) == ["page", "feed"]
    clock.at = dt.datetime(2024, 10, 15, 8, 0, tzinfo=dt.UTC)
    assert "Insats mot narkotika" in (await residents.get("/bjorken")).text


# ---------------------------------------------------------------- begun out of facts
async def test_a_form_is_begun_out_of_what_is_known_and_nothing_is_saved(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 5)
    anna, form = await browser_of("anna"), f"/loften/{promise_id}/uppdateringar/ny"
    page = (await anna.get(form)).text
    links = re.findall(rf'href="{form}\?([^"]+)"', page)
    assert any(one.startswith("mall=kvartal") for one in links)
    quarter = (await anna.get(f"{form}?mall=kvartal")).text
    assert "Trafikkontroller: 5 kontroller (målet är minst 12 kontroller varje år)" in quarter
    activity = next(one for one in links if one.startswith("mall=aktivitet")).replace("&amp;", "&")
    done = (await anna.get(f"{form}?{activity}")).text
    assert 'value="Trafikkontroller"' in done
    assert "- Gjort 2024: 5 kontroller\n- Senast: 12 september 2024" in done
    signed = (await anna.get(f"{form}?mall=undertecknat")).text
    assert "Det gäller från 1 januari 2023 till och med 31 december 2024." in signed
    assert "är avslutat" not in (await anna.get(f"{form}?mall=avslutat")).text, "it has not ended"
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM status_update") == 0


async def test_a_promise_that_has_ended_is_told_with_what_was_done(browser_of: BrowserOf, clock: HandClock) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 31)
    clock.at = dt.datetime(2025, 1, 7, 8, 0, tzinfo=dt.UTC)
    page = (await (await browser_of("anna")).get(f"/loften/{promise_id}/uppdateringar/ny?mall=avslutat")).text
    assert "Löftet gällde från 1 januari 2023 till och med 31 december 2024." in page
    assert "Trafikkontroller: 31 kontroller (målet var minst 12 kontroller varje år)" in page
