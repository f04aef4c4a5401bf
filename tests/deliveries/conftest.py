"""An update of two parties on its way to an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.deliveries.place import tell

if TYPE_CHECKING:
    from tests.cast import BrowserOf
    from tests.deliveries.place import Told
    from trygghet.settings import Settings


@pytest.fixture
async def told(browser_of: BrowserOf, settings: Settings) -> Told:
    return await tell(await browser_of(), settings, cast.START)
