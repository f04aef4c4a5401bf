"""Our own public page and feed. They are published by being written; sending is to read back that residents can see it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from trygghet.channels.messages import Message, NotSent, Receipt, Unclear, post

if TYPE_CHECKING:
    from trygghet.channels.http import Http


class Page:
    """Looks for the publication's mark where residents look. Looking twice is harmless."""

    repeatable = True

    def __init__(self, http: Http, *, public_url: str = "", read_back_url: str = "") -> None:
        self._http, self._public_url, self._read_back_url = http, public_url, read_back_url

    async def send(self, message: Message) -> Receipt:
        """Reads the page back. Raises `NotSent` for now while it does not show what was published."""
        receipt = await self.find(message)
        if receipt is None:
            raise NotSent("Den publika adressen visar det inte ännu. Vi tittar igen; händer det flera gånger, säg till den som sköter driften.")
        return receipt

    async def find(self, message: Message) -> Receipt | None:
        """The permanent address when the mark is there."""
        wanted = post(message)
        address = self._read_back_url + wanted.check_url.removeprefix(self._public_url)
        try:
            answer = await self._http.request("GET", address, headers={"cache-control": "no-cache"})
        except Unclear as lost:
            raise NotSent(lost.reason) from lost  # a reading that was cut has changed nothing
        if answer.status != HTTPStatus.OK or wanted.marker not in answer.text:
            return None
        return Receipt(remote_url=wanted.permalink)

    async def close(self) -> None:
        """Nothing is kept open."""
