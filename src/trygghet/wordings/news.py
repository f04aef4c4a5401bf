"""What people are told because somebody wrote in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.notices.rules import Notice
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Wording

TITLES = {"first": "löftet", "change": "ändringen av löftet", "extension": "förlängningen av löftet", "early_end": "avslutet av löftet"}
"""A text by its kind, in a sentence."""


def called(wording: Wording) -> str:
    """”Medborgarlöfte för Björken”, or what it is where it has no name yet."""
    title = wording.manuscript.head["title"]
    return f"”{title}”" if title else "ett löfte utan namn"


def about(wording: Wording) -> str:
    """Löftet i Björken (in lower case): what the news is about, short enough for a subject line."""
    area = wording.manuscript.head["area"]
    return f"{TITLES[wording.kind]}{f' i {area}' if area else ''}"


def fell_key(wording_id: UUID, approval: Approval) -> str:
    """One letter for each approval that falls, however many words are changed."""
    return f"fell:{wording_id}:{approval.organisation_id}:{approval.at.isoformat()}"


def fell(wording: Wording, approval: Approval, by: Asking) -> Notice:
    """To who had approved: the text is another now, and what they said yes to is no more."""
    day = swedish.long_date(swedish.local(approval.at).date())
    who = f"{by.office_for(Act.WRITE)} hos {by.here.organisation_name}"
    return Notice(
        key=fell_key(wording.id, approval),
        headline=f"Ditt godkännande av {about(wording)} gäller inte längre",
        lines=(
            f"{who} har ändrat i texten till {called(wording)} efter att du godkände den {day}.",
            "Läs vad som är ändrat, ord för ord, och godkänn den nya texten om ni står bakom den.",
        ),
        link=f"/lydelser/{wording.id}",
        action="Läs vad som är ändrat",
        because="Du har godkänt en tidigare text av löftet för din organisation.",
        people={approval.organisation_id: (approval.person_id,)},
        by=by.person_id,
    )
