"""Mastodon, and every server that speaks its API: post once, and find again what was posted."""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from trygghet.channels.messages import Abilities, Account, Message, NotSent, Picture, Post, Receipt, Rendered, Story, Unclear, post
from trygghet.channels.sealing import unseal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.channels.http import Answer, Http
    from trygghet.channels.sealing import Keys

PAGE = 40
MOST_PAGES = 5
"""How far back a look-up goes: 200 posts. What is not among them cannot be told."""
ABILITIES = Abilities(edit=True, retract=True, picture=True)
LENGTH, LINK_LENGTH = 500, 23
"""The usual limit, and what an address counts as, whatever its length, where the server has not said otherwise."""


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """Title, text and the address last, shortened at a word so that it fits; own words are never shortened."""
    most, link = int(limits.get("characters", LENGTH)), int(limits.get("link", LINK_LENGTH))
    words = story.wording or f"{story.title}\n\n{story.body}"
    if story.correction:
        words = f"{words}\n\n{story.correction}"
    room = most - link - len("\n\n")
    problems = []
    if _length(words, link) > room:
        if story.wording:
            problems.append(f"Texten är {_length(words, link) - room} tecken för lång.")
        else:
            words = _shortened(words, room, link)
    text = f"{words}\n\n{story.permalink}"
    sha = story.picture.sha256 if story.picture else ""
    payload = {"status": text, "visibility": "public", "language": "sv"}
    return Rendered(text, payload, _length(text, link), most, "tecken", tuple(problems), sha)


def _shortened(words: str, room: int, link: int) -> str:
    kept = words[: room - 2]
    while _length(kept, link) > room - 2:
        kept = kept[:-1]
    return re.sub(r"\s+\S*$", "", kept).rstrip(" ,.;:–-") + " …"


def _length(text: str, link: int) -> int:
    return len(re.sub(r"https?://\S+", "x" * link, text))


class Mastodon:
    """Not repeatable: servers keep an idempotency key for an hour at most, and some not at all."""

    repeatable = False

    def __init__(self, http: Http, secret_key: Keys) -> None:
        self._http, self._secret_key = http, secret_key

    async def send(self, message: Message) -> Receipt:
        """The picture first, which nobody sees, then the post."""
        wanted, account = _parts(message)
        media = [await self._upload(account, wanted.picture)] if wanted.picture else []
        answer = await self._ask(
            account,
            "POST",
            "/api/v1/statuses",
            headers={"idempotency-key": wanted.key},
            json={"status": wanted.text, "media_ids": media, "visibility": "public", "language": "sv"},
        )
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            raise Unclear(f"{account.base_url} svarade med fel {answer.status}. Inlägget kan ha kommit fram ändå.")
        _refused(answer, account)
        return _receipt(answer.json()) or _unreadable(account)

    async def find(self, message: Message) -> Receipt | None:
        """Looks for the post's link among the account's own posts, newest first."""
        wanted, account = _parts(message)
        me = await self._read(account, "/api/v1/accounts/verify_credentials")
        before: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            posts = await self._read(
                account, f"/api/v1/accounts/{me['id']}/statuses", params={"limit": str(PAGE), "exclude_reblogs": "true", **before}
            )
            for one in posts:
                if _holds(one, wanted.permalink):
                    return _receipt(one)
            if not posts:
                return None
            before = {"max_id": str(posts[-1]["id"])}
        raise Unclear(f"Bland de senaste {MOST_PAGES * PAGE} inläggen finns det inte. Se efter i kontot {account.name}.")

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _upload(self, account: Account, picture: Picture) -> str:
        """The server's id of the picture. All that goes wrong here has published nothing."""
        name = "bild." + picture.mime.rpartition("/")[2]
        try:
            answer = await self._ask(
                account, "POST", "/api/v2/media", files={"file": (name, picture.body, picture.mime)}, data={"description": picture.alt}
            )
            _refused(answer, account)
            found = answer.json()
            for _ in range(10):
                if answer.status == HTTPStatus.OK and isinstance(found, dict) and found.get("id"):
                    return str(found["id"])
                await asyncio.sleep(0.5)  # 202 and 206: the server is still at work with it
                answer = await self._ask(account, "GET", f"/api/v1/media/{found['id']}")
                _refused(answer, account)
        except (Unclear, KeyError, TypeError) as lost:
            raise NotSent(f"Bilden kom inte fram till {account.base_url}. Vi försöker igen.") from lost
        raise NotSent(f"{account.base_url} blev inte klar med bilden. Vi försöker igen.")

    async def _read(self, account: Account, path: str, params: dict[str, str] | None = None) -> Any:
        answer = await self._ask(account, "GET", path, params=params)
        found = answer.json()
        if answer.status != HTTPStatus.OK or found is None:
            raise Unclear(f"Kontot {account.name} gick inte att läsa: {account.base_url} svarade {answer.status}.")
        return found

    async def _ask(self, account: Account, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> Answer:
        token = unseal(self._secret_key, account.token)
        if token is None:
            raise NotSent(f"Kopplingen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut kontot igen.", permanent=True, account=True)
        return await self._http.request(method, account.base_url + path, headers={"authorization": f"Bearer {token}", **(headers or {})}, **content)


def _parts(message: Message) -> tuple[Post, Account]:
    wanted = post(message)
    if wanted.account is None:
        raise NotSent("Kopplingen till kontot finns inte längre. Anslut kontot igen och försök sedan igen.", permanent=True)
    return wanted, wanted.account


def _refused(answer: Answer, account: Account) -> None:
    """Raises `NotSent` for every answer that says that nothing was published."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return
    said = _said(answer)
    match answer.status:
        case 401 | 403:
            raise NotSent(f"{account.name} får inte skriva längre: {said}. Anslut kontot igen och försök sedan igen.", permanent=True, account=True)
        case 429:
            raise NotSent("Kontot har skrivit så mycket som servern tillåter just nu. Vi försöker igen.", after=_until_reset(answer))
        case 400 | 404 | 410 | 413 | 422:
            raise NotSent(f"{account.base_url} tog inte emot inlägget: {said}. Ändra uppdateringen eller kopplingen.", permanent=True)
        case _:
            raise NotSent(f"{account.base_url} svarade {answer.status}. Vi försöker igen.")


def _said(answer: Answer) -> str:
    found = answer.json()
    said = found.get("error") if isinstance(found, dict) else None
    return f"”{said[:200]}”" if isinstance(said, str) else f"fel {answer.status}"


def _until_reset(answer: Answer) -> dt.timedelta | None:
    """How long the server asks us to wait, by its own clock; its reset is an ISO 8601 time. At most three hours."""
    try:
        reset = dt.datetime.fromisoformat(answer.headers["x-ratelimit-reset"])
        wait = reset - parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return max(dt.timedelta(0), min(wait, dt.timedelta(hours=3)))


def _holds(status: Any, permalink: str) -> bool:
    if not isinstance(status, dict):
        return False
    card = status.get("card")
    shown = [status.get("content"), status.get("text"), card.get("url") if isinstance(card, dict) else None]
    return any(permalink in html.unescape(one) for one in shown if isinstance(one, str))


def _receipt(status: Any) -> Receipt | None:
    if not isinstance(status, dict) or "id" not in status:
        return None
    return Receipt(str(status["id"]), str(status.get("url") or status.get("uri") or ""))


def _unreadable(account: Account) -> Receipt:
    raise Unclear(f"{account.base_url} tog emot inlägget men svarade med något som inte går att läsa.")
