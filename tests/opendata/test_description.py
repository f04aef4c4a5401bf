"""The description of the API against the API itself, over real HTTP: whatever it allows is answered as it says, and nothing breaks."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from tests import made
from tests.followups import room
from tests.site import given as published
from trygghet.opendata import rules

if TYPE_CHECKING:
    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio
EXAMPLES = 6


def _try(document: dict[str, Any], address: str, ids: list[str]) -> int:
    """Every operation with what its description allows and with what it does not; how many questions were asked."""
    schemathesis.checks.load_all_checks()
    asked = 0
    told = (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
    )
    wanted = checks.CHECKS.get_by_names(told)
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        for mode in GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            def ask(case: schemathesis.Case) -> None:
                nonlocal asked
                asked += 1
                if "id" in case.path_parameters and asked % 2:
                    case.path_parameters["id"] = ids[asked % len(ids)]  # random ids alone would find nothing
                case.call_and_validate(base_url=address, checks=wanted)

            with contextlib.suppress(Unsatisfiable):  # where there is nothing to ask, nothing can be asked wrongly
                ask()
    return asked


async def test_whatever_the_description_allows_is_answered_as_it_says(ours: str, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PER_MINUTE", 100_000)
    promise_id = await made.promise()
    await made.recorded(promise_id, 4)
    await published.told(promise_id)
    signed = await room.signed()
    document = (await (await browser_of()).get("/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    document["servers"] = [{"url": ours}]
    asked = await asyncio.to_thread(_try, document, ours, [str(promise_id), str(signed.room.promise_id)])
    assert asked > 9 * EXAMPLES
