"""The door that letters come back through, and the command that does the same from a pipe."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from tests import cast
from tests.bounces.world import HOME, NOW, address, counts, instead, key, listening, path, post, report, rows, sent
from tests.channels.scripted import scripted
from tests.channels.test_mail import LETTER
from trygghet import clock, inbound
from trygghet.bounces import actions
from trygghet.channels import NotSent
from trygghet.channels.mail import Mail

pytestmark = pytest.mark.anyio


# ---------------------------------------------------------------- the door
async def test_a_fault_while_storing_has_the_mail_sent_again(database_url: str) -> None:
    letter_id = await sent("anna", at=clock.wall())
    async with listening() as door:
        owner = await asyncpg.connect(database_url)
        await owner.execute("ALTER TABLE bounce ADD CONSTRAINT never CHECK (false) NOT VALID")
        assert await post(door, path(letter_id), report(letter_id)) == "451"
        assert (await rows())[0]["state"] == "sent"
        await owner.execute("ALTER TABLE bounce DROP CONSTRAINT never")
        await owner.close()
        assert await post(door, path(letter_id), report(letter_id)) == "250"
    assert (await rows("key = $1", key()))[0]["state"] == "failed"


async def test_what_is_too_large_is_refused_and_long_lines_are_not(database_url: str) -> None:
    letter_id = await sent("anna", at=clock.wall())
    async with listening() as door:
        assert await post(door, path(letter_id), b"x" * (inbound.LONGEST + 1)) == "552"
        assert await post(door, path(letter_id), report(letter_id, text="x" * 50_000)) == "250"
    assert await counts() == {"bounced": 1}


async def test_ten_reports_of_one_letter_at_once_are_one_bounce(database_url: str) -> None:
    letter_id = await sent("anna", at=clock.wall())
    async with listening() as door:
        codes = await asyncio.gather(*(post(door, path(letter_id), report(letter_id)) for _ in range(10)))
    assert set(codes) <= {"250"}
    assert (await address("anna"))["bounces"] == 1
    assert len(await instead()) == 1


@pytest.mark.parametrize(
    ("said", "hard"), [("550 5.1.1 No such user", True), ("554 5.7.1 Relay access denied", False), ("552 5.2.2 Mailbox full", False)]
)
async def test_a_letter_that_our_own_server_refuses_for_want_of_a_mailbox_has_bounced(database_url: str, said: str, *, hard: bool) -> None:
    async with scripted({"RCPT": said}, pipelining=True) as server:
        mail = Mail(server.url, HOME.mail_from)
        with pytest.raises(NotSent) as no:
            await mail.send(LETTER)
        await mail.close()
    await sent("anna", state="failed", reason=no.value.reason)
    await sent("bo", key="notice:1", kind="notice", state="failed", reason="Ingen mejlserver är angiven.")
    for _ in range(2):
        await actions.across_organisations_follow_refusals(now=NOW)
    assert list((await instead()).values()) == ([cast.person_id("bo")] if hard else [])
    found = await address("anna")
    assert (found and (found["tier"], found["reason"], found["bounces"])) == (("stopped", said, 1) if hard else None)
    assert await address("bo") is None


async def test_the_command_takes_one_mail_from_a_pipe(database_url: str, tmp_path: Path) -> None:
    letter_id = await sent("anna", at=clock.wall())
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "SECRET_KEY": HOME.secret_key,
        "MAIL_FROM": HOME.mail_from,
        "RETURN_DOMAIN": HOME.return_domain,
        "EXAMPLE": "0",
        "VAR_DIR": str(tmp_path),
    }

    async def pipe(recipient: str, **more: str) -> int:
        command = [str(Path(sys.executable).with_name("trygghet")), "bounce", recipient]
        done = await asyncio.to_thread(subprocess.run, command, input=report(letter_id), env=environ | more, capture_output=True, check=False)
        return done.returncode

    assert await pipe(path(letter_id), DATABASE_URL="postgresql://nobody@127.0.0.1:1/x") == 75  # EX_TEMPFAIL: Postfix keeps it and tries again
    assert await pipe("studs+falsk@studs.example.org") == 0
    assert await pipe(path(letter_id)) == 0
    assert await counts() == {"forged": 1, "bounced": 1}
    assert (await rows("key = $1", key()))[0]["state"] == "failed"


async def test_without_a_return_domain_nothing_is_known(database_url: str) -> None:
    letter_id = await sent("anna")
    assert inbound.taker(replace(HOME, return_domain=""), path(letter_id)) is None
