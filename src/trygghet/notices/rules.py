"""What a notice says, whom it is for, and who gets it when it goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.deliveries.rules import SEATS, Fan, Planned, Skip
from trygghet.preferences.rules import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.deliveries.rules import Delivery

COORDINATOR, LEADER, ADMINISTRATOR = "coordinator", "leader", "administrator"
BOTH = (LEADER, COORDINATOR)
"""The seats that a notice may be for. Who holds several of them gets it once, for the first."""


@dataclass(frozen=True)
class Recipient:
    """A person as a letter finds them: name, office and address."""

    name: str
    office: str
    email: str


class Seated(NamedTuple):
    """Somebody who holds a seat on the day that is asked about."""

    person_id: UUID
    seat: str
    recipient: Recipient


@dataclass(frozen=True)
class Notice:
    """Something that has happened, as a letter. `key` is made of stable ids and ISO dates: the same news is told once.

    `headline` is the whole news in one line. `lines` are paragraphs, `action` is what the button says and `link` where it leads,
    without the host; `because` says why somebody gets it. `seats` are for whoever holds them when the letter goes, `people` for those and
    nobody else, each by the organisation in which they are to read it. Who did it (`by`) needs no letter about it.
    `kind` is what its reader turns off who does not want such letters; None is an alarm, which nobody can turn off.
    """

    key: str
    headline: str
    lines: tuple[str, ...]
    link: str
    action: str
    because: str
    seats: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    by: UUID | None = None
    kind: Kind | None = Kind.WAITS

    @property
    def words(self) -> dict[str, Any]:
        """What stands in the row until the letter is written."""
        return {
            "headline": self.headline,
            "lines": list(self.lines),
            "link": self.link,
            "action": self.action,
            "because": self.because,
            "kind": self.kind,
        }


def key(notice_key: str, organisation: UUID, seat_or_person: object) -> str:
    """The row's key: one for each seat or person of each organisation."""
    return f"notice:{notice_key}:{organisation}:{seat_or_person}"


def planned(promise_id: UUID | None, notice: Notice, due_at: dt.datetime) -> list[Planned]:
    """The notice as deliveries, one for each seat and person."""
    words = {**notice.words, "by": str(notice.by) if notice.by else ""}

    def row(organisation: UUID, seat: str, person_id: UUID | None, before: Sequence[str] = ()) -> Planned:
        return Planned(
            organisation_id=organisation,
            key=key(notice.key, organisation, person_id or seat),
            kind="notice",
            channel="mail",
            title=notice.headline,
            due_at=due_at,
            promise_id=promise_id,
            seat=seat,
            person_id=person_id,
            words={**words, "before": list(before)},
        )

    found = [row(organisation, seat, None, seats[:place]) for organisation, seats in notice.seats.items() for place, seat in enumerate(seats)]
    return found + [row(organisation, "", person, ()) for organisation, people in notice.people.items() for person in people if person != notice.by]


def kind(delivery: Delivery) -> Kind | None:
    """What its reader turns off who does not want such letters; None for what cannot be turned off."""
    found = delivery.words.get("kind", Kind.WAITS)
    return Kind(found) if found else None


def recipient(delivery: Delivery, seated: Sequence[Seated]) -> Recipient | Fan | Skip:
    """Who gets this row's letter, of those who sit in its organisation today; or why nobody does. A seat's row is first given its people."""
    if delivery.person_id is not None:
        mine = [one for one in seated if one.person_id == delivery.person_id and delivery.seat in {"", one.seat}]
        return mine[0].recipient if mine else Skip("Mottagaren har inte längre någon plats här.")
    name = SEATS[delivery.seat].lower()
    others = {one.person_id for one in seated if one.seat in delivery.words["before"]}
    found = [one for one in seated if one.seat == delivery.seat and one.person_id not in others]
    if not found:
        return Skip(f"Ingen {'annan ' if others else ''}har rollen {name}.")
    wanted = [one for one in found if str(one.person_id) != delivery.words["by"]]
    if not wanted:
        return Skip(f"{swedish.first_up(name)} är den som gjorde det, och behöver inget mejl.")
    return Fan(tuple(one.person_id for one in wanted))
