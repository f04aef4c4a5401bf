from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import letterbox
from tests.followers.world import Post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trygghet.settings import Settings


@pytest.fixture(scope="module")
def box() -> Iterator[letterbox.Letterbox]:
    """A real mail server."""
    made = letterbox.Letterbox()
    yield made
    made.stop()


@pytest.fixture
def post(box: letterbox.Letterbox, settings: Settings) -> Post:
    """What goes out to followers."""
    return Post(box, settings)
