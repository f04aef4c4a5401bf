"""Whose turn it is in a room, how the rooms of an organisation are listed, and how a room's page begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trygghet import swedish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from trygghet.followups.rules import Room, Side
    from trygghet.followups.standing import Standing


class Group(NamedTuple):
    """Rooms under one heading of the list."""

    id: str
    heading: str
    rooms: Sequence[Standing]


def waits_for(standing: Standing, organisation: UUID, today: dt.date) -> bool:
    """Whether this organisation can do something now that brings the room on."""
    if organisation not in standing.room.parties:
        return False
    match standing.phase(today):
        case "own":
            return not standing.has_handed_in(organisation) or not standing.awaited
        case "compare" | "text":
            return True
        case "keys":
            return organisation not in standing.keys or standing.is_agreed
    return False


def task(standing: Standing, today: dt.date) -> str:
    """What the way into a room that waits is called."""
    return {"own": "Gör er bedömning", "compare": "Jämför och avgör", "text": "Skriv tillsammans", "keys": "Läs och godkänn"}[standing.phase(today)]


def needs(standing: Standing, organisation: UUID, today: dt.date) -> str:
    """What the room waits for, in a sentence."""
    match standing.phase(today):
        case "own":
            return _assessments_needed(standing, organisation)
        case "compare":
            return f"{swedish.first_up(swedish.counted(len(standing.unsettled), 'olika bedömning', 'olika bedömningar'))} att tala om."
        case "text":
            return "Den gemensamma texten återstår."
        case "keys":
            return _keys_needed(standing, organisation)
    return ""


def _assessments_needed(standing: Standing, organisation: UUID) -> str:
    handed = [one.name for one in standing.room.sides if standing.has_handed_in(one.organisation_id)]
    if not standing.awaited:
        return "Bedömningarna kan öppnas."
    if organisation in standing.room.parties and not standing.has_handed_in(organisation):
        return f"{swedish.listed(handed)} har lämnat in. Er bedömning återstår." if handed else "Er bedömning återstår."
    return f"Väntar på bedömning från {swedish.listed([one.name for one in standing.awaited])}."


def _keys_needed(standing: Standing, organisation: UUID) -> str:
    if standing.is_agreed:
        return "Löftets parter har ändrats. Hämta nya siffror och godkänn igen."
    if organisation in standing.room.parties and organisation not in standing.keys:
        return "Er nyckel återstår."
    return f"Väntar på nyckel från {swedish.listed([one.name for one in standing.room.sides if one.organisation_id not in standing.keys])}."


def grouped(found: Sequence[Standing], organisation: UUID, today: dt.date) -> list[Group]:
    """What waits for this organisation, then for others, then what is to come; last what is done, the latest first."""
    names = {"vantar": "Väntar på er", "andra": "Väntar på andra", "kommande": "Kommande", "klara": "Klara"}
    inside: dict[str, list[Standing]] = {name: [] for name in names}
    for one in found:
        phase = one.phase(today)
        place = {"signed": "klara", "elsewhere": "klara", "coming": "kommande"}.get(phase) or (
            "vantar" if waits_for(one, organisation, today) else "andra"
        )
        inside[place].append(one)
    inside["klara"].reverse()
    return [Group(name, heading, inside[name]) for name, heading in names.items() if inside[name]]


def heading(found: Sequence[Standing], organisation: UUID, today: dt.date) -> str:
    """How it stands with all rooms, in a sentence or two for the top of the list."""
    waiting = [one for one in found if waits_for(one, organisation, today)]
    late = [one for one in found if one.is_late(today) and not one.is_signed]
    sentences = []
    if waiting:
        count = "Ett rum väntar" if len(waiting) == 1 else f"{swedish.first_up(swedish.word(len(waiting)))} rum väntar"
        sentences.append(f"{count} på er.")
    elif found:
        sentences.append("Inget rum väntar på er just nu.")
    if late:
        first = late[0].room
        sentences.append(f"Uppföljningen {first.year} i {first.area_name} skulle ha varit undertecknad {swedish.long_date(first.due_on)}.")
    coming = [one.room for one in found if one.phase(today) == "coming"]
    if coming and not late:
        opens = min(one.opens_on for one in coming)
        sentences.append(f"Nästa öppnar {swedish.long_date(opens)}.")
    return " ".join(sentences)


# ---------------------------------------------------------------- a room
def called(side: Side, room: Room) -> str:
    """Kommunen, Polisen; by name where there are several of a kind."""
    alone = sum(one.side == side.side for one in room.sides) == 1
    return {"municipality": "Kommunen", "police": "Polisen"}.get(side.side, side.name) if alone else side.short


def lede(standing: Standing, organisation: UUID, today: dt.date) -> str:
    """How it stands, in one or two sentences at the top of the room's page."""
    room = standing.room
    match standing.phase(today):
        case "coming":
            return f"Rummet öppnar {swedish.long_date(room.opens_on)}. Det som hittills är registrerat går redan att läsa."
        case "own":
            return _own(standing, organisation, today)
        case "compare":
            return _differ(standing)
        case "text":
            return f"Allt har {'ett gemensamt svar' if len(room.sides) > 1 else 'en bedömning'}. Nu återstår texten."
        case "keys":
            return needs(standing, organisation, today) if organisation in room.parties else "Texten är klar och väntar på nycklar."
        case "signed":
            return _signed(standing, today)
    assert room.done_at is not None, "a room that is none of the others was done elsewhere"
    return f"Den här uppföljningen blev klar {swedish.long_date(swedish.local(room.done_at).date())}, utan att göras i rummet."


