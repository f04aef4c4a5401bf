"""/profil: hur organisationen visar sig för invånarna. Alla hos den läser; administratören ändrar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Template

from trygghet import swedish, web
from trygghet.members import actions as members
from trygghet.profiles import actions, rules
from trygghet.profiles.contrast import for_dark
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.profiles.rules import Profile


@web.get("/profil", may=Act.READ)
async def show(request: Request[Any, Any, Any]) -> Template:
    """The profile, with a form for who may change it, and what has been reported."""
    found = await actions.read(web.asking(request).organisation)
    return await _page(request, found, _typed(found), saved=request.query_params.get("sparat", "") == "ja")


@web.post("/profil", may=Act.MANAGE)
async def choose(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Keeps what was chosen; residents see it at once."""
    who, fields = web.asking(request), await web.form(request)
    try:
        wanted, picture = rules.wanted(fields, web.today(request)), await _picture(request)
        without, seen = fields.get("utan") == "ja", fields.get("sett", "")
        await actions.choose(who.organisation, wanted, picture, without_crest=without, seen=seen, by=members.actor(who), now=web.now(request))
    except (Refusal, Slips) as no:
        return await _page(request, await actions.read(who.organisation), fields, no=no)
    return web.go("/profil?sparat=ja")


async def _picture(request: Request[Any, Any, Any]) -> bytes:
    found = (await request.form()).get("bild")
    return await found.read() if isinstance(found, UploadFile) else b""


def _typed(found: Profile) -> dict[str, str]:
    chosen = found.look.colour
    return {
        "farg": chosen if chosen in rules.COLOURS or not chosen else "egen",
        "egen": "" if chosen in rules.COLOURS else chosen,
        "rad": found.council,
        "epost": found.email,
        "niva": found.level,
        "brister": found.shortcomings,
        "granskad": found.assessed_on.isoformat() if found.assessed_on else "",
        "invanare": swedish.number(found.inhabitants, 0) if found.inhabitants else "",
        "raknade": found.counted_on.isoformat() if found.counted_on else "",
    }


async def _page(
    request: Request[Any, Any, Any], found: Profile, fields: Mapping[str, str], *, no: Refusal | Slips | None = None, saved: bool = False
) -> Template:
    return web.page(
        request,
        "profiles/profile.html",
        status=422 if no else 200,
        profile=found,
        fields=fields,
        errors=no.sentences if no else {},
        saved=saved,
        colours=[(light, for_dark(light), name) for light, name in rules.COLOURS.items()],
        levels=rules.LEVELS,
        faults=await actions.faults(found.id, now=web.now(request)),
    )


handlers = [show, choose]
