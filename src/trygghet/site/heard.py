"""What a promise builds on in a sentence: how many have been asked, and how many answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trygghet.promises.rules import Source
    from trygghet.tongue import Tongue


def heard(sources: Sequence[Source], t: Tongue) -> str:
    """Löftet bygger på 2 medborgardialoger (84 deltog) och 1 trygghetsmätning (412 svarade). Nothing where it names nothing of the kind."""
    kinds = [
        (t.counted(_many(sources, "dialogue"), "medborgardialog", "medborgardialoger"), "dialogue", t("{count} deltog")),
        (t.counted(_many(sources, "staff_dialogue"), "medarbetardialog", "medarbetardialoger"), "staff_dialogue", t("{count} deltog")),
        (t.counted(_many(sources, "survey"), "trygghetsmätning", "trygghetsmätningar"), "survey", t("{count} svarade")),
        (t.counted(_many(sources, "situation"), "lägesbild", "lägesbilder"), "situation", ""),
    ]
    told = [counted + _people(sources, kind, verb, t) for counted, kind, verb in kinds if _many(sources, kind)]
    return t("Löftet bygger på {what}.", what=t.listed(told)) if told else ""


def _many(sources: Sequence[Source], kind: str) -> int:
    return sum(one.kind == kind for one in sources)


def _people(sources: Sequence[Source], kind: str, verb: str, t: Tongue) -> str:
    """Only where all of the kind say how many: a sum of some would pass for all."""
    found = [one.participants for one in sources if one.kind == kind]
    known = [one for one in found if one is not None]
    return f" ({verb.format(count=t.number(sum(known), 0))})" if verb and len(known) == len(found) else ""
