"""The file with everything about a promise holds what stands beside its goals, with the values that were replaced."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import pytest

from tests import cast
from tests.indicators import given
from trygghet.indicators import actions
from trygghet.indicators.rules import NO_CAUSE, Measured

pytestmark = pytest.mark.anyio


async def test_the_dossier_holds_the_series_beside_the_goals_with_every_value(browser_of: cast.BrowserOf) -> None:
    per = await browser_of("per")
    promise_id, goal_id = await given.goal()
    without = zipfile.ZipFile(io.BytesIO((await per.get(f"/loften/{promise_id}/akt")).content))
    assert "indikatorer.json" not in without.namelist()
    series_id = await given.series()
    await given.measured(series_id, 2023, "36")
    old = (await given.read(series_id)).recorded[0]
    await actions.revise(
        cast.BJORKEN, series_id, old.id, Measured(2023, Decimal("34.5")), "Slutlig siffra.", by=given.ANNA, now=cast.START + dt.timedelta(days=1)
    )
    await actions.attach(cast.BJORKEN, series_id, goal_id, by=given.ANNA, now=cast.START)
    found = zipfile.ZipFile(io.BytesIO((await per.get(f"/loften/{promise_id}/akt")).content))
    told = json.loads(found.read("indikatorer.json"))
    assert told["about"] == NO_CAUSE
    [beside] = told["beside"]
    assert beside["goal"] == "Lugnare trafik vid skolorna."
    assert [(one["value"], one["reason"]) for one in beside["series"][0]["recorded"]] == [("36", ""), ("34.5", "Slutlig siffra.")]
