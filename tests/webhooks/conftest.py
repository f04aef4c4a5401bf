"""A room in a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.channels.chat import Room

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def room() -> Iterator[Room]:
    """Listens, and says ok until it is told something else."""
    made = Room()
    yield made
    made.close()
