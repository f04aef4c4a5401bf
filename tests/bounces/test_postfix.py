"""The whole way round with a real mail server: it takes our letter, cannot deliver it, and sends it back to us."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.bounces import postfix
from tests.bounces.world import HOME, address, counts, key, listening, path, rows, sent
from tests.channels.test_signing import SIGNING, UNSUBSCRIBE, verified
from tests.server.product import patience
from trygghet import channels, clock
from trygghet.channels import Letter

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SIGNED = replace(HOME, dkim_selector=SIGNING.dkim_selector, dkim_domain=SIGNING.dkim_domain, dkim_key=SIGNING.dkim_key)


def letter(to: str, letter_id: UUID) -> Letter:
    """As the product writes them: åäö, a lone dot, and long lines."""
    text = "Hej.\n.\n.Löftet går ut.\n" + "å" * 600
    message_id = f"<{letter_id}@trygghet.example.org>"
    return Letter(to, "Åsa Öberg", "Löftet går ut", text, f"<p>{text}</p>", message_id, cast.START, path(letter_id), UNSUBSCRIBE)


async def until(found: object, seconds: float = 15) -> None:
    """Waits for what comes by mail."""
    async with asyncio.timeout(patience(seconds)):
        while not await found():  # type: ignore[operator]  # noqa: ASYNC110 - the event is another process's
            await asyncio.sleep(0.05)


@pytest.fixture
async def relay(database_url: str, servers_home: Path) -> object:
    """Settings whose mail goes to a Postfix, and whose bounces come back from it."""
    home = servers_home / f"postfix-{uuid.uuid4().hex[:8]}"
    home.mkdir()
    async with listening(SIGNED) as door:
        try:
            with postfix.running(home, domain=HOME.return_domain, inbound=door.inbound_port) as port:
                yield replace(door, smtp_url=f"smtp://127.0.0.1:{port}"), home
        except postfix.NoPostfixError as why:
            pytest.skip(f"no Postfix here: {why}")


async def test_what_postfix_cannot_deliver_comes_back_and_the_deputy_is_reminded(relay: tuple[Settings, Path]) -> None:
    settings, home = relay
    await cast.seated("ragna", cast.BJORKEN, "coordinator", "Säkerhetssamordnare", acting=True)
    lately = clock.wall()
    gone, arrives = await sent("anna", at=lately), uuid.uuid4()
    nowhere = await sent("bo", key="notice:1", kind="notice", address="bo@ingenstans.example", at=lately)
    mail = channels.ready(settings)["mail"]
    for to, letter_id in ((cast.email("anna"), gone), ("bo@ingenstans.example", nowhere), (cast.email("bo"), arrives)):
        receipt = await mail.send(letter(to, letter_id))  # it takes all three; two of them it will have to send back
        assert "queued" in receipt.remote_id  # type: ignore[union-attr]
    await mail.close()

    async def both_are_back() -> bool:
        return (await counts()).get("bounced") == 2

    await until(both_are_back)
    [row] = await rows("key = $1", key())
    assert row["state"] == "failed"
    assert "unknown user" in row["reason"]
    assert ((await address("anna"))["tier"], (await address("anna"))["status"]) == ("stopped", "5.1.1")
    [successor] = await rows("via = 'bounced'")
    assert (successor["person_id"], successor["state"]) == (cast.person_id("ragna"), "planned")
    [notice] = await rows("key = 'notice:1'")
    assert (notice["state"], "no outside world" in notice["reason"]) == ("failed", True)

    async def bo_has_his() -> bool:
        return bool(list((home / "boxes").glob("bo/new/*")))

    await until(bo_has_his)
    [kept] = (home / "boxes").glob("bo/new/*")
    wire = kept.read_bytes().replace(b"\n", b"\r\n")
    got = message_from_bytes(wire, policy=policy.default)
    assert (got["Return-Path"], got["Message-ID"]) == (f"<{path(arrives)}>", f"<{arrives}@trygghet.example.org>")
    plain = got.get_body(("plain",))  # type: ignore[attr-defined]
    assert plain.get_content().replace("\r\n", "\n") == letter("a@b.example", arrives).text + "\n"
    assert verified(wire, settings)
    assert await counts() == {"bounced": 2}
