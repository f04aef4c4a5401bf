"""The link of an invitation: what it is made of, how long it works, and what is said where it no longer does."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from trygghet import swedish
from trygghet.members.invited import State

if TYPE_CHECKING:
    from trygghet.members.invited import Invitation

LIFE = dt.timedelta(days=7)
"""So long a link works from the moment it is sent, on the machine's clock."""
NONCE = 16
_ID = 16


def token(invitation: Invitation, secret: str) -> str:
    """The end of the link: the invitation's id, and a seal on id and nonce that only who has SECRET_KEY can make.

    Nothing of it is stored, so a copy of the database opens no door; a new nonce makes every older link worthless.
    """
    seal = hmac.new(secret.encode(), b"invitation:" + invitation.id.bytes + invitation.nonce, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(invitation.id.bytes + seal).decode()


def named_by(link: str) -> UUID | None:
    """Which invitation a link claims to be of; None for what is no link of ours."""
    try:
        found = base64.b64decode(link.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return UUID(bytes=found[:_ID]) if len(found) == _ID + hashlib.sha256().digest_size else None


def fits(link: str, invitation: Invitation, secret: str) -> bool:
    """Whether it is the latest link of this invitation."""
    return hmac.compare_digest(link.encode(), token(invitation, secret).encode())


def delivery_key(invitation_id: UUID, number: int) -> str:
    """Each round of an invitation is one letter."""
    return f"invitation:{invitation_id}:{number}"


def of_key(key: str) -> tuple[UUID, int]:
    """The invitation and the round that a letter belongs to."""
    _, invitation_id, number = key.split(":")
    return UUID(invitation_id), int(number)


DOES = {
    "leader": "Du läser, godkänner och skriver under för er.",
    "coordinator": "Du skriver löften och uppdateringar, planerar och delar dem.",
    "reporter": "Du antecknar vad som är gjort.",
    "administrator": "Du sköter vilka som har en befattning hos er.",
}
"""What each role is there for, as the letter and the page that welcomes say it."""


def inviter(invitation: Invitation) -> str:
    """Who invites, as a reader elsewhere would know them."""
    where = f"{swedish.first_down(invitation.by_office)}, {invitation.organisation_name}" if invitation.by_office else invitation.organisation_name
    return f"{invitation.by_name} ({where})"


class Shut(NamedTuple):
    """What is said to who opens a link that no longer works: what has happened, and what to do."""

    heading: str
    text: str
    may_sign_in: bool = False


def shut(state: State | None, invitation: Invitation | None) -> Shut:
    """The sentence for a state; None is a link that is not, or no longer, one of ours."""
    if invitation is None or state is None:
        return Shut(
            "Länken leder ingenstans",
            "Den är avklippt, eller så har du fått en nyare inbjudan. Öppna länken i det senaste mejlet. Finns inget sådant,"
            " be den som är administratör hos er om en ny inbjudan.",
        )
    who = inviter(invitation)
    return {
        State.USED: Shut(
            "Inbjudan är redan använd", "En länk fungerar en gång. Logga in med din e-postadress och lösenordet du valde.", may_sign_in=True
        ),
        State.EXPIRED: Shut("Inbjudan har gått ut", f"Länken fungerade i sju dagar. Be {who} att skicka en ny."),
        State.REVOKED: Shut(
            "Inbjudan är återkallad", f"{invitation.organisation_name} har tagit tillbaka den. Fråga {who} om du tror att det är ett misstag."
        ),
        State.ENDED: Shut("Dagarna har gått", f"Inbjudan gällde dagar som är förbi. Fråga {who} om du ska ha en ny."),
    }[state]
