"""A Facebook Page by Meta's Graph API, version 26.0: https://developers.facebook.com/docs/pages-api/.

Meta keeps no key of ours, so nothing is posted twice by a machine: each attempt looks in the Page's feed first, and where an answer was
lost and the post is not seen there, a person decides. What went wrong stands in the body, whatever the status says.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet.channels import wording
from trygghet.channels.http import LONGEST_WAIT, retry_after
from trygghet.channels.messages import Abilities, Account, Health, Message, NotSent, Picture, Post, Receipt, Rendered, Story, Unclear, post
from trygghet.channels.sealing import unseal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from trygghet.channels.http import Answer, Http
    from trygghet.channels.messages import Keeper
    from trygghet.channels.sealing import Keys

ABILITIES = Abilities(edit=True, retract=True, picture=True, longest_side=2048, largest_bytes=4_000_000)
"""The text alone is edited; a picture stays as it was posted."""
VERSION = "v26.0"
LENGTH = 63_206
AROUND = dt.timedelta(minutes=15)
"""So much earlier than it was planned a post may seem to have been made, by Meta's clock."""
PAGE, MOST_PAGES = 100, 5

TOO_MANY = frozenset({4, 17, 32, 341, 613, 80001})
TRANSIENT = frozenset({1, 2})
SESSION = frozenset({102, 190})
PERMISSION = frozenset({3, 10, *range(200, 300)})
BLOCKED, DUPLICATE, PARAMETER, ABSENT = 368, 506, 100, 33
"""Of Meta's codes: blocked for breaking a rule of theirs, the same post again, a parameter, and below it an object that is not there."""
WHY = {
    458: "appen har tagits bort från kontot",
    459: "Facebook vill att kontots ägare loggar in och bekräftar sig",
    460: "kontots lösenord har bytts",
    463: "inloggningen har gått ut",
    464: "kontots ägare är inte bekräftad",
    467: "inloggningen gäller inte längre",
    492: "den som anslöt sidan har inte längre en roll på den",
}


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """The text with our address last, and either the picture or a card of our page."""
    del limits
    said, tail, problems = wording.whole(story), f"\n\n{story.permalink}", []
    over = len(said) + len(tail) - LENGTH
    if over > 0 and story.wording:
        problems.append(f"Texten är {over} tecken för lång.")
    elif over > 0:
        said = wording.shortened(said, LENGTH - len(tail))
    text = said + tail
    payload = {"message": text, "link": story.permalink} if story.picture is None else {"message": text, "alt_text_custom": story.picture.alt}
    return Rendered(text, payload, len(text), LENGTH, "tecken", tuple(problems), story.picture.sha256 if story.picture else "")


