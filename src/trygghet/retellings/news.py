"""What people are told of a retelling: that it waits for their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet.notices.rules import LEADER, Notice
from trygghet.swedish import first_down

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.retellings.rules import Retelling
    from trygghet.tenancy import Asking


def asked(found: Retelling, title: str, parties: Sequence[UUID], by: Asking) -> Notice:
    """To every party's leader: this text waits for a key. `title` is the promise's."""
    return Notice(
        key=_key(found),
        headline=f"Sammanfattningen på {first_down(found.language.swedish)} väntar på ert godkännande",
        lines=(
            f"{by.here.organisation_name} har skrivit en sammanfattning av ”{title}” på {first_down(found.language.swedish)}.",
            "Invånarna kan läsa den när en ledare hos varje part har godkänt samma text. Tystnad är inget godkännande.",
        ),
        link=f"/loften/{found.promise_id}/sammanfattningar",
        action="Läs och godkänn",
        because="Du leder en av löftets parter.",
        seats=dict.fromkeys(parties, (LEADER,)),
        by=by.person_id,
    )


def asked_keys(found: Retelling, parties: Sequence[UUID]) -> list[str]:
    """The rows that ask these parties' leaders, of no use once the text waits for them no more."""
    return [f"notice:{_key(found)}:{party}:{LEADER}" for party in parties]


def _key(found: Retelling) -> str:
    return f"retelling_asked:{found.id}"
