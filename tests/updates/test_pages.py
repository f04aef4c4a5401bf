from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from tests import cast, made, telling
from trygghet.connections import actions as connections
from trygghet.deliveries import actions as deliveries
from trygghet.updates import actions as updates

if TYPE_CHECKING:
    import uuid

    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}


async def shared(browser_of: BrowserOf) -> str:
    """An update that Anna has written and handed over."""
    address = await telling.write(await browser_of("anna"), await made.promise())
    assert (await telling.press(await browser_of("anna"), address, "dela")).status_code == 303
    return address


async def channels_of(address: str) -> list[str]:
    """Where the update is planned to go."""
    update_id = (await updates.read(cast.BJORKEN, _id(address))).update.id
    return [one.channel for one in (await deliveries.of_updates(cast.BJORKEN, [update_id]))[update_id]]


def _id(address: str) -> uuid.UUID:
    from uuid import UUID

    return UUID(address.rpartition("/")[2])


def section(page: httpx.Response, name: str) -> str:
    """One group of the list."""
    return page.text.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


# ---------------------------------------------------------------- drafts are private
async def test_a_draft_is_its_authors_until_it_is_handed_over(browser_of: BrowserOf) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise())
    assert "Ett utkast som bara Björkens kommun ser." in (await (await browser_of("bo")).get(address)).text
    for stranger in ("per", "pia", "oda"):
        assert (await (await browser_of(stranger)).get(address)).status_code == 404
        assert telling.TITLE not in (await (await browser_of(stranger)).get("/uppdateringar")).text
    await telling.press(await browser_of("anna"), address, "dela")
    assert (await (await browser_of("per")).get(address)).status_code == 200
    assert (await (await browser_of("oda")).get(address)).status_code == 404


async def test_a_drafts_picture_is_as_private_as_the_draft(browser_of: BrowserOf) -> None:
    address = await telling.write(await browser_of("anna"), await made.promise(), telling.picture(), bildtext="En gata.")
    mine = await (await browser_of("anna")).get(f"{address}/bild")
    assert (mine.status_code, mine.headers["content-type"]) == (200, "image/jpeg")
    assert (await (await browser_of("per")).get(f"{address}/bild")).status_code == 404


