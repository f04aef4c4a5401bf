"""Which kinds of letters may be turned off, and the link that turns one off without anybody signing in (RFC 8058)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from trygghet.swedish import Refusal


class Kind(StrEnum):
    """A kind of letter that its reader may turn off as mail. It stands in their inbox all the same.

    Reminders of a duty are no such kind, and neither is the alarm that nobody is left to remind: they can be moved to
    somebody else, never silenced.
    """

    WAITS = "waits"
    COMMENTS = "comments"
    NEWS = "news"
    SUMMARY = "summary"


class About(NamedTuple):
    """What a kind is called, inside a sentence in Swedish and in English, and what it holds."""

    name: str
    english: str
    holds: str


KINDS = {
    Kind.WAITS: About(
        "det som väntar på dig",
        "what waits for you",
        "En text är delad med er, eller väntar på godkännande eller underskrift; ett godkännande har fallit; någon annan har lämnat in sin bedömning.",
    ),
    Kind.COMMENTS: About(
        "nya kommentarer och förslag",
        "new comments and suggestions",
        "Någon har kommenterat eller föreslagit något i en text. Högst ett mejl om dagen för varje text.",
    ),
    Kind.NEWS: About(
        "det som har blivit klart", "what has been settled", "Alla har skrivit under, en uppföljning är undertecknad eller en text är tillbakadragen."
    ),
    Kind.SUMMARY: About(
        "hur veckan har varit",
        "how the week has been",
        "Veckosammanfattningen: hur det går, vad som är tyst och vad som väntar. Till den som leder, en gång i veckan.",
    ),
}
LANGUAGES = {"sv": "Svenska", "en": "English"}
SILENCED = "Mottagaren har valt bort sådana mejl. Det står i inkorgen."
"""The reason of a row that did not go out because its person had turned its kind off."""
_PURPOSE = b"unsubscribe:"
_ID, _SEAL = 16, hashlib.sha256().digest_size


@dataclass(frozen=True)
class Choices:
    """What somebody has chosen: the language of their letters, and the kinds that they do not want by mail."""

    language: str = "sv"
    silenced: frozenset[str] = frozenset()

    def with_kind(self, kind: Kind, *, wanted: bool) -> Choices:
        """The same with one kind turned on or off."""
        return Choices(self.language, self.silenced - {kind} if wanted else self.silenced | {kind})


def choices(language: str, wanted: frozenset[str]) -> Choices:
    """What a form says: its language, and the kinds that are ticked. Raises `Refusal` for a language that there is not."""
    if language not in LANGUAGES:
        raise Refusal("preference.language", field="sprak")
    return Choices(language, frozenset(Kind) - wanted)


def token(person_id: UUID, kind: str, secret_key: str) -> str:
    """The end of the link: the person, the kind, and a seal on both that only who has SECRET_KEY can make. It does not expire."""
    named = person_id.bytes + Kind(kind).encode()
    return base64.urlsafe_b64encode(_seal(named, secret_key) + named).decode().rstrip("=")


def named_by(link: str, secret_key: str) -> tuple[UUID, Kind] | None:
    """Whose letters and which kind a link turns off; None for what is no link of ours."""
    try:
        found = base64.b64decode(link.encode() + b"=" * (-len(link) % 4), altchars=b"-_", validate=True)
        seal, named = found[:_SEAL], found[_SEAL:]
        person_id, kind = UUID(bytes=named[:_ID]), Kind(named[_ID:].decode())
    except (ValueError, binascii.Error):
        return None
    return (person_id, kind) if hmac.compare_digest(seal, _seal(named, secret_key)) else None


def _seal(named: bytes, secret_key: str) -> bytes:
    return hmac.new(secret_key.encode(), _PURPOSE + named, hashlib.sha256).digest()


def unsubscribe_link(person_id: UUID, kind: str, public_url: str, secret_key: str) -> str:
    """The address that shows what would be turned off, and turns it off when it is posted to."""
    return f"{public_url}/avprenumerera/{token(person_id, kind, secret_key)}"


def unsubscribe_headers(person_id: UUID, kind: str, public_url: str, secret_key: str) -> tuple[tuple[str, str], ...]:
    """The two lines in a letter's head that let a mail program turn its kind off with one POST (RFC 8058 section 3.1).

    Both must be covered by the DKIM signature (section 4), and programs heed them only where `public_url` is https.
    """
    return (
        ("List-Unsubscribe", f"<{unsubscribe_link(person_id, kind, public_url, secret_key)}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
