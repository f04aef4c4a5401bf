"""What other programs read of residents' pages: JSON-LD in the words of schema.org."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made
from tests.site import given

if TYPE_CHECKING:
    import httpx

    from tests.cast import BrowserOf

pytestmark = pytest.mark.anyio


def _things(answer: httpx.Response) -> dict[str, dict[str, Any]]:
    """What the page says of itself, by type."""
    [body] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    found = json.loads(body)
    assert found["@context"] == "https://schema.org"
    return {one["@type"]: one for one in found["@graph"]}


async def test_a_promise_says_who_promises_what_and_when(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    told_at = cast.START + dt.timedelta(hours=1)
    await given.told(promise_id, at=told_at)
    residents = await browser_of()
    address = f"http://testserver/bjorken/loften/{promise_id}"
    found = _things(await residents.get(f"/bjorken/loften/{promise_id}"))
    service, article, trail = found["GovernmentService"], found["Article"], found["BreadcrumbList"]["itemListElement"]
    assert [one["name"] for one in service["provider"]] == ["Björkens kommun", "LPO Skogen"]
    assert (service["@id"], article["about"]["@id"], article["mainEntityOfPage"]) == (address, address, address)
    assert article["temporalCoverage"] == "2023-01-01/2024-12-31"
    assert dt.datetime.fromisoformat(article["dateModified"]) == told_at
    assert [(one["position"], one["item"]) for one in trail] == [
        (1, "http://testserver/"),
        (2, "http://testserver/polisomrade/lpo-skogen"),
        (3, "http://testserver/bjorken"),
        (4, address),
    ]
    home = await residents.get("/bjorken")
    assert len(_things(home)["BreadcrumbList"]["itemListElement"]) == 3
    assert not {"Bo Bsson", "Anna Asson"} & set(re.findall(r"Bo Bsson|Anna Asson", json.dumps(_things(home), ensure_ascii=False)))


async def test_an_update_says_what_was_put_right_in_it_and_nothing_once_taken_back(browser_of: BrowserOf) -> None:
    promise_id = await made.promise()
    update = await given.told(promise_id, title="</script><b>Fet</b>", corrections=[{"on": "2024-10-02", "text": "Mötet är den 12 maj."}])
    residents = await browser_of()
    answer = await residents.get(f"/bjorken/uppdateringar/{update}")
    article = _things(answer)["NewsArticle"]
    assert (article["headline"], article["correction"][0]["text"]) == ("</script><b>Fet</b>", "Mötet är den 12 maj.")
    assert "<b>Fet" not in answer.text
    gone = await given.told(promise_id, withdrawn=cast.START)
    answer = await residents.get(f"/bjorken/uppdateringar/{gone}")
    assert answer.status_code == 410
    assert "ld+json" not in answer.text