class Facebook:
    """Not repeatable: every post is a new one."""

    repeatable = False

    def __init__(self, http: Http, secret_key: Keys, app_secret: str, keeper: Keeper | None = None) -> None:
        self._http, self._secret_key, self._app_secret, self._keeper = http, secret_key, app_secret, keeper

    # ------------------------------------------------------------ posting
    async def send(self, message: Message) -> Receipt:
        """What is in the feed already is not posted again. The picture first, which is on no page, then the post."""
        wanted, account = _parts(message)
        async with self._alone(account) as account:
            line = self._line(account)
            try:
                if (there := await self._look(line, wanted)) is not None:
                    return there
            except Unclear as lost:
                raise NotSent(f"{lost.reason} Inget är skickat. Vi försöker igen.") from lost
            fields = {name: value for name, value in wanted.payload.items() if name != "alt_text_custom"}
            if wanted.picture is not None:
                photo = await self._upload(line, wanted, wanted.picture)
                fields["attached_media[0]"] = json.dumps({"media_fbid": photo})
            answer = await self._ask(line, "POST", f"{line.page}/feed", fields)
            if _error(answer).get("code") == DUPLICATE:
                return await self._look(line, wanted) or _unclear(account, "Facebook säger att samma inlägg redan finns, men vi hittar det inte.")
            return _receipt(_done(answer, line))

    async def find(self, message: Message) -> Receipt | None:
        """Looks for our address in the Page's feed since the post was planned. That it is not seen there proves nothing: never None."""
        wanted, account = _parts(message)
        with _untold():
            there = await self._look(self._line(account), wanted)
        return there or _unclear(account, "Inlägget syns inte i sidans flöde.")

    # ------------------------------------------------------------ afterwards
    async def edit(self, message: Message) -> Receipt:
        """The new text in place of the old one."""
        wanted, account = _parts(message)
        async with self._alone(account) as account:
            line = self._line(account)
            there = Receipt(wanted.remote_id, wanted.remote_url) if wanted.remote_id else await self._look(line, wanted)
            answer = await self._ask(line, "POST", there.remote_id, {"message": wanted.payload["message"]}) if there else None
            if there is None or answer is None or _is_absent(answer):
                raise NotSent(f"Inlägget finns inte längre på {account.name}, så det går inte att rätta där.", permanent=True)
            _done(answer, line)
            return there

    async def retract(self, message: Message) -> Receipt:
        """Deletes the post; what is gone is well."""
        wanted, account = _parts(message)
        async with self._alone(account) as account:
            line = self._line(account)
            there = Receipt(wanted.remote_id, wanted.remote_url) if wanted.remote_id else await self._look(line, wanted)
            if there is None:
                return Receipt()
            answer = await self._ask(line, "DELETE", there.remote_id)
            if not _is_absent(answer):
                _done(answer, line)
            return there

    async def confirm(self, message: Message) -> Receipt | None:
        """Reads the post as the Page has it: Facebook shows posts to few who are not signed in."""
        wanted, account = _parts(message)
        line = self._line(account)
        with _untold():
            answer = await self._ask(line, "GET", wanted.remote_id, {"fields": FIELDS})
            if _is_absent(answer):
                return None
            found = self._read(answer, line)
        return _receipt(found) if _holds(found, wanted.permalink) else None

    async def check(self, account: Account) -> Health:
        """Asks which Page the key is for."""
        try:
            line = self._line(account)
            found = self._read(await self._ask(line, "GET", "me", {"fields": "id,name"}), line)
        except NotSent as no:
            return Health("needs_human" if no.account or no.permanent else "warning", no.reason, account.account_id)
        except Unclear as lost:
            return Health("warning", lost.reason, account.account_id)
        return Health("ok", account_id=str(found.get("id", "")))

    async def close(self) -> None:
        """Nothing is kept open."""

    # ------------------------------------------------------------ speaking
    def _alone(self, account: Account) -> AbstractAsyncContextManager[Account]:
        return self._keeper.alone(account) if self._keeper is not None else contextlib.nullcontext(account)

    def _line(self, account: Account) -> _Line:
        if not self._app_secret:
            raise NotSent(
                "Facebook är avstängt i den här installationen. Lägg upp inlägget för hand, eller be den som sköter driften.", permanent=True
            )
        opened = unseal(self._secret_key, account.token)
        if opened is None:
            raise NotSent(f"Kopplingen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut den igen.", permanent=True, account=True)
        secret = json.loads(opened)
        return _Line(account, account.account_id or secret["page"], secret["token"])

    async def _look(self, line: _Line, wanted: Post) -> Receipt | None:
        """The post with our address in it, among those since it was planned. Raises `Unclear` where they cannot be read, or do not end."""
        asked: dict[str, Any] = {"fields": FIELDS, "limit": str(PAGE)}
        if wanted.since is not None:
            asked["since"] = str(int((wanted.since - AROUND).timestamp()))
        for _ in range(MOST_PAGES):
            found = self._read(await self._ask(line, "GET", f"{line.page}/feed", asked), line)
            posts = [one for one in found.get("data", ()) if isinstance(one, dict)]
            for one in posts:
                if _holds(one, wanted.permalink):
                    return _receipt(one)
            paging = found.get("paging")
            after = paging.get("cursors", {}).get("after") if isinstance(paging, dict) and "next" in paging else None
            if not posts or not after:
                return None
            asked = {**asked, "after": after}
        raise Unclear(f"Bland de senaste {PAGE * MOST_PAGES} inläggen på {line.account.name} finns det inte. Se efter på sidan.")

    def _read(self, answer: Answer, line: _Line) -> dict[str, Any]:
        """What a question was answered with. Raises `NotSent` where it was refused, and `Unclear` where it was answered with nothing."""
        _refused(answer, line)
        found = answer.json()
        if not isinstance(found, dict):
            raise Unclear(f"Facebook svarade {answer.status} med något som inte går att läsa.")
        return found

    async def _upload(self, line: _Line, wanted: Post, picture: Picture) -> str:
        """Meta's number of the picture, which nobody sees before it is in a post. All that goes wrong here has published nothing."""
        name = f"bild.{picture.mime.rpartition('/')[2]}"
        fields = {"published": "false", "alt_text_custom": wanted.payload.get("alt_text_custom", picture.alt)}
        try:
            answer = await self._ask(line, "POST", f"{line.page}/photos", fields, {"source": (name, picture.body, picture.mime)})
            return str(_done(answer, line)["id"])
        except (Unclear, KeyError) as lost:
            raise NotSent("Bilden kom inte fram till Facebook. Vi försöker igen.") from lost

    async def _ask(
        self, line: _Line, method: str, path: str, fields: Mapping[str, Any] | None = None, files: Mapping[str, Any] | None = None
    ) -> Answer:
        """One call, with the key in the head and never in an address, and with the proof that it is this app that has the key."""
        proof = hmac.new(self._app_secret.encode(), line.token.encode(), hashlib.sha256).hexdigest()
        given = {**(fields or {}), "appsecret_proof": proof}
        content: dict[str, Any] = {"data": given, "files": files} if method == "POST" else {"params": given}
        return await self._http.request(
            method, f"{line.account.base_url}/{VERSION}/{path}", headers={"authorization": f"Bearer {line.token}"}, **content
        )


