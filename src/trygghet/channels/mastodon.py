"""Mastodon, and every server that speaks its API: post once, find again what was posted, correct it, take it away.

https://docs.joinmastodon.org/methods/statuses/. Servers differ: snac knows no version 2 of the instance, no key and no deletion.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from trygghet import clock
from trygghet.channels import facets, wording
from trygghet.channels.http import retry_after, until
from trygghet.channels.messages import Abilities, Account, Health, Message, NotSent, Picture, Post, Receipt, Rendered, Story, Unclear, post
from trygghet.channels.sealing import unseal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from trygghet.channels.http import Answer, Http
    from trygghet.channels.sealing import Keys

PAGE = 40
MOST_PAGES = 5
"""How far back a look-up goes: 200 posts. What is not among them, and may be older, cannot be told."""
SLOW = dt.timedelta(days=2)
"""So much may a server's clock be behind ours when we look for a post by its time."""
ABILITIES = Abilities(edit=True, retract=True, picture=True)
LENGTH, LINK_LENGTH, ALT_LENGTH = 500, 23, 1500
"""The usual limits of a post, of what an address counts as, whatever its length, and of a picture's description, where the server has not said otherwise."""
_MENTION = re.compile(r"(?<![\w/])(@\w+)@[\w.-]*\w")


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """Title, text and the address last, shortened at a word so that it fits; own words are never shortened."""
    most, link = int(limits.get("characters", LENGTH)), int(limits.get("link", LINK_LENGTH))
    words, tail, problems = wording.whole(story), f"\n\n{story.permalink}", []
    over = _length(words + tail, link) - most
    if over > 0 and story.wording:
        problems.append(f"Texten är {over} tecken för lång.")
    elif over > 0:
        words = facets.shortened(words, lambda said: _length(said + tail, link) <= most)
    payload: dict[str, Any] = {"status": words + tail, "visibility": "public", "language": "sv"}
    if story.picture is not None:
        payload["description"] = story.picture.alt
        if (over := facets.graphemes(story.picture.alt) - int(limits.get("description", ALT_LENGTH))) > 0:
            problems.append(f"Beskrivningen av bilden är {over} tecken för lång.")
    sha = story.picture.sha256 if story.picture else ""
    return Rendered(words + tail, payload, _length(words + tail, link), most, "tecken", tuple(problems), sha)


def _length(text: str, link: int) -> int:
    """As the server counts: what readers see as one character, addresses as `link`, and of a mention the name alone."""
    for start, end in reversed(list(facets.links(text))):
        text = text[:start] + "x" * link + text[end:]
    return facets.graphemes(_MENTION.sub(r"\1", text))


