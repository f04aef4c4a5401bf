"""Mail, spoken to a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import cast
from tests.letterbox import Letterbox
from trygghet import embedded
from trygghet.channels import Letter, NotSent, Unclear
from trygghet.channels.mail import Mail

pytestmark = pytest.mark.anyio
SENDER = "Trygghet <paminnelser@trygghet.example.org>"
LETTER = Letter(
    "anna@example.org",
    "Anna Åsson",
    "Löftet går ut om 90 dagar, 31 december",
    "Hej Anna.\n.\nVid punkten ovan slutar inte brevet.",
    "<p>Hej <b>Anna</b>.</p>",
    "<1@trygghet.example.org>",
    cast.START,
)


@pytest.fixture
def box() -> Iterator[Letterbox]:
    made = Letterbox()
    yield made
    made.stop()


async def test_a_letter_arrives_as_text_and_html_with_its_own_message_id(box: Letterbox) -> None:
    mail = Mail(box.url, SENDER)
    await mail.send(LETTER)
    await mail.close()
    [got] = box.letters
    assert (got["Subject"], got["Message-ID"], got["Auto-Submitted"]) == (LETTER.subject, LETTER.message_id, "auto-generated")
    assert (got["To"], got["From"], got["Date"].datetime) == ("Anna Åsson <anna@example.org>", SENDER, cast.START)
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == LETTER.text
    assert "<b>Anna</b>" in html.get_content()


async def test_all_letters_of_a_task_go_over_one_connection_also_after_a_refusal(box: Letterbox) -> None:
    mail = Mail(box.url, SENDER)
    for address in ("a@example.org", "ingen@example.org", "b@example.org", "full@example.org", "c@example.org"):
        try:
            await mail.send(replace(LETTER, to_address=address))
        except NotSent:
            continue
    await mail.close()
    assert (box.recipients, box.connections) == (["a@example.org", "b@example.org", "c@example.org"], 1)


@pytest.mark.parametrize(("address", "permanent"), [("ingen@example.org", True), ("full@example.org", False), ("senare@example.org", False)])
async def test_a_refusal_is_for_good_or_for_now_and_says_what_to_do(box: Letterbox, address: str, *, permanent: bool) -> None:
    mail = Mail(box.url, SENDER)
    with pytest.raises(NotSent) as no:
        await mail.send(replace(LETTER, to_address=address))
    await mail.close()
    assert no.value.permanent is permanent
    assert ("Rätta adressen" if permanent else "försöker igen") in no.value.reason


async def test_a_cut_after_the_letter_leaves_us_not_knowing_and_the_next_letter_goes_through(box: Letterbox) -> None:
    mail = Mail(box.url, SENDER)
    box.hang_ups = 1
    with pytest.raises(Unclear):
        await mail.send(LETTER)
    await mail.send(LETTER)
    await mail.close()
    assert box.message_ids == [LETTER.message_id] * 2


async def test_a_server_that_holds_the_letter_does_not_spoil_the_next(box: Letterbox) -> None:
    mail = Mail(box.url, SENDER)
    box.hold = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await mail.send(LETTER)
    box.hold = False
    await mail.send(replace(LETTER, to_address="b@example.org"))
    await mail.close()
    assert box.recipients == ["b@example.org"]


@pytest.mark.parametrize(
    ("url", "permanent"), [(f"smtp://127.0.0.1:{embedded.free_port()}", False), ("", True)], ids=["nobody listens", "no address"]
)
async def test_without_a_server_nothing_is_sent_and_the_reason_says_so(url: str, *, permanent: bool) -> None:
    with pytest.raises(NotSent) as no:
        await Mail(url, SENDER).send(LETTER)
    assert no.value.permanent is permanent
    assert "ejlserver" in no.value.reason


@pytest.mark.parametrize("address", ["inte en adress", "a@example.org\r\nBcc: b@example.org", ""])
async def test_an_address_that_is_none_is_refused_before_the_network(address: str) -> None:
    with pytest.raises(NotSent) as no:
        await Mail("smtp://127.0.0.1:1", SENDER).send(replace(LETTER, to_address=address))
    assert no.value.permanent