class _Line(NamedTuple):
    """An account whose secret is open."""

    account: Account
    page: str
    token: str

    def __repr__(self) -> str:
        return f"_Line({self.account!r})"


FIELDS = "id,message,created_time,attachments{unshimmed_url}"


def _parts(message: Message) -> tuple[Post, Account]:
    wanted = post(message)
    if wanted.account is None:
        raise NotSent("Kopplingen till sidan finns inte längre. Anslut den igen och försök sedan igen.", permanent=True)
    return wanted, wanted.account


@contextlib.contextmanager
def _untold() -> Iterator[None]:
    """A question that was not answered has told nothing; where it is the account that is refused, that is said."""
    try:
        yield
    except NotSent as no:
        if no.account:
            raise
        raise Unclear(no.reason) from no


def _unclear(account: Account, why: str) -> Receipt:
    raise Unclear(f"{why} Se efter på {account.name} innan det skickas igen.")


def _holds(found: Mapping[str, Any], permalink: str) -> bool:
    """Whether our address is in the words, with nothing of a longer address after it, or is what the post leads to."""
    words = str(found.get("message", "")).split()
    attached = found.get("attachments")
    data = attached.get("data", ()) if isinstance(attached, dict) else ()
    return permalink in words or any(isinstance(one, dict) and one.get("unshimmed_url") == permalink for one in data)


def _receipt(found: Mapping[str, Any]) -> Receipt:
    return Receipt(str(found["id"]), f"https://www.facebook.com/{found['id']}")


# ---------------------------------------------------------------- what Meta answers
def _error(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}


def _is_absent(answer: Answer) -> bool:
    error = _error(answer)
    return error.get("code") == PARAMETER and error.get("error_subcode") == ABSENT


def _done(answer: Answer, line: _Line) -> dict[str, Any]:
    """What was made or changed. Raises `NotSent` where it was not, and `Unclear` where nobody can say."""
    _refused(answer, line)
    found = answer.json()
    if answer.status != HTTPStatus.OK or not isinstance(found, dict) or not (found.get("id") or found.get("success")):
        raise Unclear(f"Facebook svarade {answer.status} utan att säga vad som hände. Det kan ha kommit fram ändå.")
    return found


def _refused(answer: Answer, line: _Line) -> None:
    """Raises what an error in the body says, whatever the status; an answer without one says nothing here."""
    error, name = _error(answer), line.account.name
    code = error.get("code")
    if not isinstance(code, int):
        return
    said = _said(error, line.token)
    if code in SESSION or code in PERMISSION or code == BLOCKED:
        raise NotSent(f"{name} får inte skriva längre: {said}. Anslut sidan igen och försök sedan igen.", permanent=True, account=True)
    if code in TOO_MANY:
        raise NotSent(f"{name} har skrivit så mycket som Facebook tillåter just nu. Vi försöker igen.", after=_regained(answer))
    if code in TRANSIENT or error.get("is_transient") is True:
        raise NotSent(f"Facebook har ett tillfälligt fel ({said}). Vi försöker igen.", after=retry_after(answer))
    if code == DUPLICATE or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unclear(f"Facebook svarade med ett fel ({said}). Det kan ha kommit fram ändå.")
    raise NotSent(f"Facebook tog inte emot inlägget: {said}. Ändra uppdateringen eller kopplingen.", permanent=True)


def _said(error: Mapping[str, Any], token: str) -> str:
    """The error in words and numbers, with what Meta's support wants to know. Meta may repeat a key that it does not know."""
    numbers = "/".join(str(error[one]) for one in ("code", "error_subcode") if error.get(one))
    trace = f", spår {error['fbtrace_id']}" if error.get("fbtrace_id") else ""
    why = WHY.get(error.get("error_subcode") or 0) or f"”{str(error.get('error_user_msg') or error.get('message') or '').replace(token, '…')[:200]}”"
    return f"{why} (kod {numbers}{trace})"


def _regained(answer: Answer) -> dt.timedelta | None:
    """How long Meta asks us to wait, in minutes for each of the limits that are reached (X-Business-Use-Case-Usage)."""
    try:
        told = json.loads(answer.headers["x-business-use-case-usage"])
        minutes = max(int(one["estimated_time_to_regain_access"]) for limits in told.values() for one in limits)
    except (KeyError, ValueError, TypeError, AttributeError):
        return retry_after(answer)
    return min(dt.timedelta(minutes=minutes), LONGEST_WAIT)
