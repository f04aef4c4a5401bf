"""DKIM (RFC 6376): the mail says which domain answers for it, and that nothing in it has been changed on the way."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from trygghet.settings import Settings

SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"auto-submitted",
    b"in-reply-to",
    b"references",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
"""What the signature covers when the mail has it. One-click unsubscribing is believed only where both its lines are signed (RFC 8058 section 4)."""
SHORTEST_KEY = 1024
"""Bits: receivers take no notice of less (RFC 8301 section 3.2)."""


def signer(settings: Settings) -> Callable[[bytes], bytes] | None:
    """What puts our signature before a mail; None where the installation has no whole set-up for it, which `trygghet doctor` tells of."""
    if lacking(settings) is not None:
        return None
    selector, domain, key = settings.dkim_selector.encode(), settings.dkim_domain.encode(), _traditional(settings.dkim_key)

    def sign(mail: bytes) -> bytes:
        made = dkim.DKIM(mail)
        covered = [name for name in SIGNED if any(one.lower() == name for one, _ in made.headers)]
        signature: bytes = made.sign(selector, domain, key, canonicalize=(b"relaxed", b"relaxed"), include_headers=covered)
        return signature + mail

    return sign


def lacking(settings: Settings) -> str | None:
    """What stands between these settings and a signature, as a sentence; None when nothing does, and "" when none is wanted."""
    given = {"DKIM_SELECTOR": settings.dkim_selector, "DKIM_DOMAIN": settings.dkim_domain, "DKIM_KEY": settings.dkim_key}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given):
        return ""
    if missing:
        return f"{' och '.join(missing)} saknas, så breven går utan signatur."
    try:
        _traditional(settings.dkim_key)
    except ValueError as error:
        return f"DKIM_KEY går inte att använda: {error}"
    return None


def record(settings: Settings) -> str:
    """The TXT record that the domain publishes at `<selector>._domainkey.<domain>`, where residents' mail servers find the key."""
    public = _read(settings.dkim_key).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def _traditional(pem: str) -> bytes:
    return _read(pem).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def _read(pem: str) -> RSAPrivateKey:
    """An RSA key in PEM. Raises `ValueError` with a Swedish sentence."""
    try:
        found = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm, binascii.Error):
        raise ValueError("den är ingen privat nyckel i PEM utan lösenord.") from None
    if not isinstance(found, RSAPrivateKey) or found.key_size < SHORTEST_KEY:
        raise ValueError(f"det behövs en RSA-nyckel på minst {SHORTEST_KEY} bitar, helst 2048.")
    return found
