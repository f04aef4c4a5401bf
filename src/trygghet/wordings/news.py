"""What people are told because somebody wrote in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.notices.rules import Notice
from trygghet.tenancy import Act
from trygghet.wordings.rules import about, called

if TYPE_CHECKING:
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.tenancy import Asking
    from trygghet.wordings.rules import Wording


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
