"""The residents' way in: every municipality on a map and in a table, found by a few letters, by county and by police area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import litestar
from litestar import Request, Response
from litestar.params import FromPath

from trygghet import swedish, web
from trygghet.profiles import actions as profiles
from trygghet.site import actions, answers, homes, rules, sweden
from trygghet.site.homes import COUNTIES, MUNICIPALITY, POLICE, Home, folded
from trygghet.swedish import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from trygghet.site.followed import Followed
    from trygghet.site.rules import Published
    from trygghet.site.sweden import Map

LONGEST = 60
"""So many letters of a search are read."""
LONG_ENOUGH = 4
"""So many letters are looked for inside words too."""
_POLICY = ("script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "font-src 'self'", "form-action 'self'")
POLICY = "; ".join(["default-src 'none'", *_POLICY, "base-uri 'none'", "frame-ancestors 'none'"])
"""For a page with a script that caches keep: the script is known by its address, since a word of the day would be another's by then."""


@dataclass(frozen=True)
class Found:
    """What the page shows. `missing` are municipalities that were meant by the search and have told of no promise."""

    promises: Sequence[Published]
    followed: Mapping[Any, Followed]
    homes: Sequence[Home]
    missing: Sequence[str]
    whole: Map
    sought: str

    @property
    def scale(self) -> tuple[dt.date, dt.date] | None:
        """The years that validities are drawn on."""
        return rules.scale(self.promises) if self.promises else None

    @property
    def counties(self) -> list[tuple[str, str]]:
        """Address and name of each county with a municipality that is here."""
        return _counties(self._peopled)

    @property
    def silent_counties(self) -> list[tuple[str, str]]:
        """Those of the other counties: nobody there tells of a promise, and their pages say so."""
        return _counties(set(COUNTIES) - self._peopled)

    @property
    def _peopled(self) -> set[str]:
        return {one.county for one in self.homes if one.kind == MUNICIPALITY and one.county in COUNTIES}

    @property
    def areas(self) -> list[Home]:
        """The police areas."""
        return homes.in_order(one for one in self.homes if one.kind == POLICE)


@litestar.get("/", **answers.OPTIONS)
async def show(request: Request[Any, Any, Any]) -> Response[Any]:
    """Every municipality with its promise, or those that a search means."""
    found = await _found(request, request.query_params.get("sok", ""))
    return answers.answer(
        request,
        answers.drawn(request, "site/all.html", found=found, source=sweden.SOURCE),
        "text/html",
        headers={"content-security-policy": POLICY, "x-frame-options": "DENY"},
    )


@litestar.get("/lan/{slug:str}", **answers.OPTIONS)
async def show_county(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """A county's municipalities; those too that tell of no promise."""
    code = homes.county_of(slug)
    if code is None:
        raise NotFound
    found = await _found(request, "", {one for one in sweden.names() if one.startswith(code)})
    return answers.page(request, "site/county.html", found=found, name=COUNTIES[code], source=sweden.SOURCE)


@litestar.get("/polisomrade/{slug:str}", **answers.OPTIONS)
async def show_area(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """A police area: the municipalities that it covers that day, and what they and it have promised."""
    today = web.today(request)
    every, follow_ups, known = await actions.across_organisations_front()
    area = next((one for one in known if (one.kind, one.slug) == (POLICE, slug)), None)
    if area is None:
        raise await actions.across_organisations_absent(slug)
    covered = set(area.covers(today))
    promises = rules.overview([one for one in every if one.slug in covered], today)
    rest = homes.in_order(one for one in known if one.slug in covered - {one.slug for one in promises})
    found = Found(promises, follow_ups, known, [one.short_name for one in rest], sweden.Map("", [], ""), "")
    look = (await profiles.across_organisations_profile(slug)).look
    return answers.page(request, "site/area.html", found=found, area=area, look=look)


async def _found(request: Request[Any, Any, Any], sought: str, codes: set[str] | None = None) -> Found:
    today, asked = web.today(request), " ".join(sought[:LONGEST].split())
    every, follow_ups, known = await actions.across_organisations_front()
    foremost = rules.overview(every, today)
    by_slug = {one.slug: one for one in known}
    coded = {home.code: one for one in foremost if (home := by_slug.get(one.slug)) and home.code}
    meant = _meant(foremost, by_slug, today, asked)
    names = sweden.names()
    if codes is not None:
        meant = [one for one in meant if (home := by_slug.get(one.slug)) and home.code in codes]
        missing = [names[code] for code in codes if code not in coded]
    else:
        missing = [name for code, name in names.items() if code not in coded and _begins(name, asked)] if asked else []
    return Found(meant, follow_ups, known, sorted(missing, key=swedish.sort_key), sweden.drawn(coded, today, codes), asked)


def _counties(codes: set[str]) -> list[tuple[str, str]]:
    return [(homes.county_slug(code), COUNTIES[code]) for code in sorted(codes, key=lambda code: swedish.sort_key(COUNTIES[code]))]


def _begins(name: str, asked: str) -> bool:
    return folded(name).startswith(folded(asked))


def _meant(promises: Sequence[Published], by_slug: Mapping[str, Home], today: dt.date, asked: str) -> list[Published]:
    """Those where each word that was typed is in what one knows a promise by: places, parties, its heading and what it is about."""
    words = folded(asked).split()
    if not words:
        return list(promises)
    areas = homes.areas_by_municipality(by_slug.values(), today)
    return [one for one in promises if all(_is_said(word, _known_by(one, by_slug.get(one.slug), areas.get(one.slug, []))) for word in words)]


def _known_by(one: Published, home: Home | None, areas: Sequence[Home]) -> str:
    """All of it, with a space before each word."""
    county = COUNTIES.get(home.county, "") if home else ""
    return " " + folded(" ".join([one.name, county, *(area.name for area in areas), one.party_names, one.content["title"], *one.content["themes"]]))


def _is_said(word: str, told: str) -> bool:
    """A few letters are the beginning of a word: kal is Kalmar, not a lokalpolisområde. More may stand inside one: trafik is in skoltrafik too."""
    return word in told if len(word) >= LONG_ENOUGH else f" {word}" in told


handlers = [show, show_county, show_area]
