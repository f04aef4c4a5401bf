"""What people are told when something has happened in a room that waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.notices.rules import BOTH, LEADER, Notice
from trygghet.preferences.rules import Kind
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.followups.rules import Room, Side
    from trygghet.followups.standing import Merge, Standing
    from trygghet.tenancy import Asking

_BECAUSE = "Du leder eller samordnar en av löftets parter."


def _link(room: Room) -> str:
    return f"/uppfoljning/{room.id}"


def _seats(sides: Sequence[Side], *, leaders: bool = False) -> dict[UUID, tuple[str, ...]]:
    return dict.fromkeys([one.organisation_id for one in sides], (LEADER,) if leaders else BOTH)


def awaited(standing: Standing, by: Asking) -> Notice:
    """To the parties that have not handed in: another one has. What it has said is sealed."""
    room = standing.room
    return Notice(
        key=f"follow_up:{room.id}:awaited:{by.organisation}",
        headline=f"{by.here.organisation_name} har lämnat in sin bedömning för {room.year}, {room.area_name}",
        lines=(
            f"{by.here.organisation_name} har bedömt löftet för {room.period}. Svaret är förseglat tills alla parter har lämnat in.",
            f"Er bedömning återstår. Siffrorna är redan på plats; det som behövs är en bedömning och ett skäl för varje {standing.noun.one}.",
        ),
        link=_link(room),
        action="Gör er bedömning",
        because=_BECAUSE,
        seats=_seats([one for one in standing.awaited if one.organisation_id != by.organisation]),
        by=by.person_id,
    )


def opened(standing: Standing, by: Asking) -> Notice:
    """To all parties: everybody has handed in, and the assessments stand side by side."""
    room, differ = standing.room, len(standing.unsettled)
    what = "Ni har bedömt allt lika." if not differ else f"Ni har bedömt {swedish.counted(differ, standing.noun.one, standing.noun.many)} olika."
    return Notice(
        key=f"follow_up:{room.id}:opened",
        headline=f"Bedömningarna för {room.year} i {room.area_name} är öppnade",
        lines=(
            f"Alla parter har lämnat in sin bedömning av löftet för {room.period}. {what}",
            "Nu återstår den gemensamma texten och ett godkännande från varje part."
            if not differ
            else "Prata om skillnaderna, enas eller publicera båda.",
        ),
        link=_link(room),
        action="Jämför bedömningarna",
        because=_BECAUSE,
        seats=_seats(room.sides),
        by=by.person_id,
    )


def wanted(standing: Standing, missing: Sequence[Side], by: Asking) -> Notice:
    """To the leaders whose key is missing: another party has approved."""
    room = standing.room
    return Notice(
        key=f"follow_up:{room.id}:wanted:{standing.kept.content_hash}:{by.organisation}",
        headline=f"Uppföljningen för {room.year} i {room.area_name} väntar på er nyckel",
        lines=(
            f"{by.here.organisation_name} har godkänt uppföljningen av löftet för {room.period}.",
            "När varje part har godkänt samma text fryses den och publiceras. Tystnad är inget godkännande.",
        ),
        link=_link(room),
        action="Läs och godkänn",
        because="Du leder en av löftets parter.",
        seats=_seats(missing, leaders=True),
        by=by.person_id,
    )


def fell(standing: Standing, fallen: Sequence[Approval], by: Asking) -> Notice:
    """To those whose approval fell: the text has changed."""
    room = standing.room
    people: dict[UUID, tuple[UUID, ...]] = {}
    for one in fallen:
        people[one.organisation_id] = (*people.get(one.organisation_id, ()), one.person_id)
    return Notice(
        key=f"follow_up:{room.id}:fell:{standing.kept.content_hash}",
        headline=f"Uppföljningen för {room.year} i {room.area_name} har ändrats sedan du godkände",
        lines=(
            f"{by.name}, {by.office_for(Act.ASSESS)} hos {by.here.organisation_name}, har ändrat. Ditt godkännande gällde den tidigare texten.",
            "Läs den nya och godkänn den, om den är som den ska.",
        ),
        link=_link(room),
        action="Läs vad som gäller nu",
        because="Du hade godkänt uppföljningen.",
        people=people,
        by=by.person_id,
    )


def signed(standing: Standing, by: Asking) -> Notice:
    """To all parties: it is signed and published."""
    room = standing.room
    return Notice(
        key=f"follow_up:{room.id}:signed",
        headline=f"Uppföljningen för {room.year} i {room.area_name} är undertecknad",
        lines=(
            f"Alla parter har godkänt uppföljningen av löftet för {room.period}. Den är frusen och står på den publika sidan.",
            "Den finns som PDF och som Word-fil för era ärendesystem, och en uppdatering till invånarna ligger färdig att godkänna.",
        ),
        link=_link(room),
        action="Läs uppföljningen",
        because=_BECAUSE,
        seats=_seats(room.sides),
        by=by.person_id,
        kind=Kind.NEWS,
    )


def merge_proposed(room: Room, merge: Merge, by: Asking) -> Notice:
    """To every party's leaders: two years are to be followed up as one, if all say yes."""
    return Notice(
        key=f"merge:{merge.id}:proposed",
        headline=f"Ska {merge.year} och {merge.year + 1} följas upp tillsammans i {room.area_name}?",
        lines=(
            f"{by.name}, {by.office_for(Act.ASSESS)} hos {by.here.organisation_name}, föreslår att {room.period} följs upp tillsammans med nästa år.",
            f"Skäl: {merge.reason}",
            "Förslaget gäller först när en ledare hos varje part har godkänt det.",
        ),
        link=_link(room),
        action="Läs förslaget",
        because="Du leder en av löftets parter.",
        seats=_seats(room.sides, leaders=True),
        by=by.person_id,
    )
