"""Bluesky, and every other server of AT Protocol: a post is a record under a name of ours, so that it is there once however often it is put.

https://atproto.com/specs/xrpc, https://docs.bsky.app/docs/advanced-guides/posts. What is posted is not changed in its place: apps go on showing the
first text. It is put right by an answer under it, or taken away and posted anew.
"""

from __future__ import annotations

import datetime as dt
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from trygghet import clock
from trygghet.channels import atproto, facets, wording
from trygghet.channels.messages import Abilities, Account, Health, Keeper, Message, NotSent, Picture, Post, Receipt, Rendered, Story, Unclear, post
from trygghet.channels.sealing import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from trygghet.channels.atproto import Session
    from trygghet.channels.http import Answer, Http
    from trygghet.channels.sealing import Keys

POSTS = "app.bsky.feed.post"
APP = "https://bsky.app"
"""Where most people read; a post of any server is shown there."""
ABILITIES = Abilities(retract=True, picture=True, longest_side=2000, largest_bytes=1_000_000)
LIMITS = {"characters": 300, "bytes": 3000, "image_bytes": ABILITIES.largest_bytes, "media": 4}
"""The network's own (lexicon app.bsky.feed.post), the same on every server."""
CARD = 200
"""Characters of our text on the card that stands under a post without a picture."""


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """Title, text and the address last, within both of the limits, graphemes and bytes; own words are never shortened."""
    most, most_bytes = int(limits.get("characters", LIMITS["characters"])), int(limits.get("bytes", LIMITS["bytes"]))
    words, tail, problems = wording.whole(story), f"\n\n{story.permalink}", []
    over = facets.graphemes(words + tail) - most

    def fits(said: str) -> bool:
        return facets.graphemes(said + tail) <= most and facets.octets(said + tail) <= most_bytes

    if not story.wording:
        words = facets.shortened(words, fits)
    elif over > 0:
        problems.append(f"Texten är {over} tecken för lång.")
    elif not fits(words):
        problems.append("Texten är för lång för Bluesky, för många av tecknen tar stor plats. Korta den.")
    text = words + tail
    record = {"$type": POSTS, "text": text, "langs": ["sv"], "facets": facets.facets(text), "embed": _embed(story)}
    return Rendered(text, record, facets.graphemes(text), most, "tecken", tuple(problems), story.picture.sha256 if story.picture else "")


def _embed(story: Story) -> dict[str, Any]:
    """The picture with what it shows, or a card that leads to our page: a post has one of them."""
    if story.picture is not None:
        ratio = {"width": story.picture.width, "height": story.picture.height}
        return {"$type": "app.bsky.embed.images", "images": [{"alt": story.picture.alt, "aspectRatio": ratio}]}
    card = {"uri": story.permalink, "title": story.title, "description": wording.shortened(" ".join(story.body.split()), CARD)}
    return {"$type": "app.bsky.embed.external", "external": card}


# ---------------------------------------------------------------- names
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def tid(at: dt.datetime, clock_id: int) -> str:
    """A record's name: 53 bits of microseconds and 10 of a clock's number, in 13 signs that sort by time (https://atproto.com/specs/tid)."""
    number = (int(at.timestamp()) * 1_000_000 + at.microsecond) << 10 | clock_id & 0x3FF
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -5, -5))


def mint(update: UUID, connection: UUID, now: dt.datetime) -> dict[str, str]:
    """The name of a post that is planned now. Within the second it is drawn: several may be planned at the same instant, also of one update."""
    del update, connection
    return {"tid": tid(now.replace(microsecond=secrets.randbelow(1_000_000)), secrets.randbits(10))}