async def test_a_draft_that_nobody_has_seen_can_be_thrown_away(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    address = await telling.write(anna, await made.promise(), telling.picture(), dekorativ="ja")
    assert (await telling.press(anna, address, "slang")).headers["location"] == "/uppdateringar"
    assert (await anna.get(address)).status_code == 404


async def test_what_has_been_handed_over_cannot_be_thrown_away(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    assert (await telling.press(await browser_of("anna"), address, "slang")).status_code == 422
    assert (await (await browser_of("per")).get(address)).status_code == 200


# ---------------------------------------------------------------- the form
async def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    page = await telling.send(
        await browser_of("anna"), f"/loften/{promise_id}/uppdateringar/ny", {"rubrik": "", "text": "Ring 640823-3234.", "tid": "snart"}, b"no picture"
    )
    assert page.status_code == 422
    for sentence in (
        "Rubrik: skriv något här.",
        "ser ut som ett personnummer",
        "ange också en dag",
        "gick inte att läsa filen som en bild",
        "Fyra uppgifter behöver rättas",
    ):
        assert sentence in page.text
    assert "Ring 640823-3234." in page.text
    assert "Välj bilden igen" in page.text
    assert page.text.count('aria-invalid="true"') == 4


async def test_a_form_sent_twice_is_one_draft(browser_of: BrowserOf) -> None:
    anna, address = await browser_of("anna"), f"/loften/{await made.promise()}/uppdateringar/ny"
    page = await anna.get(address)
    words = {
        "_csrf_token": cast.csrf(page.text),
        "form_key": telling.field(page, "form_key"),
        "rubrik": "Två gator",
        "text": "Text.",
        "bildtext": "Gata.",
    }

    async def send(**typed: str) -> httpx.Response:
        return await anna.post(address, data={**words, **typed}, files={"bild": ("bild.jpg", telling.picture(), "image/jpeg")})

    answers = await asyncio.gather(*(send() for _ in range(3)))
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/uppdateringar/{words['form_key']}")}
    other = await send(rubrik="Tre gator")
    assert other.status_code == 422
    assert "Formuläret är redan sparat en gång, med en annan text." in other.text
    assert (await send(rubrik="Tre gator", form_key=telling.field(other, "form_key"))).status_code == 303
    assert sorted(one.update.title for one in await updates.read_all(cast.BJORKEN)) == ["Tre gator", "Två gator"]


async def test_a_form_with_the_key_of_somebody_elses_draft_is_not_found(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    theirs = await telling.write(await browser_of("per"), promise_id)
    typed = {"rubrik": telling.TITLE, "text": telling.BODY, "form_key": theirs.rpartition("/")[2]}
    assert (await telling.send(await browser_of("anna"), f"/loften/{promise_id}/uppdateringar/ny", typed)).status_code == 404


@pytest.mark.parametrize("title", ["\u200b", "\ufeff\u00ad", "\x01\x1f", "\u202e \u2066", "\u200d"])
async def test_a_title_that_nobody_can_see_is_none(browser_of: BrowserOf, title: str) -> None:
    typed = {"rubrik": title, "text": telling.BODY}
    answer = await telling.send(await browser_of("anna"), f"/loften/{await made.promise()}/uppdateringar/ny", typed)
    assert answer.status_code == 422
    assert 'href="#rubrik"' in answer.text


async def test_marks_that_turn_a_text_round_are_not_kept(browser_of: BrowserOf) -> None:
    anna = await browser_of("anna")
    address = await telling.write(
        anna, await made.promise(), rubrik="\u202eegats ert", text="Ett\x0b\u2066två\r\n\r\nFamiljen \U0001f468\u200d\U0001f467 och الحي"
    )
    update = (await updates.read(cast.BJORKEN, _id(address))).update
    assert update.title == "egats ert"
    assert update.body == "Etttvå\n\nFamiljen \U0001f468\u200d\U0001f467 och الحي"


async def test_a_picture_without_words_is_refused(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    page = await telling.send(await browser_of("anna"), f"/loften/{promise_id}/uppdateringar/ny", {"rubrik": "R", "text": "T"}, telling.picture())
    assert page.status_code == 422
    assert "skriv vad bilden visar" in page.text


async def test_a_picture_of_more_than_five_megabytes_is_answered_with_a_sentence(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    page = await telling.send(await browser_of("anna"), f"/loften/{promise_id}/uppdateringar/ny", {"rubrik": "R", "text": "T"}, b"\xff" * 9_000_000)
    assert page.status_code == 422
    assert "högst 5 MB. Den du valde är 9,0 MB" in page.text


async def test_accounts_of_both_parties_can_be_chosen_and_nobody_elses(browser_of: BrowserOf, settings: object) -> None:
    promise_id = await made.promise()
    ids = {
        owner: await connections.add(
            owner,
            channel="mastodon",
            name=f"@{name}@example.org",
            base_url="https://social.example.org",
            token="t",
            secret_key="x" * 40,
            now=cast.START,
        )
        for owner, name in ((cast.BJORKEN, "bjorken"), (cast.SKOGEN, "skogen"), (cast.ON, "on"))
    }
    anna = await browser_of("anna")
    form = (await anna.get(f"/loften/{promise_id}/uppdateringar/ny")).text
    assert re.search(rf'value="{ids[cast.BJORKEN]}" checked', form), "our own account is chosen from the start"
    assert f'value="{ids[cast.SKOGEN]}">' in form
    assert str(ids[cast.ON]) not in form
    refused = await telling.send(anna, f"/loften/{promise_id}/uppdateringar/ny", {"rubrik": "R", "text": "T", "kanaler": str(ids[cast.ON])})
    assert refused.status_code == 422
    assert "inte till någon av löftets parter" in refused.text
    address = await telling.write(anna, promise_id, kanaler=[str(ids[cast.BJORKEN]), str(ids[cast.SKOGEN])])
    page = (await anna.get(address)).text
    assert "Inlägget i @skogen@example.org" in page
    assert f"http://testserver/bjorken/uppdateringar/{_id(address)}</p>" in page, "the very text, with its address last"


async def test_an_unknown_promise_and_a_strangers_promise_are_not_found(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    assert (await (await browser_of("oda")).get(f"/loften/{promise_id}/uppdateringar/ny")).status_code == 404


# ---------------------------------------------------------------- the keys
async def test_two_leaders_agree_and_the_publication_is_planned(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    assert "Väntar på er nyckel" in (await (await browser_of("pia")).get(address)).text
    await telling.press(await browser_of("bo"), address, "godkann")
    assert await channels_of(address) == [], "one key is none"
    listed = await (await browser_of("pia")).get("/uppdateringar")
    assert telling.TITLE in section(listed, "er-nyckel")
    await telling.press(await browser_of("pia"), address, "godkann")
    assert await channels_of(address) == ["page", "feed"]
    page = (await (await browser_of("per")).get(address)).text
    assert "Alla parter har vridit om sin nyckel på samma text." in page
    assert "Kommunstyrelsens ordförande, 1 oktober 2024 kl. 08.00" in page


async def test_coordinators_write_and_do_not_approve_and_leaders_approve_and_do_not_write(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    assert (await telling.press(await browser_of("anna"), address, "godkann")).status_code == 403
    assert (await (await browser_of("bo")).get(f"{address}/andra")).status_code == 403
    assert "Godkänn just den här texten" not in (await (await browser_of("per")).get(address)).text


async def test_a_key_on_a_text_that_has_changed_is_refused(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    pia = await browser_of("pia")
    seen = telling.field(await pia.get(address), "lydelse")
    await telling.send(await browser_of("per"), f"{address}/andra", {"rubrik": telling.TITLE, "text": "Fyra gator får ny belysning."})
    refused = await telling.press(pia, address, "godkann", seen=seen)
    assert refused.status_code == 422
    assert "Texten har ändrats sedan du läste den." in refused.text
    assert "Fyra gator" in refused.text, "and the new one is there to read"
    part = await telling.press(pia, address, "godkann", seen=seen, headers=HTMX)
    assert part.status_code == 422
    assert part.text.lstrip().startswith('<div id="uppdatering">')


async def test_an_edit_drops_the_keys_and_shows_the_difference_to_those_who_had_turned_theirs(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    await telling.press(await browser_of("bo"), address, "godkann")
    await telling.send(
        await browser_of("per"), f"{address}/andra", {"rubrik": telling.TITLE, "text": telling.BODY.replace("Tre", "Fyra"), "dag": "2024-10-04"}
    )
    page = (await (await browser_of("bo")).get(address)).text
    assert "Ändrat sedan ni godkände" in page
    assert "<del>Tre</del> <ins>Fyra</ins>" in page
    assert "Tidigaste tid är ändrad." in page
    assert "Tidigare nyckel gällde en äldre text och föll 1 oktober." in page
    assert "<del>" not in (await (await browser_of("pia")).get(address)).text, "who never approved has nothing to compare with"


async def test_an_edit_after_both_keys_takes_back_what_was_planned(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    address = await telling.agree(browser_of, promise_id, dag="2024-10-20")
    assert "Går ut söndag 20 okt 08.00" in (await (await browser_of("anna")).get(address)).text
    await telling.send(await browser_of("per"), f"{address}/andra", {"rubrik": telling.TITLE, "text": "Fyra gator."})
    assert await channels_of(address) == []
    for leader in ("pia", "bo"):
        await telling.press(await browser_of(leader), address, "godkann")
    assert await channels_of(address) == ["page", "feed"], "and the same wish can be planned anew"


async def test_saving_without_a_change_drops_no_key(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    await telling.press(await browser_of("bo"), address, "godkann")
    await telling.send(await browser_of("per"), f"{address}/andra", {"rubrik": telling.TITLE, "text": telling.BODY})
    assert "Ändrat sedan" not in (await (await browser_of("bo")).get(address)).text


async def test_saving_without_a_change_leaves_what_was_agreed_on_its_way(browser_of: BrowserOf) -> None:
    address = await telling.agree(browser_of, await made.promise())
    await telling.send(await browser_of("per"), f"{address}/andra", {"rubrik": telling.TITLE, "text": telling.BODY})
    assert await channels_of(address) == ["page", "feed"]


async def test_nobody_writes_over_a_text_that_they_have_not_read(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    anna = await browser_of("anna")
    seen = telling.field(await anna.get(f"{address}/andra"), "lydelse")
    await telling.send(await browser_of("per"), f"{address}/andra", {"rubrik": telling.TITLE, "text": "Fyra gator."})
    refused = await telling.send(anna, f"{address}/andra", {"rubrik": telling.TITLE, "text": "Fem gator.", "lydelse": seen})
    assert refused.status_code == 422
    assert "Inget av det du skrev är sparat." in refused.text
    assert "Fem gator." in refused.text, "what was typed is not lost"
    again = await telling.send(
        anna, f"{address}/andra", {"rubrik": telling.TITLE, "text": "Fem gator.", "lydelse": telling.field(refused, "lydelse")}
    )
    assert again.status_code == 422, "the same form sent again changes nothing either"


async def test_htmx_gets_the_part_and_others_the_page(browser_of: BrowserOf) -> None:
    address = await shared(browser_of)
    bo = await browser_of("bo")
    part = await telling.press(bo, address, "godkann", headers=HTMX)
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div id="uppdatering">')
    assert "<html" not in part.text
    assert (await bo.get(address, headers=HTMX)).text.count('id="utskick"') == 1


async def test_what_is_on_its_way_asks_again_and_takes_the_words_about_it_along(browser_of: BrowserOf) -> None:
    address = await telling.agree(browser_of, await made.promise())
    page = (await (await browser_of("bo")).get(address)).text
    parts = re.search(r'hx-select-oob="([^"]+)"', page)
    assert parts is not None
    assert all(page.count(f'id="{one.removeprefix("#")}"') == 1 for one in parts[1].split(","))


# ---------------------------------------------------------------- taking back
async def test_one_party_takes_back_what_both_have_agreed_on(browser_of: BrowserOf) -> None:
    address = await telling.agree(browser_of, await made.promise())
    per = await browser_of("per")
    silent = await telling.press(per, address, "dra-tillbaka", varfor="")
    assert silent.status_code == 422
    assert "Varför: skriv något här." in silent.text
    assert (await telling.press(per, address, "dra-tillbaka", varfor="Fel datum.")).status_code == 303
    assert await channels_of(address) == []
    page = (await (await browser_of("anna")).get(address)).text
    assert "Tillbakadragen" in page
    assert "Fel datum." in page
    assert (await telling.press(await browser_of("bo"), address, "godkann")).status_code == 422
    assert (await (await browser_of("anna")).get(f"{address}/andra")).status_code == 422
    assert (await telling.press(per, address, "dra-tillbaka", varfor="Igen.")).status_code == 422