def _own(standing: Standing, organisation: UUID, today: dt.date) -> str:
    room, day = standing.room, standing.steps(today)[0].due_on
    by, is_past = swedish.day_month(day), day < today
    if organisation not in room.parties:
        return "Parterna gör sina egna bedömningar. Ingen läser den andras förrän alla har lämnat in."
    if standing.has_handed_in(organisation):
        awaited = [called(one, room) for one in standing.awaited]
        if not awaited:
            return "Alla som är parter har lämnat in. Bedömningarna kan öppnas."
        if is_past:
            return f"Ni har lämnat in. {swedish.listed([swedish.genitive(one) for one in awaited])} bedömning skulle ha varit klar {by}."
        return f"Ni har lämnat in. {swedish.listed(awaited)} bedömer till {by}."
    if len(room.sides) == 1:
        return f"Nu bedömer ni hur det gick{f'. Det skulle ha varit klart {by}' if is_past else f', senast {by}'}."
    handed = [called(one, room) for one in room.sides if standing.has_handed_in(one.organisation_id)]
    if handed:
        return f"{swedish.listed(handed)} har lämnat in sin bedömning. Er {f'skulle ha varit klar {by}' if is_past else f'återstår, senast {by}'}."
    who = "båda" if len(room.sides) == 2 else "alla"  # noqa: PLR2004 - Swedish has a word of its own for two
    until = f". Den skulle ha varit klar {by}" if is_past else f", senast {by}"
    return f"Nu gör varje part sin egen bedömning{until}. Ingen läser den andras förrän {who} har lämnat in."


def _differ(standing: Standing) -> str:
    rows, open_, noun = len(standing.rows), len(standing.unsettled), standing.noun
    who = "Båda" if len(standing.room.sides) == 2 else "Alla"  # noqa: PLR2004 - Swedish has a word of its own for two
    same = rows - open_
    if not same:
        said = f"{swedish.first_up(noun.none)} har ett gemensamt svar än"
    elif standing.kept.joint:
        said = f"{swedish.first_up(noun.number(same))} av {noun.number(rows)} {noun.many} är {noun.done if same == 1 else 'klara'}"
    else:
        said = f"Om {noun.number(same)} av {noun.number(rows)} {noun.many} är ni överens"
    return f"{who} har lämnat sina bedömningar. {said}; {noun.number(open_)} återstår att tala om."


def _signed(standing: Standing, today: dt.date) -> str:
    assert standing.signed_on is not None, "the phase says so"
    day, names = swedish.long_date(standing.signed_on), swedish.listed([one.name for one in standing.room.sides])
    if standing.is_late(today):
        return f"Undertecknad sent: {day} av {names}. Den skulle ha varit undertecknad {swedish.long_date(standing.room.due_on)}."
    return f"Undertecknad {day} av {names}."
