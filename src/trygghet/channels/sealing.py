"""Tokens are sealed as soon as they are known, and opened only when a channel speaks to the server."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Keys = str | tuple[str, ...]
"""The present SECRET_KEY, alone or with those before it after it: the first seals, and all of them open."""


@lru_cache(maxsize=16)
def _fernet(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"trygghet connection").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _all(keys: Keys) -> tuple[str, ...]:
    return (keys,) if isinstance(keys, str) else keys


def seal(keys: Keys, token: str) -> bytes:
    """The token as it may be stored; ASCII."""
    return _fernet(_all(keys)[0]).encrypt(token.encode())


def unseal(keys: Keys, sealed: str) -> str | None:
    """The token again; None when it was sealed with none of these keys."""
    for key in _all(keys):
        try:
            return _fernet(key).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    return None


def reseal(keys: Keys, sealed: str) -> bytes | None:
    """The same token under the present key; None when none of them opens it."""
    token = unseal(keys, sealed)
    return None if token is None else seal(keys, token)