class Mastodon:
    """Not repeatable: servers keep an idempotency key for an hour at most, and some not at all.

    So it looks among the account's posts before it posts, which makes a second try harmless where nobody else tries at the same time.
    """

    repeatable = False

    def __init__(self, http: Http, secret_key: Keys) -> None:
        self._http, self._secret_key = http, secret_key

    # ------------------------------------------------------------ posting
    async def send(self, message: Message) -> Receipt:
        """What is there already is not posted again. The picture first, which nobody sees, then the post.

        A message with a `remote_id` answers that post.
        """
        wanted, account = _parts(message)
        if (there := await self._there_already(message)) is not None:
            return there
        media = [await self._upload(account, wanted.picture)] if wanted.picture else []
        body = {**_payload(wanted), "media_ids": media, **({"in_reply_to_id": wanted.remote_id} if wanted.remote_id else {})}
        answer = await self._ask(account, "POST", "/api/v1/statuses", headers={"idempotency-key": wanted.key}, json=body)
        return _done(answer, account)

    async def find(self, message: Message) -> Receipt | None:
        """Looks for the post's link among the account's own posts, newest first; with a `remote_id`, among those that answer that post."""
        wanted, account = _parts(message)
        oldest = min(wanted.since, clock.wall()) - SLOW if wanted.since else None
        async for one in self._own(account):
            if _holds(one, wanted.permalink) and wanted.remote_id in ("", str(one.get("in_reply_to_id"))):
                return _receipt(one)
            if oldest is not None and (at := _at(one)) is not None and at < oldest:
                return None
        return None

    async def _there_already(self, message: Message) -> Receipt | None:
        """The same before posting: what cannot be read has posted nothing either, and what is older than we looked was never tried."""
        try:
            return await self.find(message)
        except _Older:
            return None
        except Unclear as lost:
            raise NotSent(f"{lost.reason} Inget är skickat. Vi försöker igen.") from lost

    async def _own(self, account: Account) -> AsyncIterator[Any]:
        """The account's own posts, newest first. Raises `Unclear` where they do not end."""
        me = account.account_id or (await self._me(account))["id"]
        before: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            path, asked = f"/api/v1/accounts/{me}/statuses", {"limit": str(PAGE), "exclude_reblogs": "true", **before}
            posts = [one for one in await self._read(account, path, asked, of=list) if isinstance(one, dict) and "id" in one]
            for one in posts:
                yield one
            last = {"max_id": str(posts[-1]["id"])} if posts else before
            if last == before:  # the end, or a server that begins again from the top
                return
            before = last
        raise _Older(f"Bland de senaste {MOST_PAGES * PAGE} inläggen finns det inte. Se efter i kontot {account.name}.")

    # ------------------------------------------------------------ afterwards
    async def edit(self, message: Message) -> Receipt:
        """The new text in place of the old one, and the picture anew with its description."""
        wanted, account = _parts(message)
        there = await self._remote(message)
        if there is None:
            raise NotSent(f"Inlägget finns inte längre på {account.base_url}, så det går inte att rätta där.", permanent=True)
        media = [await self._upload(account, wanted.picture)] if wanted.picture else []
        body = {**_payload(wanted), "media_ids": media}
        answer = await self._ask(account, "PUT", f"/api/v1/statuses/{there.remote_id}", json=body)
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise NotSent(f"Inlägget finns inte längre på {account.base_url}, så det går inte att rätta där.", permanent=True)
        return _done(answer, account)

    async def retract(self, message: Message) -> Receipt:
        """Deletes the post. What is gone is well; a server that deletes nothing leaves it to a person."""
        wanted, account = _parts(message)
        there = await self._remote(message)
        if there is None:
            return Receipt(wanted.remote_id, wanted.remote_url)
        path = f"/api/v1/statuses/{there.remote_id}"
        answer = await self._ask(account, "DELETE", path)
        _lost(answer, account)
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}:
            if (await self._ask(account, "GET", path)).status != HTTPStatus.OK:
                return there
            raise NotSent(f"{account.base_url} kan inte ta bort inlägg åt oss. Ta bort det för hand i kontot {account.name}.", permanent=True)
        _refused(answer, account)
        return there

    async def confirm(self, message: Message) -> Receipt | None:
        """Reads the post as everybody may; where a server shows posts to nobody who has not signed in, as the account does."""
        wanted, account = _parts(message)
        url = f"{account.base_url}/api/v1/statuses/{wanted.remote_id}"
        answer = await self._http.request("GET", url)
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            answer = await self._ask(account, "GET", f"/api/v1/statuses/{wanted.remote_id}")
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return None
        found = answer.json()
        if answer.status != HTTPStatus.OK or not isinstance(found, dict):
            raise Unclear(f"Inlägget gick inte att läsa: {account.base_url} svarade {answer.status}.")
        return _receipt(found) if _holds(found, wanted.permalink) else None

    async def check(self, account: Account) -> Health:
        """Asks who we are and what the server takes."""
        try:
            answer = await self._ask(account, "GET", "/api/v1/accounts/verify_credentials")
            _refused(answer, account)
            me = answer.json()
            if not isinstance(me, dict) or "id" not in me:
                return Health("needs_human", f"{account.base_url} svarar inte som en Mastodonserver. Kontrollera adressen och anslut kontot igen.")
            return Health("ok", "", str(me["id"]), await limits(self._http, account.base_url), name=_name(me, account.base_url))
        except NotSent as no:
            return Health("needs_human" if no.account or no.permanent else "warning", no.reason, account.account_id)
        except Unclear as lost:
            return Health("warning", lost.reason, account.account_id)

    async def close(self) -> None:
        """Nothing is kept open."""

    # ------------------------------------------------------------ speaking
    async def _remote(self, message: Message) -> Receipt | None:
        """The post that is to be changed, by its id where that is known."""
        wanted, _ = _parts(message)
        return Receipt(wanted.remote_id, wanted.remote_url) if wanted.remote_id else await self.find(message)

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

    async def _me(self, account: Account) -> Mapping[str, Any]:
        """Who the token is for. A token of nobody's is 422 to some: Mastodon's for a program without a person, and snac's for every wrong one."""
        answer = await self._ask(account, "GET", "/api/v1/accounts/verify_credentials")
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise _locked_out(account, _said(answer))
        _lost(answer, account)
        _refused(answer, account)
        found = answer.json()
        if not isinstance(found, dict) or "id" not in found:
            raise NotSent(f"{account.base_url} svarar inte som en Mastodonserver. Anslut kontot igen.", permanent=True, account=True)
        return found

    async def _read(self, account: Account, path: str, params: dict[str, str] | None = None, *, of: type = dict) -> Any:
        answer = await self._ask(account, "GET", path, params=params)
        if answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, *_NOT_OURS}:
            _refused(answer, account)
        found = answer.json()
        if answer.status != HTTPStatus.OK or not isinstance(found, of):
            raise Unclear(f"Kontot {account.name} gick inte att läsa: {account.base_url} svarade {answer.status}.")
        return found

    async def _ask(self, account: Account, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> Answer:
        token = unseal(self._secret_key, account.token)
        if token is None:
            raise NotSent(f"Kopplingen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut kontot igen.", permanent=True, account=True)
        return await self._http.request(method, account.base_url + path, headers={"authorization": f"Bearer {token}", **(headers or {})}, **content)


class _Older(Unclear):
    """It is not among the posts that were looked through, and may be older than they."""


async def limits(http: Http, base_url: str) -> dict[str, int]:
    """What a server says that it takes: `characters` in a post, `link` (what an address counts as), `description` of a picture,
    `image_bytes` and `media` (pictures in a post). The usual numbers where it says nothing. Raises `NotSent` and `Unclear`.
    """
    told: Any = None
    for version in ("v2", "v1"):
        answer = await http.request("GET", f"{base_url}/api/{version}/instance")
        told = answer.json() if answer.status == HTTPStatus.OK else None
        if isinstance(told, dict):
            break
    configuration = _under(told, "configuration")
    statuses, media = _under(configuration, "statuses"), _under(configuration, "media_attachments")
    return {
        "characters": _number(statuses.get("max_characters") or _under(told).get("max_toot_chars"), LENGTH),
        "link": _number(statuses.get("characters_reserved_per_url"), LINK_LENGTH),
        "description": _number(media.get("description_limit"), ALT_LENGTH),
        "image_bytes": _number(media.get("image_size_limit"), ABILITIES.largest_bytes),
        "media": _number(statuses.get("max_media_attachments"), 4),
    }


def _under(found: Any, *names: str) -> dict[str, Any]:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _number(found: Any, usual: int) -> int:
    return found if isinstance(found, int) and found > 0 else usual


def _name(me: Mapping[str, Any], base_url: str) -> str:
    """The account's name with its server's, as people write it; where the server has another name for itself than its host, its own stands."""
    acct = str(me.get("acct") or me.get("username") or "")
    return f"@{acct}" if "@" in acct else f"@{acct}@{base_url.partition('://')[2]}" if acct else ""


def _parts(message: Message) -> tuple[Post, Account]:
    wanted = post(message)
    if wanted.account is None:
        raise NotSent("Kopplingen till kontot finns inte längre. Anslut kontot igen och försök sedan igen.", permanent=True)
    return wanted, wanted.account


def _payload(wanted: Post) -> dict[str, Any]:
    """What was approved; a picture's description goes with the picture. A post that has only a text is that text."""
    approved = wanted.payload or {"status": wanted.text, "visibility": "public", "language": "sv"}
    return {name: value for name, value in approved.items() if name != "description"}


# ---------------------------------------------------------------- what a server answers
_NOT_OURS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def _done(answer: Answer, account: Account) -> Receipt:
    """The post that the server has made or changed. Raises `NotSent` where it has not, and `Unclear` where nobody can say."""
    _lost(answer, account)
    _refused(answer, account)
    found = _receipt(answer.json())
    if found is None:
        raise Unclear(f"{account.base_url} tog emot inlägget men svarade med något som inte går att läsa.")
    return found


def _lost(answer: Answer, account: Account) -> None:
    """A server's own fault may have come before the post or after it."""
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and answer.status not in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.NOT_IMPLEMENTED}:
        raise Unclear(f"{account.base_url} svarade med fel {answer.status}. Det kan ha kommit fram ändå.")


