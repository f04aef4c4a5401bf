"""One writer's desk: the page laid out with everything that is said beside it, whole or as it is after a save."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trygghet.swedish import Refusal, Slips
from trygghet.wordings import actions, advice, layout, starting
from trygghet.wordings.kinds import KINDS
from trygghet.wordings.layout import Beside, Clash, Layout, Place, Slot
from trygghet.wordings.manuscript import Manuscript, Part
from trygghet.wordings.reading import as_id
from trygghet.wordings.rules import seen

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from trygghet.tenancy import Asking
    from trygghet.wordings.readability import Readability
    from trygghet.wordings.remarks import Advice
    from trygghet.wordings.rules import Saved, Wording
    from trygghet.wordings.starting import Around

ANSWERED = {"clash": 409, "slip": 422, "kept": 200}


@dataclass(frozen=True)
class Lost:
    """What somebody typed in a part that has been removed meanwhile, and who wrote last; nobody where it was themselves."""

    part_id: UUID
    typed: Mapping[str, str]
    by: str

    @property
    def words(self) -> list[str]:
        """What of it is words, to be read again."""
        return [text for name, text in self.typed.items() if name in _WORDS]


_WORDS = {one.name for kind in KINDS.values() for one in kind.fields if one.shape in {"line", "text", "lines"}}


@dataclass(frozen=True)
class Desk:
    """The page: the layout, advice on the whole, and what stands in the way of sharing where that was asked for.

    `others` is who else has written since the page was laid out. `fresh` are the fields to show anew after a save, `kept` those whose text is now another, and `is_laid_anew` tells that another
    measure was chosen, so that the fields of the target are others.
    """

    wording: Wording
    layout: Layout
    advice: list[Advice]
    readability: Readability
    slips: list[tuple[str, str]] = field(default_factory=list)
    checked: bool = False
    lost: Lost | None = None
    fresh: tuple[Slot, ...] = ()
    kept: tuple[Slot, ...] = ()
    chosen: str = ""
    renamed: tuple[UUID, ...] = ()
    is_laid_anew: bool = False
    others: str = ""
    status: int = 200


# ---------------------------------------------------------------- the whole page
async def read(organisation: UUID, wording_id: UUID, *, today: dt.date, opened: frozenset[str] = frozenset(), check: bool = False) -> Desk:
    """The page as it stands; with `check` everything that stands in the way of sharing it. Raises `NotFound`, or `Refusal` where it is closed."""
    wording = await actions.editable(organisation, wording_id)
    around = await starting.around(organisation, wording, today)
    slips = await _slips(organisation, wording) if check else []
    return _desk(wording, around, slips=slips, opened=opened, checked=check)


async def _slips(organisation: UUID, wording: Wording) -> list[Refusal]:
    try:
        await starting.draft(organisation, wording)
    except Slips as found:
        return found.refusals
    return []


def _desk(
    wording: Wording,
    around: Around,
    *,
    beside: Beside | None = None,
    slips: Iterable[Refusal] = (),
    opened: frozenset[str] = frozenset(),
    checked: bool = False,
) -> Desk:
    found = _advice(wording, around)
    said = beside or Beside()
    slips = list(slips)
    places = {place: one for one in slips if (place := place_of(one.field))}
    said = Beside(found, {**places, **said.slips}, said.clashes, said.typed)
    laid = layout.lay_out(wording, around.everybody, around.near, said, opened=opened)
    links = [(laid.anchor(place) if (place := place_of(one.field)) else one.field, one.sentence) for one in slips]
    return Desk(wording, laid, found, advice.readability(wording.manuscript), slips=links, checked=checked)


def _advice(wording: Wording, around: Around) -> list[Advice]:
    order = {one.id: place for place, one in enumerate(wording.manuscript.walked())}
    found = [*advice.advise(wording.manuscript, around.time), *layout.naming(wording, around.near)]
    return sorted(found, key=lambda one: order.get(one.part_id, 0))


def place_of(name: str) -> Place | None:
    """The part and the field that a slip's name says; None where it is about no single field."""
    part_id, _, one = name.partition(".")
    found = as_id(part_id)
    return (found, one) if found and one else None


