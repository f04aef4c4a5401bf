"""Pages on the open web, read as anybody reads them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from trygghet.channels.messages import NotSent, Unclear

if TYPE_CHECKING:
    from collections.abc import Collection

    from trygghet.channels.http import Answer, Http

MOST_REDIRECTS = 3


async def public(http: Http, address: str, *, stop_at: Collection[str] = ()) -> tuple[str, Answer]:
    """What stands there, and at which address, also where it has moved: each step is checked as the first.

    A redirect is answered as it is where it goes round, or where its address has one of the words `stop_at` in it. Raises `Unclear`.
    """
    for left in reversed(range(MOST_REDIRECTS)):
        try:
            answer = await http.request("GET", address)
        except NotSent as no:
            raise Unclear(no.reason) from no
        onward = onwards(answer)
        if not onward or not left or any(word in onward.lower() for word in stop_at):
            return address, answer
        try:
            address = urljoin(address, onward)
        except ValueError:
            raise Unclear("Sidan har flyttat till en adress som inte går att läsa.") from None
    raise AssertionError("the last step has answered")


def onwards(answer: Answer) -> str:
    """Where a redirect leads, empty for every other answer."""
    return answer.headers.get("location", "") if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST else ""
