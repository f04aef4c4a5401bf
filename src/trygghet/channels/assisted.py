"""Places where a person posts: Facebook, Instagram, LinkedIn, polisen.se, any website. Here the text is made ready, and afterwards looked for.

Nothing is sent. What goes out is copied by hand, and whoever did it gives the address back.
"""

from __future__ import annotations

import html
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import document
from trygghet.channels import reading, wording
from trygghet.channels.messages import Abilities, Account, ByHand, Health, Message, NotSent, Post, Receipt, Rendered, Story, Unclear, post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.channels.http import Http


class Form(NamedTuple):
    """What a place takes: `limit` characters in all (0: as many as one likes), whether it takes no post without a picture, and who may read it."""

    name: str
    limit: int = 0
    needs_picture: bool = False
    open: bool = False


FORMS = {
    "facebook": Form("Facebook", 63_206),
    "instagram": Form("Instagram", 2_200, needs_picture=True),
    "linkedin": Form("LinkedIn", 3_000),
    "polisen": Form("polisen.se", open=True),
    "website": Form("webbplatsen", open=True),
}
ABILITIES = Abilities(edit=True, retract=True, picture=True)
"""A person can do it all."""
LOGIN = ("login", "checkpoint", "authwall")
"""What stands in the addresses where Facebook, Instagram and LinkedIn send whoever is not signed in."""


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """Text to copy, with our address last, and for websites the same as plain HTML. `limits["form"]` says which place it is for."""
    name = str(limits.get("form", "website"))
    form = FORMS[name]
    heading, body = wording.heading_and_text(story)
    if form.open:
        body = "\n\n".join(filter(None, (body, wording.sender(story))))
    said = f"{heading}\n\n{body}" if form.open else wording.whole(story)
    tail = f"\n\n{story.permalink}"
    problems = []
    if form.limit and len(said) + len(tail) > form.limit:
        if story.wording:
            problems.append(f"Texten är {len(said) + len(tail) - form.limit} tecken för lång för {form.name}.")
        else:
            said = wording.shortened(said, form.limit - len(tail))
    if form.needs_picture and story.picture is None:
        problems.append(f"{form.name} tar bara emot inlägg med bild. Lägg till en bild eller välj bort {form.name}.")
    text = said + tail
    payload = {"form": name, "title": heading, "text": text, "permalink": story.permalink, "alt": story.picture.alt if story.picture else ""}
    if form.open:
        payload["html"] = _simple_html(heading, body, story.permalink)
    return Rendered(text, payload, len(text), form.limit, "tecken", tuple(problems), story.picture.sha256 if story.picture else "")


def _simple_html(heading: str, body: str, permalink: str) -> str:
    """Heading, paragraphs, lists and link, without a class or a style: it looks like what it is pasted into."""
    address = html.escape(permalink)
    return "\n".join([f"<h2>{wording.as_html(heading)}</h2>", str(document.as_html(body)), f'<p><a href="{address}">{address}</a></p>'])


class Assisted:
    """Repeatable: what a person is asked twice is the same thing."""

    repeatable = True

    def __init__(self, http: Http) -> None:
        self._http = http

    async def send(self, message: Message) -> Receipt:
        """Always raises `ByHand`: it is somebody's turn."""
        _, where = _parts(message)
        raise ByHand(f"Det är dags att lägga upp inlägget på {where}. Kopiera texten och bilden, och klistra sedan in inläggets adress här.")

    async def edit(self, message: Message) -> Receipt:
        """Always raises `ByHand`."""
        _, where = _parts(message)
        raise ByHand(f"Inlägget på {where} ska ändras. Kopiera den nya texten dit, och bekräfta här när det är gjort.")

    async def retract(self, message: Message) -> Receipt:
        """Always raises `ByHand`."""
        _, where = _parts(message)
        raise ByHand(f"Inlägget på {where} ska tas bort. Ta bort det där, och bekräfta här när det är gjort.")

    async def find(self, message: Message) -> Receipt | None:
        """There is nothing to look in before somebody has given an address."""
        wanted, where = _parts(message)
        if not wanted.remote_url:
            raise Unclear(f"Ingen har angett adressen till inlägget på {where}.")
        return await self.confirm(message)

    async def confirm(self, message: Message) -> Receipt | None:
        """Fetches the address that was given and looks for our link, or the first words. A page that shows itself to members alone cannot be told."""
        wanted, where = _parts(message)
        _, answer = await reading.public(self._http, wanted.remote_url, stop_at=LOGIN)
        if any(word in reading.onwards(answer).lower() for word in LOGIN):
            raise Unclear(f"{where} kräver inloggning för att visa inlägget. Öppna adressen och se efter.")
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return None
        if answer.status != HTTPStatus.OK:
            raise Unclear(f"Sidan på {where} gick inte att läsa: den svarade {answer.status}. Öppna den och se efter.")
        shown = answer.text
        begins = wording.paragraphs(wanted.text.removesuffix(wanted.permalink))[:2]  # a website may put a date between heading and text
        if wanted.permalink in html.unescape(shown) or all(wording.told(shown, one) for one in begins):
            return Receipt(wanted.remote_id, wanted.remote_url)
        if not _form(wanted.account).open:
            raise Unclear(f"{where} visar inte inlägget för den som inte är inloggad. Öppna adressen och se efter.")
        return None

    async def check(self, account: Account) -> Health:
        """Nobody signs in anywhere, so all is well as long as we know what the place takes."""
        if account.form not in FORMS:
            return Health("needs_human", "Vi vet inte vilken plats det är. Anslut den igen.")
        return Health("ok", limits={"form": account.form})

    async def close(self) -> None:
        """Nothing is kept open."""


def _parts(message: Message) -> tuple[Post, str]:
    """The post, and what people call the place."""
    wanted = post(message)
    if wanted.account is None:
        raise NotSent("Platsen är borttagen. Anslut den igen och försök sedan igen.", permanent=True)
    return wanted, wanted.account.name


def _form(account: Account | None) -> Form:
    return FORMS.get(account.form if account else "", FORMS["website"])
