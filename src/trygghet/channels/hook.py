"""Signed webhooks by Standard Webhooks 1.0 (https://www.standardwebhooks.com): for every system that we do not speak to in its own way.

The signature is HMAC-SHA256 over id, time and body. The receiver's library sees to it that nothing is forged, old or told twice.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import clock
from trygghet.channels import wording
from trygghet.channels.http import retry_after
from trygghet.channels.messages import Abilities, Account, Health, Message, NotSent, Post, Receipt, Rendered, Story, Unclear, post
from trygghet.channels.sealing import unseal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trygghet.channels.http import Answer, Http
    from trygghet.channels.sealing import Keys

ABILITIES = Abilities(edit=True, retract=True, picture=True)
"""The receiver is told of all three, and does what it will."""
LARGEST = 20_000
"""Bytes of a body (Standard Webhooks, "Payload size")."""
PUBLISHED, CORRECTED, WITHDRAWN, TEST = "update.published", "update.corrected", "update.withdrawn", "connection.test"
PREFIX = "whsec_"
WAITS = (
    dt.timedelta(seconds=5),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    *(dt.timedelta(hours=10) for _ in range(11)),
)
"""Between the attempts (Standard Webhooks, "Delivery schedule"); with the last, nearly five days have passed."""
JITTER = 0.2
"""So much longer at most is each wait, so that a receiver that comes back does not get everything at once."""


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """The update in its parts, for a program to lay out. The picture goes as an address."""
    del limits
    heading, body = wording.heading_and_text(story)
    picture = story.picture
    data = {
        "id": story.id,
        "title": heading,
        "text": story.wording or story.body,
        "voice": story.voice,
        "parties": list(story.by),
        "promise": story.promise or None,
        "permalink": story.permalink,
        "picture": {"url": picture.url, "alt": picture.alt, "width": picture.width, "height": picture.height} if picture else None,
        "correction": story.correction or None,
    }
    size = len(_body(PUBLISHED, dt.datetime.max.replace(tzinfo=dt.UTC), data))
    problems = (f"Texten blir {size} byte, och en signerad webhook får vara högst {LARGEST}. Korta texten.",) if size > LARGEST else ()
    sha = picture.sha256 if picture else ""
    return Rendered(f"{heading}\n\n{body}\n\n{story.permalink}", {"data": data}, size, LARGEST, "byte", problems, sha)


def wait(attempts: int, key: str = "") -> dt.timedelta | None:
    """How long after so many attempts in vain the next one comes, the same each time for the same key; None when it is given up."""
    if attempts > len(WAITS):
        return None
    share = int.from_bytes(hashlib.sha256(f"{key}:{attempts}".encode()).digest()[:4]) / 2**32
    return WAITS[max(attempts, 1) - 1] * (1 + JITTER * share)


def new_secret() -> str:
    """A secret as the receivers' libraries take it: 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def signature(keys: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """One signature for each secret: a receiver that knows the old one or the new one finds its own. Raises `ValueError` for no secret at all."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = [hmac.digest(base64.b64decode(key.removeprefix(PREFIX), validate=True), signed, hashlib.sha256) for key in keys]
    if not made:
        raise ValueError("a webhook without a secret cannot be signed")
    return " ".join(f"v1,{base64.b64encode(one).decode('ascii')}" for one in made)


class Secret(NamedTuple):
    """Where it goes, and what it is signed with: the newest first, and for a while after a change the one before it."""

    url: str
    keys: tuple[str, ...]


