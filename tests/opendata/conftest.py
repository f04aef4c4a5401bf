"""A meter that has counted nothing, for each test: the application is built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trygghet.opendata.rules import Meter

if TYPE_CHECKING:
    from litestar import Litestar


@pytest.fixture(autouse=True)
def meter(request: pytest.FixtureRequest) -> Meter | None:
    """The application's, where the test has one."""
    if "application" not in request.fixturenames:
        return None
    application: Litestar = request.getfixturevalue("application")
    application.state.meter = Meter()
    return application.state.meter  # type: ignore[no-any-return]
