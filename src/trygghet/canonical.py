"""The one way in which what people agree on is written down: JSON, keys sorted, no spaces, letters as they are, UTF-8. What keys bind to is
the SHA-256 of those bytes.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def text(content: Mapping[str, Any]) -> str:
    """The content in that spelling. Raises `ValueError` for a number that is none."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hashed(content: Mapping[str, Any]) -> str:
    """SHA-256 of the spelling, in hexadecimal."""
    return hashlib.sha256(text(content).encode()).hexdigest()
