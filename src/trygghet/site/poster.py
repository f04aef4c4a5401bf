"""A promise as a poster for a wall: what was promised, by whom, until when, and where to read how it goes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import segno

from trygghet import swedish
from trygghet.site.social import shortened

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.site.rules import Published

Size = Literal["a4", "a3"]
MOST_POINTS = 4
"""So many goals or focus areas have room beneath the oath."""
LONGEST_POINT, LONGEST_OATH = 100, 320


def poster(shown: Published, today: dt.date, public_url: str, size: Size) -> dict[str, Any]:
    """What `site/poster.typ` is filled with. The code leads to the promise's own address, which lasts; the one in letters can be typed."""
    content, held = shown.content, shown.validity
    points = _points(content)
    days = (
        f"{swedish.long_date(held.first)} – {swedish.long_date(held.last)}" if held.last else f"från {swedish.long_date(held.first)} och tills vidare"
    )
    host = urlsplit(public_url).netloc
    return {
        "size": size,
        "voice": shown.voice,
        "title": f"Det här {'lovade' if shown.has_ended(today) else 'lovar'} {shown.who} i {content['area']}",
        "oath": shortened(content["oath"] or content["title"], LONGEST_OATH),
        "points": [shortened(one, LONGEST_POINT) for one in points[:MOST_POINTS]],
        "more": max(0, len(points) - MOST_POINTS),
        "days": f"{'Gällde' if shown.has_ended(today) else 'Gäller'} {days}",
        "parties": [one["name"] for one in content["parties"]],
        "keywords": ["medborgarlöfte", content["area"]],
        "address": f"{host}/{shown.slug}",
        "code": code(f"{public_url}/{shown.slug}/loften/{shown.promise_id}"),
    }


def code(address: str) -> str:
    """The address as a QR code (ISO/IEC 18004) in SVG; a seventh of it may be torn off and it can still be read."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=0, xmldecl=False, dark="#16222a")
    return drawn.getvalue().decode()


def _points(content: dict[str, Any]) -> list[str]:
    goals = [goal["title"] for where in [*content["areas"], content] for goal in where["goals"]]
    found: list[str] = goals or [area["title"] for area in content["areas"]]
    return found
