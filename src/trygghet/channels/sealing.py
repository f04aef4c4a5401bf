"""Tokens are sealed as soon as they are known, and opened only when a channel speaks to the server."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@lru_cache(maxsize=4)
def _fernet(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"trygghet connection").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(secret_key: str, token: str) -> bytes:
    """The token as it may be stored; ASCII."""
    return _fernet(secret_key).encrypt(token.encode())


def unseal(secret_key: str, sealed: str) -> str | None:
    """The token again; None when it was sealed with another SECRET_KEY."""
    try:
        return _fernet(secret_key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
