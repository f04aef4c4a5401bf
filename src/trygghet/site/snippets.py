"""What somebody copies into their own website to show a promise there, in the words of each way of doing it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from trygghet.site.oembed import USUAL

if TYPE_CHECKING:
    from trygghet.site.colours import Dress
    from trygghet.site.rules import Published


class Snippet(NamedTuple):
    """One way: its heading, when to choose it, what to copy, and how many lines that is."""

    id: str
    heading: str
    when: str
    text: str

    @property
    def lines(self) -> int:
        """How high its field is."""
        return self.text.count("\n") + 1


def snippets(shown: Published, dress: Dress, text: str, public_url: str) -> list[Snippet]:
    """The ways for a municipality's card, the one that suits most first. `text` is the card as text."""
    page = f"{public_url}/{shown.slug}"
    return [
        *_cards(shown, dress, public_url),
        Snippet(
            "adress",
            "Bara adressen",
            "I WordPress och andra system med oEmbed räcker det att klistra in adressen på en egen rad. Den kan också gå till en enda uppdatering.",
            page,
        ),
        Snippet(
            "html",
            "HTML från er server",
            "För webbplatser som hämtar innehåll på servern. Inget skript och inga stilar; klassernas namn börjar med trygghet.",
            f"{page}/kort.html",
        ),
        Snippet(
            "text",
            "Ren text",
            f"Att kopiera till nyhetsbrev, anslag och allt som bara tar text. Den senaste finns alltid på {page}/text.",
            text.strip(),
        ),
        Snippet(
            "floden",
            "Flöden",
            "För Sitevision och andra som läser in flöden. Alla tre säger samma sak: RSS, Atom och JSON Feed.",
            f"{page}/flode.rss\n{page}/flode.atom\n{page}/flode.json",
        ),
        Snippet(
            "folj",
            "Formulär för att följa med mejl",
            "Den som fyller i det får ett mejl att bekräfta. Ni ser aldrig adresserna, bara hur många som följer. Inget skript.",
            _form(shown, public_url),
        ),
    ]


def _form(shown: Published, public_url: str) -> str:
    """A form on somebody else's page, under the same limits as our own."""
    chosen = "".join(f'\n    <option value="{pace}">{words}</option>' for pace, words in _PACES.items())
    return (
        f'<form method="post" action="{public_url}/folj">\n  <input type="hidden" name="kommun" value="{shown.slug}">\n'
        f'  <input type="hidden" name="vad" value="municipality:{shown.slug}">\n'
        '  <label>E-postadress <input type="email" name="epost" autocomplete="email" required></label>\n'
        f'  <label>Hur ofta <select name="takt">{chosen}\n  </select></label>\n'
        f"  <button>Följ medborgarlöftena i {escape(shown.name)}</button>\n</form>"
    )


_PACES = {"each": "Varje gång något händer", "monthly": "En gång i månaden", "followed_up": "Bara när löftet är följt upp"}


def _cards(shown: Published, dress: Dress, public_url: str) -> list[Snippet]:
    """The card by a script and in a frame. Both hold a plain link, for who takes away the rest."""
    page, name = f"{public_url}/{shown.slug}", escape(shown.name)
    link = f'<a href="{page}">Medborgarlöftet i {name}</a>'
    script = f'<script type="module" src="{public_url}/kort.js"></script>'
    theme = ' tema="morkt"' if dress.theme == "morkt" else ""  # else it is as light or dark as the page
    chosen = "; ".join(f"--trygghet-{one}: {value}" for one, value in dress.colours.items())
    style = f"\n<style>trygghet-kort {{ {chosen} }}</style>" if chosen else ""
    frame = f'<iframe src="{page}/kort{escape(dress.query)}" title="Medborgarlöftet i {name}"'
    size = f'  width="100%" height="{USUAL[1]}" frameborder="0" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    return [
        Snippet(
            "skript",
            "Kort med skript",
            "Välj det här om ni kan klistra in HTML på er webbplats. Kortet tar er sidas typsnitt och blir så högt som texten behöver.",
            f'{script}{style}\n<trygghet-kort kommun="{shown.slug}"{theme}>{link}</trygghet-kort>',
        ),
        Snippet(
            "ram",
            "Kort i ram",
            "Välj det här om webbplatsen inte tar emot skript. Tas sista raden med följer höjden texten; utan den rullar kortet.",
            f"{frame}\n{size}\n<p>{link}</p>\n{script}",
        ),
    ]
