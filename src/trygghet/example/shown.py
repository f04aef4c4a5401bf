"""How an organisation of the example shows itself, in which words promises are told again, and who follows by mail."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from trygghet import database
from trygghet.example import store, story
from trygghet.followers import actions as followers
from trygghet.followers import rules as following
from trygghet.profiles import crest
from trygghet.retellings import actions as retellings
from trygghet.retellings.rules import Written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from trygghet.example.story import Resident, Story, ToldAgain
    from trygghet.tenancy import Asking

_SIDE, _LINE = 192, 14
"""In pixels: the mark, and what it is drawn with."""


async def tell(promise_id: UUID, told: Story, seats: Mapping[str, Asking], secret_key: str) -> None:
    """All of it, as it was done about one promise."""
    for one in told.look:
        async with database.across_organisations():
            await store.across_organisations_dress(
                story.organisation_id(told.home), one.colour, crest.drawn(mark(one.colour)), story.afternoon(one.on)
            )
    for again in told.retold:
        await _retell(promise_id, again, seats)
    for resident in told.resident:
        await _follow(resident, told.home, secret_key)


async def _retell(promise_id: UUID, told: ToldAgain, seats: Mapping[str, Asking]) -> None:
    author, written = seats[told.by], Written(told.code, told.title, told.body)
    await retellings.offer(author.organisation, promise_id, written, by=author, now=story.moment(told.offered))
    standings = (await retellings.read(author.organisation, promise_id)).standings
    found = next(one.latest for one in standings if one.latest.code == told.code)
    for key in told.approved:
        by = seats[key.by]
        await retellings.approve(by.organisation, promise_id, found.id, seen=found.content_hash, by=by, now=story.moment(key.at))


async def _follow(one: Resident, slug: str, secret_key: str) -> None:
    """Asks and says yes: the letter that asks has gone out by then."""
    at = story.moment(one.asked)
    fields = {"epost": one.email, "vad": f"municipality:{slug}", "takt": one.pace}
    wish = following.wish(fields, next(tongue for tongue in following.TONGUES if tongue.code == one.language))
    await followers.across_organisations_ask(wish, address="", secret_key=secret_key, now=at, wall=at)
    async with database.across_organisations():
        asking = await store.across_organisations_take_asking()
    for follower in asking:
        await followers.across_organisations_confirm(follower, secret_key=secret_key, now=at)


def mark(colour: str) -> bytes:
    """A mark of the example's own, as PNG, and nobody's arms: two rings, one in the other, on nothing."""
    drawn = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    for left in (_LINE, _SIDE // 2 - 2 * _LINE):
        pen.ellipse((left, _SIDE // 4, left + _SIDE // 2, _SIDE * 3 // 4), outline=colour, width=_LINE)
    written = io.BytesIO()
    drawn.crop(drawn.getbbox()).save(written, "PNG")
    return written.getvalue()
