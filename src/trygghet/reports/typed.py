"""What comes in the forms, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import shield
from trygghet.obligations.rhythms import FORMS, Rhythm
from trygghet.promises.rules import PER_YEAR
from trygghet.reports.rules import FORMS as SECTIONS
from trygghet.reports.rules import Typed
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_RECEIVER = 80
MOST_AFTER, MOST_BEFORE = 366, 180
PER = {key: words for key, words in PER_YEAR.items() if key != "continuous"}
"""How often one's own report may be given; what is given all the time is never due."""


def sections(typed: Mapping[str, str], form: str) -> dict[str, Typed]:
    """The sections that a report's form carried, with the marks of what its writer saw. One that shall stand as somebody else left it is none."""
    keys = [one.key for one in SECTIONS[form] if one.key in typed and f"deras-{one.key}" not in typed]
    return {key: Typed(typed[key].replace("\r\n", "\n"), typed.get(f"sett-{key}", "")) for key in keys}


def rhythm(typed: Mapping[str, str]) -> Rhythm:
    """One's own rhythm as it was typed. Raises `Slips`."""
    slips: list[Refusal] = []
    receiver = " ".join(typed.get("mottagare", "").split())
    try:
        shield.check_text(receiver, "Rapporteras till", field="mottagare", longest=LONGEST_RECEIVER, needed=True)
    except Refusal as refusal:
        slips.append(refusal)
    per, form = typed.get("hur-ofta", ""), typed.get("form", "")
    slips += [Refusal("choice.unknown", field="hur-ofta", name="Hur ofta", text=per)] if per not in PER else []
    slips += [Refusal("choice.unknown", field="form", name="I vilken form", text=form)] if form not in FORMS else []
    before = _days(typed, "fore", "Dagar före sammanträdet", MOST_BEFORE, slips)
    after = _days(typed, "efter", "Dagar efter periodens slut", MOST_AFTER, slips)
    if slips:
        raise Slips(slips)
    return Rhythm(receiver, per, after or 0, form=form, days_before=before)


def _days(typed: Mapping[str, str], field: str, name: str, most: int, slips: list[Refusal]) -> int | None:
    text = typed.get(field, "")
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most:
        return int(text)
    slips.append(Refusal("number.whole", field=field, name=name, least=0, most=f" och högst {most}", text=text[:40]))
    return None