def _refused(answer: Answer, account: Account) -> None:
    """Raises `NotSent` for every answer that says that nothing was done."""
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    said = _said(answer)
    match answer.status:
        case status if status < HTTPStatus.BAD_REQUEST:
            raise NotSent(f"{account.base_url} har flyttat någon annanstans ({said}). Anslut kontot igen.", permanent=True, account=True)
        case 401 | 403:
            raise _locked_out(account, said)
        case 429:
            raise NotSent("Kontot har skrivit så mycket som servern tillåter just nu. Vi försöker igen.", after=_until_reset(answer))
        case 400 | 404 | 410 | 413 | 422:
            raise NotSent(f"{account.base_url} tog inte emot inlägget: {said}. Ändra uppdateringen eller kopplingen.", permanent=True)
        case _:
            raise NotSent(f"{account.base_url} svarade {answer.status}. Vi försöker igen.", after=retry_after(answer))


def _locked_out(account: Account, said: str) -> NotSent:
    return NotSent(f"{account.name} får inte skriva längre: {said}. Anslut kontot igen och försök sedan igen.", permanent=True, account=True)


def _said(answer: Answer) -> str:
    found = answer.json()
    said = found.get("error") if isinstance(found, dict) else None
    return f"”{said[:200]}”" if isinstance(said, str) else f"fel {answer.status}"


def _until_reset(answer: Answer) -> dt.timedelta | None:
    """How long the server asks us to wait, by its own clock; its reset is an ISO 8601 time."""
    try:
        return until(answer, dt.datetime.fromisoformat(answer.headers["x-ratelimit-reset"]))
    except (KeyError, ValueError, TypeError):
        return retry_after(answer)


def _holds(status: Mapping[str, Any], permalink: str) -> bool:
    card = status.get("card")
    shown = [status.get("content"), status.get("text"), card.get("url") if isinstance(card, dict) else None]
    return any(re.search(re.escape(permalink) + r"(?![\w/-])", html.unescape(one)) for one in shown if isinstance(one, str))


def _at(status: Mapping[str, Any]) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(str(status.get("created_at")))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _receipt(status: Any) -> Receipt | None:
    if not isinstance(status, dict) or "id" not in status:
        return None
    return Receipt(str(status["id"]), str(status.get("url") or status.get("uri") or ""))
