"""Mail that comes in, by what its local part begins with: a bounce, or a proof that the chain works. Everybody else's mail is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from trygghet import letters
from trygghet.bounces import actions as bounces
from trygghet.canary import actions as canary
from trygghet.canary.rules import LOCAL_PART

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.settings import Settings

LONGEST = 2_000_000
"""Octets of one mail: reports enclose our letter, at most."""


class Taker(NamedTuple):
    """`knows` tells by the address alone whether it is one of ours; `take` does what the mail asks for, once however often it comes."""

    knows: Callable[[Settings, str], bool]
    take: Callable[..., Awaitable[str]]


TAKERS = {
    letters.BOUNCES: Taker(lambda settings, address: letters.returned(settings, address) is not None, bounces.across_organisations_take),
    LOCAL_PART: Taker(canary.knows, canary.across_organisations_take),
}
"""By the word before the plus sign. `take(settings, address, raw, now=)` says in a word what became of the mail."""


def taker(settings: Settings, address: str) -> Taker | None:
    """Who takes mail to this address; None when nobody here does, or when its seal is not ours."""
    found = TAKERS.get(address.partition("@")[0].partition("+")[0].lower())
    return found if found is not None and found.knows(settings, address) else None


async def across_organisations_take(settings: Settings, address: str, raw: bytes, *, now: dt.datetime) -> str:
    """What became of one mail to one address, in a word. What is nobody's is counted and forgotten: an answer would go to somebody innocent."""
    found = taker(settings, address)
    if found is None:
        return await bounces.across_organisations_refuse()
    return await found.take(settings, address, raw, now=now)
