"""What a link to a page looks like where people share it: a picture with words for those who do not see it (Open Graph, ogp.me)."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.site.rules import excerpt

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.site.followed import Followed
    from trygghet.site.retold import Retold
    from trygghet.site.rules import Published
    from trygghet.site.told import Told

WIDTH, HEIGHT = 1200, 630
"""In pixels: what every network shows whole."""
LONGEST, LONGEST_PARTIES = 150, 130
"""So many letters of a title, and of the parties' names, have room."""


@dataclass(frozen=True)
class Picture:
    """`kind` says what sort of page it is, `place` where, `line` how it stands, `parties` who say so. `path` is the page's own."""

    path: str
    voice: str
    kind: str
    place: str
    title: str
    line: str
    parties: str
    description: str

    @property
    def address(self) -> str:
        """Where the picture is read. Networks keep what they have once fetched, so another picture has another address."""
        return f"{self.path}/bild.png?{self.mark}"

    @property
    def data(self) -> str:
        """All that is drawn, as JSON: the same gives the same picture."""
        return json.dumps(
            {**asdict(self), "title": shortened(self.title, LONGEST), "parties": shortened(self.parties, LONGEST_PARTIES)},
            ensure_ascii=False,
            sort_keys=True,
        )

    @property
    def mark(self) -> str:
        """Changes with what is drawn."""
        return hashlib.sha256(self.data.encode()).hexdigest()[:12]

    @property
    def alt(self) -> str:
        """The picture in words."""
        return f"{self.kind}, {self.place}: {shortened(self.title, LONGEST)}. {self.line}. {self.parties}."


def of_promise(shown: Published, today: dt.date, *, path: str = "") -> Picture:
    """Of a promise's page, or of the municipality's where that is its `path`."""
    return Picture(
        path or f"/{shown.slug}/loften/{shown.promise_id}",
        shown.voice,
        "Medborgarlöfte",
        shown.content["area"],
        shown.content["oath"] or shown.content["title"],
        shown.chip(today).text,
        shown.party_names,
        shown.content["oath"] or shown.content["title"],
    )


def of_update(told: Told, shown: Published) -> Picture:
    """Of an update's page."""
    return Picture(
        f"/{shown.slug}/uppdateringar/{told.id}",
        told.voice,
        "Så går det med löftet",
        shown.content["area"],
        told.content["title"],
        swedish.long_date(told.on),
        told.teller,
        excerpt(told.content["body"]),
    )


def of_follow_up(one: Followed) -> Picture:
    """Of a signed follow-up's page."""
    found = one.found
    years = f"{found.first.year} och {found.year}" if found.first.year != found.year else str(found.year)
    return Picture(
        one.address, found.voice, f"Uppföljning {years}", found.area, found.short, found.signed_words.rstrip("."), found.party_names, found.short
    )


def of_retelling(told: Retold, shown: Published, today: dt.date) -> Picture:
    """Of a promise in easy Swedish or in another language. What our letters cannot draw has the promise's own picture, with words of its own."""
    whole, content = of_promise(shown, today), told.content
    if not all(unicodedata.name(sign, "").startswith(_DRAWN) for sign in content["title"] if sign.isalpha()):
        return replace(whole, description=excerpt(content["body"]) or content["title"])
    return replace(
        whole,
        path=f"{whole.path}/{told.language.path}",
        kind=told.language.own,
        title=content["title"],
        description=excerpt(content["body"]) or content["title"],
    )


_DRAWN = ("LATIN ", "GREEK ", "CYRILLIC ", "FEMININE ", "MASCULINE ")
"""What the names of the letters begin with that our typefaces have."""


def shortened(text: str, longest: int) -> str:
    """The text, or as many whole words of it as there is room for."""
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"
