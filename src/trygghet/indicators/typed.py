"""What people type and what spreadsheets hold, as series and values."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from trygghet import swedish
from trygghet.indicators import checks, rules
from trygghet.indicators.rules import About, Measured
from trygghet.periods import parse_day
from trygghet.swedish import Refusal, Slips

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

MOST_ANSWERS = 10_000_000


def about(typed: Mapping[str, str], *, kind: str = "") -> About:
    """The form about a series. `kind` is the one it has already; Kolada's own fields are not typed here. Raises `Slips`."""
    found = _Found(typed)
    kind = kind or typed.get("slag", "")
    if kind not in rules.KINDS:
        found.slips.append(Refusal("choice.unknown", field="slag", name="Slag", text=kind[:40]))
    direction = typed.get("riktning", "")
    if direction not in rules.DIRECTIONS:
        found.slips.append(Refusal("choice.unknown", field="riktning", name="Önskad riktning", text=direction[:40]))
    threshold = found.get("grans", lambda text: decimal(text, "Gräns", field="grans"))
    found.settle()
    texts = {name: typed.get(field, "") for name, field in _TEXTS.items()}
    return About(kind=cast("Any", kind), direction=cast("Any", direction), threshold=threshold, **texts)


_TEXTS = {
    "name": "namn",
    "unit": "enhet",
    "area": "omrade",
    "source": "kalla",
    "note": "anteckning",
    "threshold_words": "grans_ord",
    "kpi_title": "titel",
}


def about_fields(one: About) -> dict[str, str]:
    """What stands in the form about a series."""
    texts = {field: str(getattr(one, name)) for name, field in _TEXTS.items()}
    return {**texts, "slag": one.kind, "riktning": one.direction, "grans": plain(one.threshold)}


def value(typed: Mapping[str, str], today: dt.date, *, year: int | None = None) -> Measured:
    """The form for a value; `year` is given where another value of that year is replaced, and then an empty value takes it back.

    Raises `Slips` with one refusal for each field that is wrong.
    """
    found = _Found(typed)
    revising = year is not None
    when = year if year is not None else found.get("ar", _year, needed=True)
    figure = found.get("varde", lambda text: decimal(text, "Värde", field="varde"), needed=not revising)
    n = found.get("svar", _answers)
    rate = found.get("svarsfrekvens", _rate)
    day = found.get("datum", lambda text: parse_day(text, "Datum", field="datum"))
    found.settle()
    assert when is not None
    one = Measured(
        when,
        None if typed.get("ta_bort") else figure,
        n,
        rate,
        bool(typed.get("preliminart")),
        typed.get("seriebrott", ""),
        day,
        typed.get("kalla", ""),
    )
    checks.check(one, today)
    return one


def value_fields(one: Measured) -> dict[str, str]:
    """What stands in the form for a value."""
    return {
        "ar": str(one.year),
        "varde": plain(one.value),
        "svar": str(one.n or ""),
        "svarsfrekvens": plain(one.response_rate),
        "preliminart": "ja" if one.preliminary else "",
        "seriebrott": one.break_note,
        "datum": one.observed_on.isoformat() if one.observed_on else "",
        "kalla": one.source,
    }


def form_key(text: str) -> uuid.UUID:
    """The key that the form was minted with; a form without it is not protected from being sent twice."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


class _Found:
    """Reads fields and gathers what is wrong with them."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed, self.slips = typed, list[Refusal]()

    def get(self, field: str, parse: Callable[[str], Any], *, needed: bool = False) -> Any:
        text = self.typed.get(field, "").strip()
        if not text and not needed:
            return None
        try:
            return parse(text)
        except Refusal as no:
            self.slips.append(no)
            return None

    def settle(self) -> None:
        if self.slips:
            raise Slips(self.slips)


def decimal(text: str, name: str, *, field: str) -> Decimal:
    """34,5 as Swedes write it: a comma or a stop, spaces between thousands, a percent sign left out. Raises `Refusal` on `field`."""
    plain_text = re.sub(r"[\s\u00a0\u202f]", "", text).replace("\u2212", "-").removesuffix("%")
    if not re.fullmatch(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?", plain_text):
        raise Refusal("number.decimal", field=field, name=name, span="", text=text[:40])
    return Decimal(plain_text.replace(",", "."))


def _year(text: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", text):
        raise Refusal("observation.year_form", field="ar", text=text[:40])
    return int(text)


def _answers(text: str) -> int:
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12) or not 1 <= int(digits) <= MOST_ANSWERS:  # noqa: PLR2004 - digits
        raise Refusal("number.whole", field="svar", name="Antal svar", least=1, most=f", högst {swedish.number(MOST_ANSWERS, 0)}", text=text[:40])
    return int(digits)


def _rate(text: str) -> Decimal:
    rate = decimal(text, "Svarsfrekvens", field="svarsfrekvens")
    if not 0 < rate <= 100:  # noqa: PLR2004 - percent
        raise Refusal("number.decimal", field="svarsfrekvens", name="Svarsfrekvens", span=" över 0 och högst 100 (procent)", text=text[:40])
    return rate


def plain(number: Decimal | None) -> str:
    """34,5 as it is typed again."""
    return "" if number is None else f"{number.normalize():f}".replace(".", ",")
