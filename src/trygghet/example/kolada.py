"""The example's own Kolada: it speaks as the real one does, and all its figures are invented. So nothing has to leave the machine."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from litestar import Response
from litestar.params import FromPath

from trygghet import web
from trygghet.example import story
from trygghet.swedish import NotFound
from trygghet.tenancy import Act


@cache
def _kpis() -> dict[str, dict[str, Any]]:
    with (story.DATA / "kolada.toml").open("rb") as file:
        found: dict[str, dict[str, Any]] = tomllib.load(file)["kpi"]
    return found


def _place(code: str) -> story.Organisation:
    found = next((one for one in story.place().organisation if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def _kpi(kpi: str) -> dict[str, Any]:
    if kpi not in _kpis():
        raise NotFound
    return _kpis()[kpi]


def _listed(*found: dict[str, Any]) -> Response[dict[str, Any]]:
    return Response({"count": len(found), "values": list(found), "next_url": None})


@web.get("/exempel/kolada/kpi/{kpi:str}", may=Act.EXAMPLE)
async def tell_kpi(kpi: FromPath[str]) -> Response[dict[str, Any]]:
    """What a KPI is called."""
    return _listed({"id": kpi, "title": _kpi(kpi)["title"]})


@web.get("/exempel/kolada/municipality/{code:str}", may=Act.EXAMPLE)
async def tell_municipality(code: FromPath[str]) -> Response[dict[str, Any]]:
    """What a municipality is called."""
    return _listed({"id": code, "title": _place(code).short_name, "type": "K"})


@web.get("/exempel/kolada/data/kpi/{kpi:str}/municipality/{code:str}", may=Act.EXAMPLE)
async def tell_values(kpi: FromPath[str], code: FromPath[str]) -> Response[dict[str, Any]]:
    """A KPI's values for a municipality, a row for each year."""
    found = _kpi(kpi)
    values = zip(found["years"], found[_place(code).slug], strict=True)
    return _listed(*({"kpi": kpi, "municipality": code, "period": year, "values": [{"gender": "T", "value": value}]} for year, value in values))


handlers = [tell_kpi, tell_municipality, tell_values]
