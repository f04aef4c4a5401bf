"""What a party may do with a wording: share it, say yes or no to it, sign it, open it again, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import shield
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from trygghet.agreements.rules import Approval
    from trygghet.wordings.rules import Side, Wording

LONGEST_WHY = 1000


def lacks(sides: Collection[Side]) -> list[Refusal]:
    """What else than its own words keeps a text from being shared: who promises. `sides` are the organisations whose keys it needs."""
    if not sides or any(one.side in {"municipality", "police"} for one in sides):
        return []
    return [Refusal("signature.nobody", field="parter")]


def may_share(wording: Wording, seen: str) -> None:
    """Raises `Refusal`: what is signed or withdrawn goes nowhere, and nobody shares what they have not read."""
    _still_open(wording)
    _as_seen(wording, seen)


def may_approve(wording: Wording, seen: str) -> None:
    """Raises `Refusal`; whose key it is and whether it may turn is decided in agreements."""
    _still_open(wording)
    _shared(wording)
    _as_seen(wording, seen)


def may_reject(wording: Wording, seen: str, signatures: Sequence[Approval], why: str) -> None:
    """Raises `Refusal`. What somebody has signed is opened again, not rejected."""
    may_approve(wording, seen)
    if any_live(signatures):
        raise Refusal("wording.locked")
    check_why(why)


def may_sign(wording: Wording, seen: str, *, agreed: bool) -> None:
    """Raises `Refusal` until every party has approved exactly what is to be signed."""
    may_approve(wording, seen)
    if not agreed:
        raise Refusal("signature.early")


def may_reopen(wording: Wording, signatures: Sequence[Approval], why: str) -> None:
    """Raises `Refusal`: only a text that a signature has locked can be opened again."""
    _still_open(wording)
    if not any_live(signatures):
        raise Refusal("signature.not_locked")
    check_why(why)


def may_withdraw(wording: Wording, why: str) -> None:
    """Raises `Refusal`. One person of one party suffices, until all have signed."""
    _still_open(wording)
    _shared(wording)
    check_why(why)


def check_why(why: str) -> None:
    """Every no says why, to all parties. Raises `Refusal`."""
    shield.check_text(why, "Varför", field="varfor", longest=LONGEST_WHY, needed=True)


def any_live(keys: Sequence[Approval]) -> bool:
    """Whether a key is turned: a signature locks the text, an approval is there to fall."""
    return any(one.fell_at is None for one in keys)


def _still_open(wording: Wording) -> None:
    if wording.signed_at is not None:
        raise Refusal("wording.signed")
    if wording.withdrawn_at is not None:
        raise Refusal("wording.withdrawn")


def _shared(wording: Wording) -> None:
    if wording.is_private:
        raise Refusal("signature.private")


def _as_seen(wording: Wording, seen: str) -> None:
    if seen != wording.content_hash:
        raise Refusal("agreement.stale")


def is_late(first: dt.date, on: dt.date) -> bool:
    """Whether it is signed after it has begun to hold; allowed, and shown."""
    return on > first
