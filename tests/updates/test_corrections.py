"""What has been published is put right, stopped and taken back; and what became of each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests import cast, made, telling
from tests.updates.test_publishing import SOON, account_of, rows
from trygghet import database
from trygghet.channels import ABILITIES, Abilities, ByHand, Message, NotSent, Receipt

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
RIGHT = {"rubrik": telling.TITLE, "text": "Fyra gator får ny belysning.", "rattelse": "Det är fyra gator, inte tre."}


async def told(browser_of: BrowserOf, settings: Settings, account: telling.Account, **typed: Any) -> tuple[str, str]:
    """An update that is out on page, feed and an account of Björken's; its address and the account's id."""
    connection = await account_of(cast.BJORKEN, settings)
    address = await telling.agree(browser_of, await made.promise(), kanaler=connection, **typed)
    await telling.go_out(await browser_of(), settings, SOON, account)
    return address, connection


async def test_the_old_text_stays_until_both_keys_are_turned_on_the_new_and_then_the_page_says_what_was_put_right(
    browser_of: BrowserOf, settings: Settings
) -> None:
    account = telling.Account()
    address, connection = await told(browser_of, settings, account)
    residents, later = await browser_of(), SOON + dt.timedelta(days=1)
    assert (await telling.send(await browser_of("anna"), f"{address}/andra", {**RIGHT, "kanaler": connection})).status_code == 303
    assert await telling.go_out(residents, settings, later, account) == ["mastodon"], "nothing new goes out"
    assert "Trettiotvå boende" in (await residents.get(f"/bjorken{address}")).text
    page = (await (await browser_of("pia")).get(address)).text
    assert "Publicerad, rättelse väntar" in page
    assert "Det är fyra gator, inte tre." in page
    assert "<del>" in page, "the approver sees the difference to what she approved"
    for leader in ("bo", "pia"):
        assert (await telling.press(await browser_of(leader), address, "godkann")).status_code == 303
    await telling.go_out(residents, settings, later, account)
    public = (await residents.get(f"/bjorken{address}")).text
    assert "Trettiotvå boende" not in public
    assert "Rättad 1 oktober 2024" in public
    assert "Det är fyra gator, inte tre." in public
    [edited] = account.edits
    assert edited.remote_id == "1"
    assert "Rättad 1 oktober 2024: Det är fyra gator, inte tre." in edited.payload["status"]
    assert len(account.posts) == 1, "and nothing was posted twice"
    acts = {(one.channel, one.act, one.state) for one in await rows(address)}
    assert {("page", "edit", "sent"), ("feed", "edit", "sent"), ("mastodon", "edit", "sent")} <= acts


async def test_one_party_cannot_make_what_both_have_said_its_own_and_rewrite_it(browser_of: BrowserOf, settings: Settings) -> None:
    address, _ = await told(browser_of, settings, telling.Account())
    refused = await telling.send(await browser_of("anna"), f"{address}/andra", {**RIGHT, "avsandare": "egen"})
    assert (refused.status_code, "rättas av dem som sade det" in refused.text) == (422, True)


async def test_a_place_that_cannot_change_a_post_gets_one_that_puts_it_right_or_a_new_one_as_chosen(
    browser_of: BrowserOf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ABILITIES, "mastodon", Abilities(edit=False, retract=True, picture=True))
    address, connection = await told(browser_of, settings, telling.Account())
    form = (await (await browser_of("anna")).get(f"{address}/andra")).text
    assert "Ett eget inlägg säger vad som rättas" in form
    for way, said in (("reply", "Rättelse: Tre gator får ny belysning"), ("anew", telling.TITLE)):
        typed = {**RIGHT, "kanaler": connection, f"vag-{connection}": way}
        assert (await telling.send(await browser_of("anna"), f"{address}/andra", typed)).status_code == 303
        for leader in ("bo", "pia"):
            await telling.press(await browser_of(leader), address, "godkann")
        [planned] = [one for one in await rows(address) if one.act == "edit" and one.connection_id]
        assert planned.words["way"] == way
        assert said in (await (await browser_of("anna")).get(address)).text


@pytest.mark.parametrize("keys", [(), ("bo", "pia")])
async def test_a_correction_is_stopped_by_one_and_what_residents_read_stays_alone(
    browser_of: BrowserOf, settings: Settings, keys: tuple[str, ...]
) -> None:
    account = telling.Account()
    address, connection = await told(browser_of, settings, account)
    before = (await (await browser_of()).get(f"/bjorken{address}")).text
    await telling.send(await browser_of("anna"), f"{address}/andra", {**RIGHT, "kanaler": connection})
    for leader in keys:
        await telling.press(await browser_of(leader), address, "godkann")
    assert "Släng rättelsen" in (await (await browser_of("pia")).get(address)).text
    assert (await telling.press(await browser_of("pia"), address, "stoppa", varfor="Det var tre gator.")).status_code == 303
    await telling.go_out(await browser_of(), settings, SOON, account)
    assert account.edits == []
    assert (await (await browser_of()).get(f"/bjorken{address}")).text == before
    async with database.across_organisations() as link:
        titles = {row["title"] for row in await link.fetch("SELECT title FROM delivery WHERE kind = 'notice'")}
    assert f"LPO Skogen slängde rättelsen av ”{telling.TITLE}”" in titles
    page = (await (await browser_of("anna")).get(address)).text
    assert "Publicerad, rättelse väntar" not in page
    assert "Ändrat sedan ni godkände" not in page
    assert page.count("Godkänt") == 2, "the keys that let it out are those that count"
    await telling.send(await browser_of("anna"), f"{address}/andra", {**RIGHT, "kanaler": connection})
    for leader in ("bo", "pia"):
        await telling.press(await browser_of(leader), address, "godkann")
    await telling.go_out(await browser_of(), settings, SOON, account)
    assert len(account.edits) == 1, "and it can be put right another time"


class Refusing(telling.Account):
    """Takes nothing until it is told to."""

    refuses = True

    async def send(self, message: Message) -> Receipt:
        if self.refuses:
            raise NotSent("Texten är för lång.", permanent=True)
        return await super().send(message)


async def test_a_place_that_refused_the_first_text_gets_the_one_that_was_put_right(browser_of: BrowserOf, settings: Settings) -> None:
    account = Refusing()
    address, connection = await told(browser_of, settings, account)
    assert [one.state for one in await rows(address) if one.connection_id] == ["failed"]
    account.refuses = False
    await telling.send(await browser_of("anna"), f"{address}/andra", {**RIGHT, "kanaler": connection})
    async with database.across_organisations() as link:
        assert await link.fetchval("SELECT count(*) FROM delivery WHERE words::text LIKE '%vill rätta det som invånarna redan kan läsa%'") == 2
    for leader in ("bo", "pia"):
        await telling.press(await browser_of(leader), address, "godkann")
    await telling.go_out(await browser_of(), settings, SOON, account)
    [post] = account.posts
    assert post.text.startswith(RIGHT["rubrik"])
    assert [one.state for one in await rows(address) if one.connection_id] == ["sent"]


async def test_an_account_that_a_correction_leaves_out_loses_its_post(browser_of: BrowserOf, settings: Settings) -> None:
    account = telling.Account()
    address, _ = await told(browser_of, settings, account)
    await telling.send(await browser_of("anna"), f"{address}/andra", RIGHT)
    for leader in ("bo", "pia"):
        await telling.press(await browser_of(leader), address, "godkann")
    await telling.go_out(await browser_of(), settings, SOON, account)
    assert account.gone == ["1"]


async def test_one_party_stops_what_is_agreed_and_the_other_is_told_why(browser_of: BrowserOf, settings: Settings) -> None:
    address = await telling.agree(browser_of, await made.promise(), dag="2024-10-20")
    per = await browser_of("per")
    assert "Varför: skriv något här." in (await telling.press(per, address, "stoppa", varfor="")).text
    assert (await telling.press(per, address, "stoppa", varfor="Siffran är fel.")).status_code == 303
    assert await telling.go_out(await browser_of(), settings, dt.datetime(2024, 10, 21, tzinfo=dt.UTC)) == []
    page = (await (await browser_of("anna")).get(address)).text
    assert "Väntar på nycklar" in page, "the text is still there, and can be changed"
    assert await notices("update_taken_back") == ["LPO Skogen stoppade ”Tre gator får ny belysning”"]
    assert await notices("update_waits") == [], "and nobody is reminded of it"
    async with database.across_organisations() as link:
        reasons = [row[0] for row in await link.fetch("SELECT fell_why FROM approval WHERE subject_kind = 'status_update'")]
    assert reasons == ["Stoppad: Siffran är fel."] * 2
    assert (await telling.press(per, address, "stoppa", varfor="Igen.")).status_code == 303


async def test_what_is_out_is_not_stopped_but_taken_back(browser_of: BrowserOf, settings: Settings) -> None:
    address, _ = await told(browser_of, settings, telling.Account())
    assert "redan publicerad" in (await telling.press(await browser_of("per"), address, "stoppa", varfor="Fel.")).text


@pytest.mark.parametrize("instead", ["another picture", "none"])
async def test_taken_back_while_a_correction_waits_the_picture_that_residents_see_is_gone(
    browser_of: BrowserOf, settings: Settings, instead: str
) -> None:
    address = await telling.agree(browser_of, await made.promise(), telling.picture(), bildtext="En gata.")
    residents = await browser_of()
    await telling.go_out(residents, settings, SOON)
    picture = (await residents.get(f"/bjorken{address}")).text.partition('src="/bilder/')[2].partition('"')[0]
    assert (await residents.get(f"/bilder/{picture}")).status_code == 200
    typed, upload = ({"bildtext": "Samma gata."}, telling.picture(size=(50, 50))) if instead == "another picture" else ({"ta_bort": "ja"}, None)
    assert (await telling.send(await browser_of("anna"), f"{address}/andra", {**RIGHT, **typed}, upload)).status_code == 303
    assert (await residents.get(f"/bilder/{picture}")).status_code == 200, "it is there until both keys are turned"
    await telling.press(await browser_of("pia"), address, "dra-tillbaka", varfor="Bilden visar någon.")
    assert (await residents.get(f"/bilder/{picture}")).status_code == 404
    page = await (await browser_of("anna")).get(address)
    assert telling.BODY.split("\n")[0] in page.text, "what is taken back is what residents have read"
    assert RIGHT["text"] not in page.text


async def test_what_residents_have_not_read_is_not_told_as_a_correction(browser_of: BrowserOf, settings: Settings) -> None:
    account = telling.Account()
    address, _ = await told(browser_of, settings, account, rattelse="Det är fyra gator, inte tre.")
    assert "Rättad" not in (await (await browser_of()).get(f"/bjorken{address}")).text
    assert "Rättad" not in account.posts[0].text
    assert {one.act for one in await rows(address)} == {"publish"}


async def test_a_person_says_what_became_of_a_post_that_nobody_could_find(browser_of: BrowserOf, settings: Settings) -> None:
    address, _ = await told(browser_of, settings, telling.Account())
    sent = next(one for one in await rows(address) if one.connection_id)
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET state = 'unclear', reason = 'Svaret kom bort.' WHERE id = $1", sent.id)
    anna = await browser_of("anna")
    page = (await anna.get(address)).text
    assert "Finns inlägget?" in page
    assert "Finns inlägget?" not in (await (await browser_of("per")).get(address)).text, "the account is Björken's"
    wrong = await telling.press(anna, address, f"utskick/{sent.id}", svar="finns", adress="inte en adress")
    assert wrong.status_code == 422
    assert (await telling.press(anna, address, f"utskick/{sent.id}", svar="finns", adress="https://social.example.org/9")).status_code == 303
    assert "https://social.example.org/9" in (await anna.get(address)).text


async def test_what_is_done_by_hand_has_its_text_picture_and_address_on_the_page(browser_of: BrowserOf, settings: Settings) -> None:
    connection = await account_of(cast.BJORKEN, settings)
    address = await telling.agree(browser_of, await made.promise(), telling.picture(), bildtext="En gata.", kanaler=connection)
    async with database.across_organisations() as link:
        row = await link.fetchval("UPDATE delivery SET state = 'manual', after_id = NULL WHERE connection_id = $1 RETURNING id", UUID(connection))
    anna = await browser_of("anna")
    page = (await anna.get(address)).text
    assert "Text att kopiera" in page
    picture = page.partition('href="/uppdateringar/')[2]
    picture = next(one for one in page.split('"') if "/bild?summa=" in one)
    got = await anna.get(picture)
    assert (got.status_code, got.headers["content-disposition"]) == (200, "attachment")
    assert (await telling.press(anna, address, f"utskick/{row}", svar="gjort", adress="https://www.example.org/nyhet")).status_code == 303
    assert "https://www.example.org/nyhet" in (await anna.get(address)).text


async def test_who_takes_a_post_away_by_hand_is_led_to_it_and_asked_for_no_address(browser_of: BrowserOf, settings: Settings) -> None:
    class NoHands(telling.Account):
        async def retract(self, message: Message) -> Receipt:
            raise ByHand("Inlägget ska tas bort.")

    account = NoHands()
    address, _ = await told(browser_of, settings, account)
    anna = await browser_of("anna")
    await telling.press(anna, address, "dra-tillbaka", varfor="Fel gata.")
    await telling.go_out(await browser_of(), settings, SOON, account)
    [row] = [one for one in await rows(address) if one.act == "retract"]
    asked = (await anna.get(address)).text.partition(f'id="svar-{row.id}"')[2].partition("</section>")[0]
    assert "Inlägget ska tas bort." in asked
    assert 'href="https://social.example.org/1"' in asked
    assert 'name="adress"' not in asked
    assert (await telling.press(anna, address, f"utskick/{row.id}", svar="gjort")).status_code == 303
    assert "Borttagen" in (await anna.get(address)).text


async def notices(start: str) -> list[str]:
    """The headlines of what is planned under keys that begin so, each once."""
    async with database.across_organisations() as link:
        found = await link.fetch("SELECT DISTINCT title FROM delivery WHERE kind = 'notice' AND key LIKE 'notice:' || $1 || '%' ORDER BY 1", start)
    return [row[0] for row in found]
