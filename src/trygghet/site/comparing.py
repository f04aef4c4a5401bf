"""What municipalities promise, how it went and how often residents are told, side by side. Never a ranking, and never by crime.

A promise is written for one place. Two goals with the same name may count different things, so nothing is added up over municipalities: the table has
each in its own words, and each verdict is the parties' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import litestar
from litestar import Request, Response

from trygghet import swedish, web
from trygghet.site import actions, answers, rules
from trygghet.site.homes import folded
from trygghet.site.voices import voices

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.site.followed import Followed
    from trygghet.site.homes import Home
    from trygghet.site.rules import Published
    from trygghet.site.voices import Voices

THEMES: Mapping[str, tuple[str, ...]] = {
    "Barn och unga": ("unga", "ungdom", "barn", "skol", "fritid", "faltgrupp", "elev"),
    "Narkotika": ("narkot", "drog", "langning", "missbruk"),
    "Trafik": ("trafik", "fart", "hastighet", "moped", "a-traktor", "buskor"),
    "Våld i nära relation": ("nara relation", "kvinnofrid", "vald i", "heder"),
    "Stölder och inbrott": ("stold", "inbrott", "tillgrepp", "bedrageri", "grannsamverk"),
    "De som begår många brott": ("brottsaktiv", "kriminell", "avhopp", "nyrekryt"),
    "Näringsliv": ("naringsliv", "foretag", "butik"),
    "Tryggare platser": (
        "trygga plats",
        "centrum",
        "torg",
        "utemiljo",
        "belysning",
        "vandring",
        "ordning",
        "skadegor",
        "klotter",
        "nedskrap",
        "krog",
        "alkohol",
    ),
    "Synlig polis": ("synlig", "narvaro", "patrull"),
    "Dialog och samverkan": ("dialog", "samtal", "samverk", "hjalps at", "lagesbild", "kanslan", "tillsyn", "kontroll"),
}
"""Subjects that promises turn to, by beginnings of words in their headings, tried in this order. What fits none stands under the last one."""
OTHER = "Annat"


@dataclass(frozen=True)
class Compared:
    """A municipality's promise in the comparison. `told` is how many updates there have been in the last year, `latest` the newest of all;
    `voices` how many were heard before, by kind.
    """

    promise: Published
    last: Followed | None
    told: int
    latest: dt.date | None
    home: Home | None
    voices: Mapping[str, Voices]


def theme(heading: str) -> str:
    """The subject that a heading turns to."""
    said = folded(heading)
    return next((name for name, words in THEMES.items() if any(word in said for word in words)), OTHER)


def by_theme(promises: Sequence[Published]) -> list[tuple[str, list[tuple[Published, list[str]]]]]:
    """Each subject with the promises that turn to it, and their own headings for it. Subjects that nobody has are left out."""
    found: dict[str, dict[UUID, tuple[Published, list[str]]]] = {name: {} for name in (*THEMES, OTHER)}
    for one in promises:
        for heading in dict.fromkeys(one.content["themes"]):
            found[theme(heading)].setdefault(one.promise_id, (one, []))[1].append(heading)
    return [(name, list(whose.values())) for name, whose in found.items() if whose]


@litestar.get("/jamfor", **answers.OPTIONS)
async def show(request: Request[Any, Any, Any]) -> Response[Any]:
    """The municipalities beside each other, in the order of the alphabet."""
    today = web.today(request)
    every, last, places = await actions.across_organisations_front()
    told = await actions.across_organisations_told(today)
    promises, homes = rules.overview(every, today), {one.slug: one for one in places}
    rows = [
        Compared(one, last.get(one.promise_id), count, swedish.local(latest).date() if latest else None, home, voices(one.content, home))
        for one in promises
        for home in [homes.get(one.slug)]
        for count, latest in [told.get(one.promise_id, (0, None))]
    ]
    return answers.page(request, "site/compare.html", rows=rows, themes=by_theme(promises))


handlers = [show]
