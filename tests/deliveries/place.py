"""A place outside where an organisation has an account: it keeps what it is told, and answers otherwise when a test says so."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from tests import cast, made, telling
from trygghet import database
from trygghet.channels import Message, NotSent, Post, Receipt
from trygghet.channels.messages import post
from trygghet.connections import actions as connections
from trygghet.deliveries import confirming, sending
from trygghet.notices import actions as notices
from trygghet.updates import actions as updates
from trygghet.updates.rules import Written

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import httpx

    from trygghet.settings import Settings

HERE = "http://testserver"


class Place:
    """`said` are exceptions to raise instead, in turn, by what was asked: send, edit, retract, find, confirm; None lets one pass."""

    def __init__(self, *, repeatable: bool = False) -> None:
        self.repeatable = repeatable
        self.there: dict[str, Post] = {}
        self.asked: list[tuple[str, Post]] = []
        self.said: dict[str, list[Any]] = {}
        self.last = 0

    async def send(self, message: Message) -> Receipt:
        """Lost (`Unclear`), it is there all the same."""
        wanted = await self._note("send", message)
        name = self._minted(wanted)
        if not name:
            self.last += 1
            name = str(self.last)
        self.there.setdefault(name, wanted)
        await self._say("send")
        return Receipt(name, f"https://social.example.org/{name}")

    async def edit(self, message: Message) -> Receipt:
        wanted = await self._note("edit", message)
        if wanted.remote_id not in self.there:
            raise NotSent("Inlägget finns inte.", permanent=True)
        await self._say("edit")
        self.there[wanted.remote_id] = wanted
        return Receipt(wanted.remote_id, wanted.remote_url)

    async def retract(self, message: Message) -> Receipt:
        wanted = await self._note("retract", message)
        await self._say("retract")
        self.there.pop(wanted.remote_id or self._minted(wanted), None)
        return Receipt(wanted.remote_id, wanted.remote_url)

    async def find(self, message: Message) -> Receipt | None:
        wanted = await self._note("find", message)
        await self._say("find")
        minted = self._minted(wanted)
        found = next((name for name, one in self.there.items() if (name == minted if minted else one.permalink == wanted.permalink)), None)
        return Receipt(found, f"https://social.example.org/{found}") if found else None

    async def confirm(self, message: Message) -> Receipt | None:
        wanted = await self._note("confirm", message)
        await self._say("confirm")
        by_address = next((name for name in self.there if wanted.remote_url.endswith(f"/{name}")), "")
        return Receipt(wanted.remote_id or by_address, wanted.remote_url) if wanted.remote_id in self.there or by_address else None

    async def close(self) -> None:
        pass

    def _minted(self, wanted: Post) -> str:
        """Where attempts are repeated blindly, what is sent has a name that we gave it; what is there under that name already stays as it is."""
        return wanted.minted.get("tid", "") if self.repeatable else ""

    async def _note(self, what: str, message: Message) -> Post:
        wanted = post(message)
        self.asked.append((what, wanted))
        if self.said.get(f"{what} refused"):
            raise self.said[f"{what} refused"].pop(0)
        return wanted

    async def _say(self, what: str) -> None:
        answer = self.said[what].pop(0) if self.said.get(what) else None
        if answer is not None:
            raise answer

    @property
    def acts(self) -> list[str]:
        """What was asked, in turn."""
        return [what for what, _ in self.asked]


class Told:
    """An update of Björken's and Skogen's, agreed on, and what becomes of it."""

    def __init__(self, browser: httpx.AsyncClient, settings: Settings, place: Place, connection: uuid.UUID, update: uuid.UUID) -> None:
        self.settings, self.place, self.connection, self.update = settings, place, connection, update
        self.reading = telling.Reading(browser)

    def composers(self) -> Mapping[str, Any]:
        return {"publication": updates.composer(self.settings), "notice": notices.composer(self.settings)}

    async def hand_out(self, now: dt.datetime, wall: dt.datetime = telling.WALL) -> list[list[uuid.UUID]]:
        return await sending.across_organisations_hand_out(now=now, wall=wall)

    async def deliver(self, batch: list[uuid.UUID], now: dt.datetime, wall: dt.datetime = telling.WALL) -> None:
        channels: dict[str, Any] = {"page": self.reading, "feed": self.reading, "mail": telling.Swallowing()}
        channels |= dict.fromkeys(("mastodon", "bluesky", "assisted"), self.place)
        await sending.across_organisations_deliver(batch, composers=self.composers(), channels=channels, now=now, wall=wall)

    async def go_out(self, now: dt.datetime, wall: dt.datetime = telling.WALL) -> None:
        """All that is due, until nothing is."""
        while batches := await self.hand_out(now, wall):
            for batch in batches:
                await self.deliver(batch, now, wall)

    async def row(self, act: str = "publish", channel: str = "") -> dict[str, Any]:
        """Of the account, or of that channel of our own."""
        where = "channel = $3" if channel else "connection_id IS NOT NULL AND $3 = ''"
        async with database.across_organisations() as link:
            query = f"SELECT * FROM delivery WHERE status_update_id = $1 AND act = $2 AND {where} ORDER BY created_at DESC LIMIT 1"
            found = await link.fetchrow(query, self.update, act, channel)
        assert found, f"no row to {act}"
        return dict(found)

    async def state(self, act: str = "publish", channel: str = "") -> str:
        return str((await self.row(act, channel))["state"])

    async def approve(self, now: dt.datetime) -> None:
        """Both leaders."""
        for who in ("bo", "pia"):
            leader = cast.asking(who)
            await updates.approve(leader.organisation, self.update, seen=await self._hash(), by=leader, now=now)

    async def correct(self, text: str, now: dt.datetime) -> None:
        """Put right, and agreed on anew."""
        await self.edit(text, now)
        await self.approve(now)

    async def edit(self, text: str, now: dt.datetime, *, also_there: bool = True) -> None:
        """Put right, and not agreed on yet; `also_there`: in the account as well."""
        accounts = (str(self.connection),) if also_there else ()
        written = Written(telling.TITLE, text, accounts, correction="Det var fem gator.")
        await updates.edit(cast.BJORKEN, self.update, written, seen=await self._hash(), public_url=HERE, by=cast.asking("anna"), now=now)

    async def withdraw(self, now: dt.datetime) -> None:
        await updates.withdraw(cast.BJORKEN, self.update, "Fel gata.", by=cast.asking("anna"), now=now)

    async def _hash(self) -> str:
        async with database.across_organisations() as link:
            found: str = await link.fetchval("SELECT content_hash FROM status_update WHERE id = $1", self.update)
        return found


async def tell(
    browser: httpx.AsyncClient, settings: Settings, now: dt.datetime, *, channel: str = "mastodon", form: str = "", **written: Any
) -> Told:
    """An update that both have approved and that goes to one account of Björken's."""
    connection = await connections.add(
        cast.BJORKEN,
        channel=channel,
        name="@bjorken@example.org",
        base_url="https://social.example.org",
        token="en hemlig nyckel",
        secret_key=settings.secret_key,
        form=form,
        now=now,
    )
    anna = cast.asking("anna")
    words = Written(telling.TITLE, telling.BODY, (str(connection),), **written)
    update = await updates.write(cast.BJORKEN, await made.promise(), words, public_url=HERE, by=anna, now=now)
    told = Told(browser, settings, Place(repeatable=channel == "bluesky"), connection, update)
    await updates.share(cast.BJORKEN, update, seen=await told._hash(), by=anna, now=now)
    await told.approve(now)
    return told


async def look(told: Told, now: dt.datetime) -> int:
    """The timetable's look; how many were looked for."""
    due = await confirming.across_organisations_due(now=now)
    await confirming.across_organisations_look_for(due, channels={"mastodon": told.place, "assisted": told.place}, now=now, wall=telling.WALL)
    return len(due)
