"""A promise retold: one text that residents read, one that waits for every key, and one that has them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests import cast
from trygghet.agreements import actions as agreements
from trygghet.retellings import actions
from trygghet.retellings.rules import Retelling, Written

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.tenancy import Asking

EASY = Written("lattlast", "Vi gör vägarna lugnare", "Kommunen och polisen har lovat en sak.\n\n- Vi mäter farten.\n- Vi berättar hur det går.")


class Retold(NamedTuple):
    """`read` by residents in easy Swedish, `waiting` in Finnish, `agreed` in Arabic though nobody has drawn the conclusion yet."""

    read: Retelling
    waiting: Retelling
    agreed: Retelling


async def offered(promise: UUID, written: Written = EASY, *, by: Asking | None = None, now: dt.datetime = cast.START) -> Retelling:
    """A text that Anna has written, or somebody else."""
    who = by or cast.asking("anna")
    await actions.offer(who.organisation, promise, written, by=who, now=now)
    return next(one.latest for one in (await actions.read(who.organisation, promise)).standings if one.latest.code == written.code)


async def published(promise: UUID, written: Written = EASY, *, now: dt.datetime = cast.START) -> Retelling:
    """The same with both leaders' keys."""
    found = await offered(promise, written, now=now)
    for leader in (cast.asking("bo"), cast.asking("pia")):
        await actions.approve(leader.organisation, promise, found.id, seen=found.content_hash, by=leader, now=now)
    return found


async def build(promise: UUID, secret: str, bo: Asking, pia: Asking) -> Retold:
    """One of each kind."""
    agreed = await offered(promise, Written("ar", f"طرق أكثر أمانا {secret}", "وعدت البلدية والشرطة معا."))
    for leader in (bo, pia):
        parties = [cast.BJORKEN, cast.SKOGEN]
        await agreements.approve(leader.organisation, agreed.subject, parties, seen=agreed.content_hash, by=leader, now=cast.START)
    return Retold(await published(promise), await offered(promise, Written("fi", f"Rauhallisemmat tiet {secret}", "Kunta ja poliisi.")), agreed)
