"""The room as a page, whichever of its forms was sent last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet import web
from trygghet.followups import actions, forms, reading, rules
from trygghet.followups.rules import TEXTS
from trygghet.reminders import actions as reminders

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from litestar import Request
    from litestar.response import Template

    from trygghet.swedish import Refusal, Slips

TOLD = {
    "sparad": ("Sparat", "Det syns bara hos er tills alla parter har lämnat in."),
    "lamnad": ("Bedömningen är inlämnad", "Ni kan läsa den här nedanför."),
    "oppnad": ("Bedömningen är inlämnad", "Alla har lämnat in, så förseglingen är bruten."),
    "tillbaka": ("Bedömningen är tillbakatagen", "Den går att ändra och lämna in igen."),
    "avgjort": ("Det gemensamma svaret är sparat", "Alla parters egna svar står kvar."),
    "text": ("Texten är sparad", "Alla parter läser den nu."),
    "siffror": ("Siffrorna är hämtade på nytt", "De gäller till och med i dag."),
    "godkant": ("Godkännandet är sparat", "Det gäller exakt det som står här."),
    "forslag": ("Förslaget är lämnat", "Det gäller först när en ledare hos varje part har sagt ja."),
    "ja": ("Ert ja är sparat", "Åren följs upp tillsammans först när alla parter har sagt ja."),
    "nej": ("Förslaget är tillbakadraget", "Varje år följs upp för sig."),
}
"""What is said after something was done."""


async def shown(
    request: Request[Any, Any, Any], room_id: UUID, no: Slips | Refusal | None = None, typed: Mapping[str, str] | None = None
) -> Template:
    """The room; with 422, the sentences and all that was typed where something was refused."""
    organisation, today = web.asking(request).organisation, web.today(request)
    found = await reading.opened(organisation, room_id, today)
    errors, typed = no.sentences if no else {}, forms.again(typed or {})
    waiting = await actions.waiting(organisation, today)
    return web.page(
        request,
        "followups/room.html",
        status=422 if no else 200,
        opened=found,
        why=rules.why_these_days(found.standing.room),
        errors=errors,
        typed=typed,
        is_texting=not typed.keys().isdisjoint(TEXTS),
        is_deciding=any(name.startswith("hur-") for name in typed),
        done="" if no else request.query_params.get("gjort", ""),
        told=TOLD,
        text_names=TEXTS,
        mark=lambda one: forms.mark(one or forms.EMPTY),
        joint_mark=forms.joint_mark,
        text_mark=forms.text_mark,
        rooms_wait=waiting,
        receipts=await reminders.receipts(organisation, [room_id]),
        alone=await reminders.unreachable(organisation, now=web.now(request)),
    )
