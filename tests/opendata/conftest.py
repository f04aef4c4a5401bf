"""A meter that has counted nothing, for each test: the application is built once. And the product over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.site.conftest import listening
from trygghet import embedded
from trygghet.opendata.rules import Meter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar import Litestar

    from trygghet.settings import Settings


@pytest.fixture(autouse=True)
def meter(request: pytest.FixtureRequest) -> Meter | None:
    """The application's, where the test has one."""
    if "application" not in request.fixturenames:
        return None
    application: Litestar = request.getfixturevalue("application")
    application.state.meter = Meter()
    return application.state.meter  # type: ignore[no-any-return]


@pytest.fixture
async def ours(application: Litestar, settings: Settings) -> AsyncIterator[str]:
    """The product's address, over real HTTP."""
    port = embedded.free_port()
    application.state.settings = replace(settings, public_url=f"http://127.0.0.1:{port}")
    async with listening(application, port) as address:
        yield address