class Hook:
    """Repeatable: the receiver knows a message that comes twice by its id."""

    repeatable = True

    def __init__(self, http: Http, secret_key: Keys) -> None:
        self._http, self._secret_key = http, secret_key

    async def send(self, message: Message) -> Receipt:
        """Tells that an update is published."""
        return await self._tell(PUBLISHED, message)

    async def edit(self, message: Message) -> Receipt:
        """Tells it anew, with what has been put right."""
        return await self._tell(CORRECTED, message)

    async def retract(self, message: Message) -> Receipt:
        """Tells that the receiver must take it away; of the update itself there is no more than what it is known by."""
        return await self._tell(WITHDRAWN, message)

    async def find(self, message: Message) -> Receipt | None:
        """What a receiver has got cannot be looked up; it is told again instead."""
        del message
        raise Unclear("Det går inte att slå upp vad en mottagare av webhookar har fått.")

    async def confirm(self, message: Message) -> Receipt | None:
        """Nor can what it has done with it."""
        del message
        raise Unclear("Mottagaren har kvitterat, men vad den visar går inte att läsa tillbaka.")

    async def check(self, account: Account) -> Health:
        """Sends a signed message of a type that tells of nothing, which every receiver must answer as it answers the others."""
        try:
            answer = await self._post(account, f"msg_{secrets.token_hex(16)}", TEST, clock.wall(), {})
            _refused(answer, account)
        except NotSent as no:
            return Health("needs_human" if no.account or no.permanent else "warning", no.reason, account.account_id)
        except Unclear as lost:
            return Health("warning", lost.reason, account.account_id)
        return Health("ok")

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _tell(self, kind: str, message: Message) -> Receipt:
        wanted, account = _parts(message)
        data = {"id": wanted.marker, "permalink": wanted.permalink} if kind == WITHDRAWN else wanted.payload["data"]
        message_id = f"msg_{hashlib.sha256(f'{kind}:{wanted.key}'.encode()).hexdigest()[:32]}"
        answer = await self._post(account, message_id, kind, wanted.since or clock.wall(), data)
        _refused(answer, account)
        return Receipt(wanted.remote_id or message_id, wanted.remote_url)

    async def _post(self, account: Account, message_id: str, kind: str, at: dt.datetime, data: Mapping[str, Any]) -> Answer:
        """One attempt: the message keeps its id and its time, the signature has this moment's."""
        secret, body = self._opened(account), _body(kind, at, data)
        if len(body) > LARGEST:
            raise NotSent(f"Meddelandet till {account.name} är för stort: {len(body)} byte, och gränsen är {LARGEST}. Korta texten.", permanent=True)
        now = int(clock.wall().timestamp())
        headers = {
            "content-type": "application/json; charset=utf-8",
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(secret.keys, message_id, now, body),
        }
        return await self._http.request("POST", secret.url, headers=headers, content=body)

    def _opened(self, account: Account) -> Secret:
        opened = unseal(self._secret_key, account.token)
        if opened is None:
            raise NotSent(f"Kopplingen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut den igen.", permanent=True, account=True)
        found = json.loads(opened)
        return Secret(found["url"], tuple(found["secrets"]))


def _parts(message: Message) -> tuple[Post, Account]:
    wanted = post(message)
    if wanted.account is None:
        raise NotSent("Webhooken är borttagen. Anslut den igen och försök sedan igen.", permanent=True)
    return wanted, wanted.account


def _body(kind: str, at: dt.datetime, data: Mapping[str, Any]) -> bytes:
    """The same bytes at every attempt."""
    told = {"type": kind, "timestamp": at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _refused(answer: Answer, account: Account) -> None:
    """Raises `NotSent` for every answer that is no yes. What the receiver wrote is not repeated: it may hold what it was sent."""
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if answer.status == HTTPStatus.GONE:
        raise NotSent(f"{account.name} vill inte ha fler meddelanden (410). Anslut den igen när mottagaren är redo.", permanent=True, account=True)
    if answer.status < HTTPStatus.BAD_REQUEST:
        raise NotSent(f"{account.name} skickar vidare någon annanstans ({answer.status}), och dit följer vi inte med. Byt adressen i kopplingen.")
    raise NotSent(f"{account.name} tog inte emot meddelandet ({answer.status}). Vi försöker igen.", after=retry_after(answer))