# ---------------------------------------------------------------- after a save
async def after(organisation: UUID, saved: Saved, part_id: UUID, form: Mapping[str, str], *, by: Asking, today: dt.date) -> Desk:
    """What to show once a part's form has been laid upon the text: what was kept, what was not and why, and advice that has changed."""
    around = await starting.around(organisation, saved.wording, today)
    filled, wording = saved.filled, saved.wording
    if filled.is_part_gone:
        here = _desk(wording, around)
        return _with(
            here, lost=Lost(part_id, _words(form), "" if wording.edited_by == by.person_id else wording.edited_name), status=ANSWERED["clash"]
        )
    is_own = saved.before.edited_by == by.person_id
    clashes = {
        (part_id, name): layout.clash(saved.before, form[name], theirs, form.get(f"was-{name}", ""), by_oneself=is_own)
        for name, theirs in filled.clashes.items()
    }
    beside = Beside(
        slips={(part_id, name): one for name, one in filled.refusals.items()},
        clashes=clashes,
        typed={(part_id, name): value for name, value in filled.unkept.items()},
    )
    here = _desk(wording, around, beside=beside, opened=frozenset({layout.mark(part_id)}))
    before = layout.lay_out(saved.before, around.everybody, around.near, Beside(_advice(saved.before, around)))
    status = ANSWERED["slip" if filled.refusals else "clash" if clashes else "kept"]
    chosen = next((name.removeprefix("valj-") for name in form if name.startswith("valj-")), "")
    return _with(
        here,
        fresh=tuple(_fresh(before, here.layout, part_id, form, clashes)),
        kept=tuple(slot for slot in here.layout.boxes[part_id].every_slot if slot.seen != form.get(f"was-{slot.name}", slot.seen)),
        chosen=chosen,
        renamed=tuple(_renamed(before, here.layout)),
        is_laid_anew=saved.before.manuscript.part(part_id)["measure"] != wording.manuscript.part(part_id)["measure"],
        status=status,
        others=saved.before.edited_name if form.get("andringar", "").isdecimal() and _behind(saved, int(form["andringar"]), by) else "",
    )


def _behind(saved: Saved, edits: int, by: Asking) -> bool:
    """Whether somebody else has written since the page was laid out."""
    return saved.before.edits > edits and saved.before.edited_by != by.person_id


def _with(here: Desk, **changes: object) -> Desk:
    return replace(here, **changes)  # type: ignore[arg-type]


def _words(form: Mapping[str, str]) -> dict[str, str]:
    """What the form had in its fields, where it was more than nothing and not what stood there already."""
    names = {name for kind in KINDS.values() for name in kind.names}
    return {name: form[name] for name in form if name in names and form[name] and seen(form[name]) != form.get(f"was-{name}")}


def _fresh(before: Layout, now: Layout, part_id: UUID, form: Mapping[str, str], clashes: Mapping[Place, Clash]) -> Iterable[Slot]:
    """The fields beside which something else is to be said than before. What the writer has been told of already is not said again.

    `oppna` in the form are the marks of the parts whose fields are on the page.
    """
    shown = set(form.get("oppna", "").split()) | {layout.mark(part_id)}
    for box in (one for one in now.boxes.values() if one.id in shown):
        for slot in box.every_slot:
            place = (box.part.id, slot.name)
            old = before.slot(place)
            told = place in clashes and form.get(f"sett-{slot.name}") == clashes[place].seen
            is_answered = box.part.id == part_id and slot.name in form and not told
            if is_answered or (old is not None and list(old.advice) != list(slot.advice)):
                yield slot


def _renamed(before: Layout, now: Layout) -> Iterable[UUID]:
    """The parts whose closed line reads otherwise than before."""
    for part_id, box in now.boxes.items():
        old = before.boxes.get(part_id)
        if box.part.kind != "head" and (old is None or (old.part.name, old.brief, old.noted) != (box.part.name, box.brief, box.noted)):
            yield part_id


# ---------------------------------------------------------------- places and what has been removed
@dataclass(frozen=True)
class Spot:
    """Where a part may hang. `is_here` where it hangs now."""

    under: UUID | None
    name: str
    level: int
    is_here: bool


def places(text: Manuscript, part_id: UUID) -> list[Spot]:
    """Everything that the part may hang under, in reading order, the top first."""
    part = text.part(part_id)
    below = text.below(part_id)
    found = [Spot(None, "Utan fokusområde", 0, part.under is None)]
    for one in text.walked():
        if one.kind in KINDS[part.kind].under and one.id not in below:
            level = 0 if one.under is None else 1
            found.append(Spot(one.id, f"{KINDS[one.kind].name}: {layout.shortened(one.name, 80)}", level, part.under == one.id))
    return found


@dataclass(frozen=True)
class Gone:
    """A part that was removed, and how many that hung under it went with it."""

    part: Part
    name: str
    below: int


def removed(parts: list[Part]) -> list[Gone]:
    """The removed parts that somebody had written in, each with those that hung under it."""
    known = {one.id: one for one in parts}
    found = []
    for one in parts:
        under = [other for other in parts if _hangs(other, one.id, known)]
        if one.under in known or (one.is_empty and all(other.is_empty for other in under)) or one.kind == "party":
            continue
        name = one.name if one.name == KINDS[one.kind].name else f"{KINDS[one.kind].name} ”{layout.shortened(one.name)}”"
        found.append(Gone(one, name, len(under)))
    return sorted(found, key=lambda one: list(KINDS).index(one.part.kind))


def _hangs(part: Part, above: UUID, known: Mapping[UUID, Part]) -> bool:
    under = part.under
    while under is not None:
        if under == above:
            return True
        under = known[under].under if under in known else None
    return False
