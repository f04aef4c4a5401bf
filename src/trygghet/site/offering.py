"""/webbplats: det som en organisation kopierar till sin egen webbplats för att visa löftet där."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.response import Template

from trygghet import web
from trygghet.followers import actions as following
from trygghet.site import actions, colours
from trygghet.site.card import card
from trygghet.site.colours import NAMES, THEMES, Dress
from trygghet.site.embedding import ours
from trygghet.site.snippets import snippets
from trygghet.swedish import NotFound, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from trygghet.site.rules import Published
    from trygghet.site.snippets import Snippet


@web.get("/webbplats", may=Act.READ)
async def show(request: Request[Any, Any, Any]) -> Template:
    """The ways to show a promise, with the colours that were chosen, and the card as it will be."""
    asked, offered = dict(request.query_params), await actions.offered(web.asking(request).organisation, web.today(request))
    shown = next((one for one in offered if one.slug == asked.get("kommun")), None) if asked.get("kommun") else next(iter(offered), None)
    if shown is None and asked.get("kommun"):
        raise NotFound
    dress, errors = Dress(), {}
    try:
        dress = colours.dress(asked, ours())
    except Slips as no:
        errors = no.sentences
    ways = await _ways(request, shown, dress) if shown else []
    followers = await following.across_organisations_number(web.asking(request).organisation)
    found = {
        "offered": offered,
        "shown": shown,
        "dress": dress,
        "ways": ways,
        "fields": asked,
        "names": NAMES,
        "themes": THEMES,
        "followers": followers,
    }
    answer = web.page(request, "site/offered.html", status=422 if errors else 200, errors=errors, **found)
    answer.headers["content-security-policy"] = web.content_policy(request.scope["state"]["nonce"], "frame-src 'self'")
    return answer


async def _ways(request: Request[Any, Any, Any], shown: Published, dress: Dress) -> list[Snippet]:
    today, public_url = web.today(request), request.app.state.settings.public_url
    found = await actions.across_organisations_municipality(shown.slug, today)
    return snippets(shown, dress, card(found, today, public_url, of_promise=False).as_text(), public_url)


handlers = [show]
