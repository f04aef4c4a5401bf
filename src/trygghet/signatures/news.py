"""What people are told when a text is shared, refused, agreed on, signed, opened again or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.notices.rules import BOTH, COORDINATOR, LEADER, Notice
from trygghet.preferences.rules import Kind
from trygghet.tenancy import Act
from trygghet.wordings.rules import about, called

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Side, Wording

_LEADS = "Du leder eller samordnar en av löftets parter."


def _ids(sides: Iterable[Side]) -> list[UUID]:
    return [one.organisation_id for one in sides]


def _who(by: Asking, act: Act) -> str:
    return f"{by.office_for(act)} hos {by.here.organisation_name}"


def shared(wording: Wording, to: Sequence[Side], by: Asking) -> Notice:
    """To the other parties: there is a text to read."""
    return Notice(
        key=f"shared:{wording.id}",
        headline=f"{by.here.organisation_name} har delat {about(wording)} med er",
        lines=(
            f"{_who(by, Act.SHARE)} har delat {called(wording)}. Ni kan läsa, kommentera och föreslå ändringar, och skriva i texten.",
            "När texten är som den ska godkänner en ledare hos varje part exakt samma text. Sedan skriver ni under. Tystnad är inget godkännande.",
        ),
        link=f"/lydelser/{wording.id}",
        action="Läs texten",
        because=_LEADS,
        seats=dict.fromkeys(_ids(to), BOTH),
        by=by.person_id,
    )


def rejected(wording: Wording, approved: Sequence[Approval], others: Sequence[Side], why: str, by: Asking, text: tuple[int, int]) -> Notice:
    """To everybody who had approved, and to those who write. `text` is its number, and how many approvals there have been."""
    people: dict[UUID, tuple[UUID, ...]] = {}
    for one in approved:
        people[one.organisation_id] = (*people.get(one.organisation_id, ()), one.person_id)
    return Notice(
        key=f"rejected:{wording.id}:{text[0]}:{text[1]}:{by.organisation}",
        headline=f"{by.here.organisation_name} har avvisat {about(wording)}",
        lines=(
            f"{_who(by, Act.APPROVE)} har avvisat text nr {text[0]} av {called(wording)}.",
            f"Skäl: {why}",
            "De godkännanden som fanns gäller inte längre. Texten är kvar, kan ändras och godkännas på nytt.",
        ),
        link=f"/lydelser/{wording.id}",
        action="Läs skälet bredvid texten",
        because="Du har godkänt texten eller samordnar en av löftets parter.",
        seats=dict.fromkeys(_ids(others), (COORDINATOR,)),
        people=people,
        by=by.person_id,
    )


def agreed(wording: Wording, parties: Sequence[Side], by: Asking, approvals: int) -> Notice:
    """To the leaders: all have approved, and it is time to sign. `approvals` counts all there have been."""
    return Notice(
        key=f"agreed:{wording.id}:{approvals}",
        headline=f"{swedish.first_up(about(wording))} kan nu skrivas under",
        lines=(
            f"Alla parter har godkänt samma text av {called(wording)}.",
            "En ledare hos varje part skriver under med sitt lösenord. När den sista har skrivit under träder texten i kraft.",
        ),
        link=f"/lydelser/{wording.id}",
        action="Läs och skriv under",
        because="Du leder en av löftets parter.",
        seats=dict.fromkeys(_ids(parties), (LEADER,)),
        by=by.person_id,
    )


def signed(wording: Wording, parties: Sequence[Side], sentence: str, by: Asking) -> Notice:
    """To all: it is signed by every party."""
    return Notice(
        key=f"signed:{wording.id}",
        headline=f"Alla parter har skrivit under {about(wording)}",
        lines=(sentence, "Frister, påminnelser och den publika sidan följer den undertecknade texten från och med nu."),
        link=f"/loften/{wording.promise_id}",
        action="Öppna löftet",
        because=_LEADS,
        seats=dict.fromkeys(_ids(parties), BOTH),
        by=by.person_id,
        kind=Kind.NEWS,
    )


def reopened(wording: Wording, parties: Sequence[Side], why: str, by: Asking, number: int) -> Notice:
    """To all: signatures and approvals are gone, and why. `number` tells this time from others."""
    return Notice(
        key=f"reopened:{wording.id}:{number}",
        headline=f"{by.here.organisation_name} har öppnat {about(wording)} igen",
        lines=(
            f"{_who(by, Act.SHARE)} har öppnat {called(wording)} för ändring.",
            f"Skäl: {why}",
            "Alla underskrifter och godkännanden har fallit. Texten behöver godkännas och skrivas under på nytt av varje part.",
        ),
        link=f"/lydelser/{wording.id}",
        action="Läs texten",
        because=_LEADS,
        seats=dict.fromkeys(_ids(parties), BOTH),
        by=by.person_id,
    )


def withdrawn(wording: Wording, readers: Sequence[Side], why: str, by: Asking) -> Notice:
    """To all who can read it: it comes to nothing, and why."""
    return Notice(
        key=f"withdrawn:{wording.id}",
        headline=f"{by.here.organisation_name} har dragit tillbaka {about(wording)}",
        lines=(
            f"{_who(by, Act.SHARE)} har dragit tillbaka {called(wording)}.",
            f"Skäl: {why}",
            "Texten och det som är sagt om den går fortfarande att läsa. Vill ni gå vidare börjar någon av er på en ny.",
        ),
        link=f"/lydelser/{wording.id}",
        action="Läs texten",
        because=_LEADS,
        seats=dict.fromkeys(_ids(readers), BOTH),
        by=by.person_id,
        kind=Kind.NEWS,
    )
