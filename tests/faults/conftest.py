"""A mail server, and settings that lead to it, for tests that turn the chain by hand; the real composers and channels, no broker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.letterbox import Letterbox
from trygghet.settings import Settings


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """Refuses, holds and hangs up as it is told."""
    made = Letterbox()
    yield made
    made.stop()


@pytest.fixture
def posted(settings: Settings, box: Letterbox) -> Settings:
    """Settings whose mail goes there."""
    return replace(settings, smtp_url=box.url)
