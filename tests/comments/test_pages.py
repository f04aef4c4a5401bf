"""Something is said beside a part of a text, and what should stand there instead; some of it stays at home."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import agreeing, cast, telling
from tests.agreeing import AREA, NOW, WALKS, approve, begun, edit, shared
from trygghet.comments import actions
from trygghet.signatures import actions as signatures
from trygghet.wordings import actions as wordings
from trygghet.wordings.manuscript import HEAD_ID

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from tests.cast import BrowserOf
    from trygghet.comments.rules import Comment

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}


def at(wording_id: UUID, part_id: UUID = AREA) -> str:
    return f"/lydelser/{wording_id}/delar/{part_id}"


async def say(browser: httpx.AsyncClient, wording_id: UUID, part_id: UUID = AREA, act: str = "kommentera", **typed: str) -> httpx.Response:
    """The form of the part's page, filled in."""
    page = await browser.get(f"{at(wording_id, part_id)}/kommentera")
    assert page.status_code == 200, page.text
    filled = {"_csrf_token": cast.csrf(page.text), "form_key": telling.field(page, "form_key"), **typed}
    return await browser.post(f"{at(wording_id, part_id)}/{act}", data=filled)


async def settle(browser: httpx.AsyncClient, comment: Comment, act: str, **typed: str) -> httpx.Response:
    page = await browser.get(f"/lydelser/{comment.wording_id}")
    return await browser.post(f"/kommentarer/{comment.id}/{act}", data={"_csrf_token": cast.csrf(page.text), **typed})


async def said(wording_id: UUID, by: UUID = cast.BJORKEN) -> list[Comment]:
    return (await actions.comments(by, [wording_id])).get(wording_id, [])


async def suggested(wording_id: UUID, words: str = "Kommunen och polisen lovar tryggare kvällar.") -> Comment:
    """Pia's, of another oath."""
    return await actions.suggest(cast.SKOGEN, wording_id, HEAD_ID, "oath", words, "", form_key=uuid.uuid4(), by=agreeing.PIA, now=NOW)


