"""One product for the journeys of a promise's text; each keeps to municipalities of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server import begun, product

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def example() -> Iterator[product.Product]:
    """Every process, the five promises and the example's clock."""
    with begun.running() as running:
        yield running