class Bluesky:
    """Repeatable: a record that is put under the same name is the same record."""

    repeatable = True

    def __init__(self, http: Http, secret_key: Keys, keeper: Keeper | None = None) -> None:
        self._http, self._secret_key, self._keeper = http, secret_key, keeper

    async def send(self, message: Message) -> Receipt:
        """What is there already stays as it is. The picture first, then the post; a message with a `remote_id` answers that post."""
        wanted, line, rkey = self._begun(message)
        record = {**wanted.payload, "createdAt": clock.wall().isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        try:
            if wanted.picture is not None:
                [shown] = record["embed"]["images"]
                record["embed"] = {**record["embed"], "images": [{**shown, "image": await line.upload(wanted.picture)}]}
            if wanted.remote_id:
                record["reply"] = await line.thread(_rkey(wanted.remote_id))
        except Unclear as lost:
            raise NotSent(f"{lost.reason} Inget är skickat. Vi försöker igen.") from lost
        put = {"repo": line.did, "collection": POSTS, "rkey": rkey, "record": record, "validate": True, "swapRecord": None}
        answer = await line.ask("com.atproto.repo.putRecord", json=put)
        if atproto.code(answer) != "InvalidSwap":  # which says that there is one of that name: an earlier try of ours arrived
            atproto.refused(answer, line.account.base_url, line.account.name)
        return _receipt(line.did, rkey)

    async def find(self, message: Message) -> Receipt | None:
        """Looks for the record by the name that was made for it."""
        _, line, rkey = self._begun(message)
        there = await line.record(rkey)
        return None if there is None else _receipt(line.did, rkey)

    async def edit(self, message: Message) -> Receipt:
        """Is not promised here: who has read the first text would go on seeing it."""
        wanted = post(message)
        name = wanted.account.name if wanted.account else "Bluesky"
        reason = f"Ett inlägg på Bluesky går inte att ändra. Rätta {name} med ett svar under inlägget, eller ta bort det och publicera på nytt."
        raise NotSent(reason, permanent=True)

    async def retract(self, message: Message) -> Receipt:
        """Deletes the record; one that is not there is well, also to the server."""
        wanted, line, rkey = self._begun(message)
        named = {"repo": line.did, "collection": POSTS, "rkey": _rkey(wanted.remote_id) or rkey}
        answer = await line.ask("com.atproto.repo.deleteRecord", json=named)
        atproto.refused(answer, line.account.base_url, line.account.name)
        return Receipt(wanted.remote_id, wanted.remote_url)

    async def confirm(self, message: Message) -> Receipt | None:
        """Reads the record as everybody may and looks for our address in it."""
        wanted, line, rkey = self._begun(message)
        rkey = _rkey(wanted.remote_id) or rkey
        there = await line.record(rkey)
        if there is None or not _holds(there.get("value"), wanted.permalink):
            return None
        return _receipt(line.did, rkey)

    async def check(self, account: Account) -> Health:
        """Asks the server who we are, which renews the session where it has run out."""
        try:
            line = self._line(account)
            answer = await line.ask("com.atproto.server.getSession", method="GET")
            atproto.refused(answer, account.base_url, account.name)
            found = answer.json()
            if not isinstance(found, dict) or found.get("active") is False:
                return Health("needs_human", f"Kontot {account.name} är avstängt på {account.base_url}. Öppna det där.", line.did, LIMITS)
            return Health("ok", "", line.did, LIMITS)
        except NotSent as no:
            return Health("needs_human" if no.account or no.permanent else "warning", no.reason, account.account_id)
        except Unclear as lost:
            return Health("warning", lost.reason, account.account_id)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _begun(self, message: Message) -> tuple[Post, _Line, str]:
        """The post, a line to its account, and the record's name."""
        wanted = post(message)
        if wanted.account is None:
            raise NotSent("Kopplingen till kontot finns inte längre. Anslut kontot igen och försök sedan igen.", permanent=True)
        if not (rkey := wanted.minted.get("tid", "")):
            raise NotSent("Inlägget har inget namn att publiceras under; felet är vårt.", permanent=True)
        return wanted, self._line(wanted.account), rkey

    def _line(self, account: Account) -> _Line:
        return _Line(self._http, self._secret_key, self._keeper, account)


class _Line:
    """One conversation with one account's server. Where its session has run out it is renewed, by one at a time."""

    def __init__(self, http: Http, keys: Keys, keeper: Keeper | None, account: Account) -> None:
        self._http, self._keys, self._keeper, self.account = http, keys, keeper, account
        self._session = self._open(account)
        self.did = self._session.did

    def _open(self, account: Account) -> Session:
        opened = unseal(self._keys, account.token)
        try:
            if opened is not None:
                return atproto.session(opened)
        except (ValueError, KeyError, TypeError):
            pass
        reason = f"Kopplingen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut kontot igen."
        raise NotSent(reason, permanent=True, account=True)

    async def ask(self, name: str, *, method: str = "POST", **content: Any) -> Answer:
        """One call as the account, and once more with new tokens where the old ones have run out: what was refused for that has done nothing."""
        answer = await atproto.call(self._http, self.account.base_url, method, name, token=self._session.access, **content)
        if atproto.code(answer) == "ExpiredToken":
            await self._renew()
            answer = await atproto.call(self._http, self.account.base_url, method, name, token=self._session.access, **content)
        return answer

    async def _renew(self) -> None:
        """Whoever comes second finds what the first was given."""
        if self._keeper is None:
            self._session = await atproto.renew(self._http, self.account.base_url, self._session, self.account.name)
            return
        async with self._keeper.alone(self.account) as stored:
            kept = self._open(stored)
            if kept.access == self._session.access:
                kept = await atproto.renew(self._http, self.account.base_url, kept, self.account.name)
                await self._keeper.renewed(stored, seal(self._keys, kept.text()).decode("ascii"))
            self._session = kept

    async def record(self, rkey: str) -> dict[str, Any] | None:
        """The post as everybody may read it; None is surely not there. Raises `Unclear`."""
        asked = {"repo": self.did, "collection": POSTS, "rkey": rkey}
        answer = await atproto.call(self._http, self.account.base_url, "GET", "com.atproto.repo.getRecord", params=asked)
        found = answer.json()
        if answer.status == HTTPStatus.OK and isinstance(found, dict) and "uri" in found:
            return found
        if answer.status == HTTPStatus.BAD_REQUEST and atproto.code(answer) in GONE:
            return None
        raise Unclear(f"Inlägget gick inte att slå upp: {self.account.base_url} svarade {atproto.code(answer) or answer.status}.")

    async def upload(self, picture: Picture) -> Any:
        """What the server calls the picture. It is thrown away by itself where no post shows it."""
        answer = await self.ask("com.atproto.repo.uploadBlob", headers={"content-type": picture.mime}, content=picture.body)
        atproto.refused(answer, self.account.base_url, self.account.name)
        found = answer.json()
        if not isinstance(found, dict) or "blob" not in found:
            raise NotSent(f"Bilden kom inte fram till {self.account.base_url}. Vi försöker igen.")
        return found["blob"]

    async def thread(self, rkey: str) -> dict[str, Any]:
        """What a post says that answers the one of that name: under it, and in the thread that it belongs to."""
        parent = await self.record(rkey)
        if parent is None:
            raise NotSent(f"Inlägget som skulle rättas finns inte längre i {self.account.name}.", permanent=True)
        answered = {"uri": parent["uri"], "cid": parent["cid"]}
        above = parent["value"].get("reply")
        return {"root": above["root"] if isinstance(above, dict) else answered, "parent": answered}


GONE = {"RecordNotFound", "RepoNotFound", "RepoDeactivated", "RepoTakendown", "RepoSuspended", "AccountTakedown", "AccountDeactivated"}
"""Errors that say that nobody can read it."""


def _rkey(remote_id: str) -> str:
    """The name in a record's address: at://did:plc:.../app.bsky.feed.post/3l..."""
    return remote_id.rpartition("/")[2]


def _holds(value: Any, permalink: str) -> bool:
    """Whether the post leads to our page: by an address that can be pressed, or its card."""
    if not isinstance(value, dict):
        return False
    pressed = [feature.get("uri") for one in value.get("facets", []) for feature in one.get("features", [])]
    card = value.get("embed", {}).get("external", {})
    return permalink in [*pressed, card.get("uri")]


def _receipt(did: str, rkey: str) -> Receipt:
    return Receipt(f"at://{did}/{POSTS}/{rkey}", f"{APP}/profile/{did}/post/{rkey}")
