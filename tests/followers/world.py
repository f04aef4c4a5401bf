"""Following through the front door, and the letters that come of it, at a real mail server."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests import letterbox
from tests.telling import WALL
from trygghet import database, letters
from trygghet.channels.mail import Mail
from trygghet.deliveries import sending
from trygghet.followers import actions as followers
from trygghet.notices import actions as notices

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from email.message import EmailMessage
    from uuid import UUID

    import httpx

    from trygghet.settings import Settings

WHO = "elsa@example.org"


async def ask(browser: httpx.AsyncClient, what: str, pace: str = "each", email: str = WHO) -> httpx.Response:
    """The form, filled in and sent."""
    return await browser.post("/folj", data={"kommun": "bjorken", "vad": what, "takt": pace, "epost": email})


class Post:
    """What goes out to followers, at a real mail server."""

    def __init__(self, box: letterbox.Letterbox, settings: Settings) -> None:
        self.box, self.settings = box, replace(settings, return_domain="studs.example.org")

    async def go(self, now: dt.datetime) -> list[EmailMessage]:
        """The timetable's turn and the worker's: everything that is due; returns the letters that came of it."""
        self.box.forget()
        await followers.across_organisations_plan(now=now)
        while batches := await sending.across_organisations_hand_out(now=now, wall=WALL):
            for batch in batches:
                await sending.across_organisations_deliver(
                    batch,
                    composers={"follow": followers.composer(self.settings), "notice": notices.composer(self.settings)},
                    channels={"mail": Mail(self.box.url, self.settings.mail_from)},
                    now=now,
                    wall=WALL,
                )
        return [one for one in self.box.letters if "/folj/" in one.get("List-Unsubscribe", "")]

    async def follow(self, browser: httpx.AsyncClient, what: str, pace: str = "each", *, now: dt.datetime, email: str = WHO) -> str:
        """Asks, opens the letter and says yes; returns the follower's own address."""
        assert (await ask(browser, what, pace, email)).status_code == 303
        [letter] = await self.go(now)
        own = link(letter)
        assert (await browser.post(own)).status_code == 200
        return own


def text(letter: EmailMessage) -> str:
    """The plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link(letter: EmailMessage) -> str:
    """The follower's own address, as the letter's head has it."""
    found = re.fullmatch(r"<(\S+)/sluta>", str(letter["List-Unsubscribe"]))
    assert found
    return urlsplit(found.group(1)).path


def returned(settings: Settings, letter_id: UUID) -> str:
    """Where the letter comes back when it cannot be delivered."""
    return letters.return_path(settings, letter_id)


async def rows(query: str, *values: Any) -> Sequence[Any]:
    """What the database holds, as the system sees it."""
    async with database.across_organisations(readonly=True) as connection:
        found: Sequence[Any] = await connection.fetch(query, *values)
    return found


async def change(update_id: UUID, how: str, at: dt.datetime) -> None:
    """Puts a published update right, or takes it back, as its parties' keys do."""
    async with database.across_organisations() as connection:
        await connection.execute(f"UPDATE published_update SET {how} WHERE id = $1", update_id, at)


async def everywhere(words: str) -> set[str]:
    """The tables that hold these words in any row."""
    found = set()
    for (table,) in await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"):
        if await rows(f"SELECT FROM {table} t WHERE t::text ILIKE '%' || $1 || '%'", words):
            found.add(table)
    return found