async def test_a_comment_stands_beside_its_part_for_all_who_read_the_text(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    assert (await say(await browser_of("per"), wording_id, kommentar="Menar ni hela centrum?")).headers[
        "location"
    ] == f"/lydelser/{wording_id}#del-{AREA}"
    page = (await (await browser_of("bo")).get(f"/lydelser/{wording_id}")).text
    beside = page[page.index(f'id="om-{AREA}"') :]
    assert beside.index("Menar ni hela centrum?") < beside.index("</section>")
    assert "Kommunpolis" in beside
    assert [(one.what, one.count) for one in await signatures.waiting(cast.BJORKEN) if one.what == "comments"] == [("comments", 1)]
    assert [one.what for one in await signatures.waiting(cast.SKOGEN) if one.what == "comments"] == [], "one's own is nothing to answer"


async def test_what_was_said_before_the_text_was_shared_never_leaves_home(browser_of: BrowserOf) -> None:
    wording_id, anna = await begun(), await browser_of("anna")
    await say(anna, wording_id, kommentar="Polisen vill nog ha färre pass.")
    page = await anna.get(f"/lydelser/{wording_id}")
    assert "bara vi ser det" in page.text
    await signatures.share(cast.BJORKEN, wording_id, seen=await agreeing.seen(wording_id), by=agreeing.ANNA, now=NOW)
    await say(anna, wording_id, kommentar="Räcker tre pass?")
    assert [one.body for one in await said(wording_id, cast.SKOGEN)] == ["Räcker tre pass?"]
    assert len(await said(wording_id)) == 2
    page = await (await browser_of("pia")).get(f"/lydelser/{wording_id}")
    assert "färre pass" not in page.text
    hidden = next(one for one in await said(wording_id) if not one.shared)
    assert (await settle(await browser_of("per"), hidden, "besvara", svar="Ja.")).status_code == 404


async def test_a_comment_is_answered_and_its_answer_stays(browser_of: BrowserOf) -> None:
    wording_id, anna = await shared(), await browser_of("anna")
    await say(await browser_of("per"), wording_id, kommentar="Menar ni hela centrum?")
    (comment,) = await said(wording_id)
    answers = await asyncio.gather(*(settle(anna, comment, "besvara", svar="Bara torget.") for _ in range(2)))
    assert [one.status_code for one in answers] == [303, 303]
    page = (await (await browser_of("per")).get(f"/lydelser/{wording_id}")).text
    assert "Bara torget." in page
    assert "Anna Asson, Säkerhetssamordnare" in page
    assert "1 besvarad" in page


async def test_a_suggestion_shows_the_words_and_is_taken_in_with_one_press(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    await approve(wording_id, agreeing.BO)
    assert (
        await say(await browser_of("pia"), wording_id, HEAD_ID, "foresla", falt="oath", forslag="Vi lovar tryggare kvällar.", varfor="Kortare.")
    ).status_code == 303
    (comment,) = await said(wording_id)
    anna = await browser_of("anna")
    page = (await anna.get(f"/lydelser/{wording_id}")).text
    assert "Ta in förslaget" in page
    assert "tryggare" in page
    assert "Ta in förslaget" not in (await (await browser_of("bo")).get(f"/lydelser/{wording_id}")).text, "leaders do not write"
    assert (await settle(await browser_of("bo"), comment, "ta-in")).status_code == 403
    for _ in range(2):
        assert (await settle(anna, comment, "ta-in")).status_code == 303
    wording = await wordings.read(cast.BJORKEN, wording_id)
    assert wording.manuscript.head["oath"] == "Vi lovar tryggare kvällar."
    assert all(one.fell_at for one in (await signatures.read(cast.BJORKEN, wording_id)).approvals), "it is an edit like any other"


async def test_a_suggestion_that_the_text_has_left_behind_is_not_taken_in_blindly(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    comment = await suggested(wording_id)
    await edit(wording_id, value="Något helt annat.")
    refused = await settle(await browser_of("anna"), comment, "ta-in")
    assert refused.status_code == 422
    assert "Texten har ändrats sedan förslaget lämnades" in refused.text
    assert "Något helt annat." in refused.text, "both are there to read"
    assert "tryggare" in refused.text
    assert (await wordings.read(cast.BJORKEN, wording_id)).manuscript.head["oath"] == "Något helt annat."


async def test_a_suggestion_is_declined_with_a_reason(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    comment = await suggested(wording_id)
    assert (await settle(await browser_of("bo"), comment, "avboj", svar="Vi behåller vår.")).status_code == 303
    assert "Avböjd" in (await (await browser_of("pia")).get(f"/lydelser/{wording_id}")).text
    again = await settle(await browser_of("anna"), comment, "ta-in")
    assert again.status_code == 422
    assert "redan avböjd av Bo Bsson" in again.text


async def test_nothing_is_taken_into_a_text_that_a_signature_has_locked(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    comment = await suggested(wording_id)
    await approve(wording_id)
    await agreeing.sign(wording_id, agreeing.BO)
    refused = await settle(await browser_of("anna"), comment, "ta-in")
    assert refused.status_code == 422
    assert "så texten är låst" in refused.text


async def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(browser_of: BrowserOf) -> None:
    wording_id, per = await shared(), await browser_of("per")
    refused = await say(per, wording_id, kommentar="Fråga 640823-3234.")
    assert refused.status_code == 422
    assert "ser ut som ett personnummer" in refused.text
    assert "Fråga 640823-3234." in refused.text
    empty = await say(per, wording_id, kommentar="")
    assert "Kommentar: skriv något här." in empty.text
    same = await say(per, wording_id, HEAD_ID, "foresla", falt="area", forslag="Björken")
    assert "det står redan så i texten" in same.text
    assert (await say(per, wording_id, HEAD_ID, "foresla", falt="nothing", forslag="x")).status_code == 422
    comment = await suggested(wording_id)
    answer = await settle(per, comment, "avboj", svar="Ring 640823-3234.")
    assert answer.status_code == 422
    assert "Ring 640823-3234." in answer.text


async def test_a_form_sent_twice_says_it_once(browser_of: BrowserOf) -> None:
    wording_id, per = await shared(), await browser_of("per")
    page = await per.get(f"{at(wording_id)}/kommentera")
    typed = {"_csrf_token": cast.csrf(page.text), "form_key": telling.field(page, "form_key"), "kommentar": "Menar ni hela centrum?"}
    answers = await asyncio.gather(*(per.post(f"{at(wording_id)}/kommentera", data=typed) for _ in range(3)))
    assert {one.status_code for one in answers} == {303}
    assert len(await said(wording_id)) == 1
    other = await per.post(f"{at(wording_id)}/kommentera", data={**typed, "kommentar": "Eller bara torget?"})
    assert other.status_code == 422
    assert "Formuläret är redan skickat en gång" in other.text


async def test_reporters_and_administrators_do_not_comment_and_strangers_find_nothing(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    for who, code in (("ragna", 403), ("adam", 403), ("oda", 404)):
        assert (await (await browser_of(who)).get(f"{at(wording_id)}/kommentera")).status_code == code
    assert "Kommentera" not in (await (await browser_of("ragna")).get(f"/lydelser/{wording_id}")).text


async def test_htmx_gets_the_margin_alone(browser_of: BrowserOf) -> None:
    wording_id, per = await shared(), await browser_of("per")
    part = await per.get(f"{at(wording_id, WALKS)}/kommentera", headers=HTMX)
    assert part.text.lstrip().startswith(f'<div class="margin" id="om-{WALKS}">')
    typed = {"_csrf_token": cast.csrf(part.text), "form_key": str(uuid.uuid4()), "kommentar": "Tre är för få."}
    answer = await per.post(f"{at(wording_id, WALKS)}/kommentera", data=typed, headers=HTMX)
    assert answer.status_code == 200
    assert "Tre är för få." in answer.text
    assert "<html" not in answer.text


async def test_what_was_said_about_a_part_that_is_gone_is_still_found(browser_of: BrowserOf) -> None:
    wording_id, anna = await shared(), await browser_of("anna")
    await say(await browser_of("per"), wording_id, WALKS, kommentar="Tre är för få.")
    await wordings.remove(cast.BJORKEN, wording_id, WALKS, by=agreeing.ANNA, now=NOW)
    page = (await anna.get(f"/lydelser/{wording_id}")).text
    assert "Sagt om delar som inte längre står här" in page
    assert "Tre är för få." in page
    page = (await anna.get(f"{at(wording_id, WALKS)}/kommentera")).text
    assert "Den här delen är borttagen ur texten." in page


async def test_nothing_more_is_said_about_a_text_that_is_signed_or_withdrawn(browser_of: BrowserOf) -> None:
    wording_id = await shared()
    await signatures.withdraw(cast.BJORKEN, wording_id, "Vi väntar.", by=agreeing.ANNA, now=NOW)
    per = await browser_of("per")
    page = await per.get(f"/lydelser/{wording_id}")
    answer = await per.post(f"{at(wording_id)}/kommentera", data={"_csrf_token": cast.csrf(page.text), "kommentar": "Synd."})
    assert answer.status_code == 422
    assert await said(wording_id) == []
