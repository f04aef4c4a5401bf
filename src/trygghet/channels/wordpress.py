"""WordPress by its REST API and an application password: https://developer.wordpress.org/rest-api/. 5.6 and later.

A post is known by its slug, which is made before it is posted. WordPress does not hold slugs apart when several come at once, so one at
a time speaks through each account, and each looks before it writes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from trygghet import clock, document
from trygghet.channels import reading, wording
from trygghet.channels.http import retry_after
from trygghet.channels.messages import Abilities, Account, Health, Message, NotSent, Picture, Post, Receipt, Rendered, Story, Unclear, post
from trygghet.channels.sealing import unseal
from trygghet.clock import STOCKHOLM
from trygghet.document import Bullets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from trygghet.channels.http import Answer, Http
    from trygghet.channels.messages import Keeper
    from trygghet.channels.sealing import Keys
    from trygghet.document import Paragraph

ABILITIES = Abilities(edit=True, retract=True, picture=True)
EXCERPT = 200
"""Characters of the text in lists of posts."""
ALL_STATES = "publish,future,draft,pending,private"
POSTS, MEDIA, ME = "/wp/v2/posts", "/wp/v2/media", "/wp/v2/users/me?context=edit"
APP_ID = "b1f6f1c2-6d0e-4c53-9a55-3f0e3a6f4b7d"
"""Ours, the same everywhere, so that a site knows its application passwords for Trygghet from others."""


_PARAGRAPH = "<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->"
_LIST = '<!-- wp:list -->\n<ul class="wp-block-list">{}</ul>\n<!-- /wp:list -->'
_ITEM = "<!-- wp:list-item -->\n<li>{}</li>\n<!-- /wp:list-item -->"


def _block(one: Paragraph | Bullets) -> str:
    if isinstance(one, Bullets):
        return _LIST.format("\n\n".join(_ITEM.format(wording.as_html(item)) for item in one.items))
    return _PARAGRAPH.format(wording.as_html(one.text))


def render(story: Story, limits: Mapping[str, Any]) -> Rendered:
    """Paragraphs and lists as blocks of the editor, whose words are never mark-up; who says it, and our address last."""
    del limits
    heading, body = wording.heading_and_text(story)
    said = "\n\n".join(filter(None, (body, wording.sender(story))))
    address = html.escape(story.permalink)
    blocks = [*map(_block, document.typed(said)), _PARAGRAPH.format(f'<a href="{address}">{address}</a>')]
    payload = {
        "title": wording.as_html(heading),
        "content": "\n\n".join(blocks),
        "excerpt": wording.as_html(wording.shortened(" ".join(body.split()), EXCERPT)),
        "status": "publish",
    }
    if story.picture is not None:
        payload["alt_text"] = story.picture.alt
    text = f"{heading}\n\n{said}\n\n{story.permalink}"
    return Rendered(text, payload, len(text), picture_sha256=story.picture.sha256 if story.picture else "")


def mint(update: UUID, connection: UUID, now: dt.datetime) -> dict[str, str]:
    """The post's name in its address, which it is found by again."""
    del connection, now
    return {"slug": f"trygghet-{update}"}


class WordPress:
    """Not repeatable: a second post of the same name gets another name."""

    repeatable = False

    def __init__(self, http: Http, secret_key: Keys, keeper: Keeper | None = None) -> None:
        self._http, self._secret_key, self._keeper = http, secret_key, keeper

    # ------------------------------------------------------------ posting
    async def send(self, message: Message) -> Receipt:
        """What is there already is not posted again. The picture first, which stands on no page, then the post."""
        wanted, account = _parts(message)
        async with self._alone(account) as account:
            try:
                if (there := await self._look(account, wanted)) is not None:
                    return _receipt(there)
            except Unclear as lost:
                raise NotSent(f"{lost.reason} Inget är skickat. Vi försöker igen.") from lost
            body = {**_payload(wanted), "slug": wanted.minted["slug"]}
            if wanted.picture is not None:
                body["featured_media"] = await self._upload(account, wanted, wanted.picture)
            return _receipt(_done(await self._ask(account, "POST", POSTS, body), account))

    async def find(self, message: Message) -> Receipt | None:
        """Looks for the post by its name, whatever state somebody has put it in."""
        wanted, account = _parts(message)
        there = await self._look(account, wanted)
        return None if there is None else _receipt(there)

    # ------------------------------------------------------------ afterwards
    async def edit(self, message: Message) -> Receipt:
        """The new text in place of the old one; WordPress keeps both. What an editor has unpublished stays so."""
        wanted, account = _parts(message)
        async with self._alone(account) as account:
            there = await self._there(account, wanted)
            if there is None or there.get("status") == "trash":
                raise NotSent(f"Inlägget finns inte längre på {_host(account)}, så det går inte att rätta där.", permanent=True)
            body = {name: value for name, value in _payload(wanted).items() if name != "status"}
            body["featured_media"] = await self._upload(account, wanted, wanted.picture) if wanted.picture else 0
            return _receipt(_done(await self._ask(account, "POST", f"{POSTS}/{there['id']}", body), account))

    async def retract(self, message: Message) -> Receipt:
        """Puts the post in the bin, which ends its address, and deletes its picture, which would stay where it is."""
        wanted, account = _parts(message)
        async with self._alone(account) as account:
            there = await self._there(account, wanted)
            if there is None:
                return Receipt(wanted.remote_id, wanted.remote_url)
            path = f"{POSTS}/{there['id']}"
            if there.get("status") != "trash":
                answer = await self._ask(account, "DELETE", path)
                if _code(answer) == "rest_trash_not_supported":  # the site deletes at once, which is not ours to do
                    answer = await self._ask(account, "POST", path, {"status": "draft"})
                if _code(answer) not in {"rest_already_trashed", "rest_post_invalid_id"}:
                    _done(answer, account)
            if picture := there.get("featured_media"):
                await self._forget(account, picture)
            return _receipt(there)

    async def confirm(self, message: Message) -> Receipt | None:
        """Reads the post's page as residents do. Where our link is not on it, the site is asked what has become of the post."""
        wanted, account = _parts(message)
        if wanted.remote_url:
            with contextlib.suppress(Unclear):
                _, page = await reading.public(self._http, wanted.remote_url)
                if page.status == HTTPStatus.OK and wanted.permalink in html.unescape(page.text):
                    return Receipt(wanted.remote_id, wanted.remote_url)
        try:
            there = await self._there(account, wanted)
        except NotSent as no:
            raise Unclear(no.reason) from no
        if there is None or there.get("status") != "publish" or wanted.permalink not in html.unescape(str(there.get("content"))):
            return None
        raise Unclear(f"{_host(account)} har inlägget, men visar det inte på {there.get('link')}. Öppna adressen och se efter.")

    async def check(self, account: Account) -> Health:
        """Asks who we are and what we may do; and how the site wants to be asked, with pretty addresses or without."""
        try:
            for pretty in (True, False):
                asked = _with(account, pretty=pretty)
                answer = await self._ask(asked, "GET", ME)
                if pretty and answer.status == HTTPStatus.NOT_FOUND and not isinstance(answer.json(), dict):
                    continue
                _refused(answer, asked)
                return _health(answer, asked)
        except NotSent as no:
            return Health("needs_human" if no.account or no.permanent else "warning", no.reason, account.account_id)
        except Unclear as lost:
            return Health("warning", lost.reason, account.account_id)
        raise AssertionError("the second way is answered or refused")

    async def close(self) -> None:
        """Nothing is kept open."""

    # ------------------------------------------------------------ speaking
    def _alone(self, account: Account) -> AbstractAsyncContextManager[Account]:
        return self._keeper.alone(account) if self._keeper is not None else contextlib.nullcontext(account)

    async def _look(self, account: Account, wanted: Post) -> dict[str, Any] | None:
        """The post by its name."""
        asked = urlencode({"slug": wanted.minted["slug"], "status": ALL_STATES, "context": "edit"})
        found = await self._read(account, f"{POSTS}?{asked}")
        return next((one for one in found if isinstance(one, dict) and "id" in one), None) if isinstance(found, list) else None

    async def _there(self, account: Account, wanted: Post) -> dict[str, Any] | None:
        """The post as it stands now, by its number where that is known: in the bin it has lost its name."""
        if not wanted.remote_id:
            return await self._look(account, wanted)
        found = await self._read(account, f"{POSTS}/{wanted.remote_id}?context=edit")
        return found if isinstance(found, dict) else None

    async def _read(self, account: Account, path: str) -> Any:
        """What the site answers; None for what is not there. Raises `NotSent` where it is the account that is refused, else `Unclear`."""
        answer = await self._ask(account, "GET", path)
        if answer.status == HTTPStatus.NOT_FOUND and _code(answer) == "rest_post_invalid_id":
            return None
        if answer.status == HTTPStatus.BAD_REQUEST:  # to whoever is not signed in our questions look wrongly put
            answer = await self._ask(account, "GET", ME)
        if _needs_human(answer):
            _refused(answer, account)
        found = answer.json()
        if answer.status != HTTPStatus.OK or found is None:
            raise Unclear(f"{_host(account)} gick inte att läsa: den svarade {answer.status}.")
        return found

    async def _upload(self, account: Account, wanted: Post, picture: Picture) -> int:
        """The site's number of the picture, uploaded once and described each time. All that goes wrong here has published nothing."""
        name = f"{wanted.minted['slug']}-{hashlib.sha256(picture.body).hexdigest()[:8]}"
        described = {"alt_text": wanted.payload.get("alt_text", picture.alt)}
        try:
            there = await self._read(account, f"{MEDIA}?{urlencode({'slug': name})}")
            if not there:
                headers = {"content-type": picture.mime, "content-disposition": f'attachment; filename="{name}.{picture.mime.rpartition("/")[2]}"'}
                answer = await self._ask(account, "POST", MEDIA, picture.body, headers)
                there = [_done(answer, account)]
            number = int(there[0]["id"])
            _done(await self._ask(account, "POST", f"{MEDIA}/{number}", described), account)
        except (Unclear, KeyError, TypeError, ValueError) as lost:
            raise NotSent(f"Bilden kom inte fram till {_host(account)}. Vi försöker igen.") from lost
        return number

    async def _forget(self, account: Account, picture: int) -> None:
        """Deletes a picture of ours; one that an editor has chosen stays."""
        answer = await self._ask(account, "GET", f"{MEDIA}/{picture}")
        found = answer.json()
        if isinstance(found, dict) and str(found.get("slug", "")).startswith("trygghet-"):
            _lost(await self._ask(account, "DELETE", f"{MEDIA}/{picture}?force=true"), account)

    async def _ask(
        self, account: Account, method: str, path: str, body: Mapping[str, Any] | bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        opened = unseal(self._secret_key, account.token)
        if opened is None:
            raise NotSent(f"Kopplingen {account.name} kan inte läsas, för SECRET_KEY har bytts. Anslut den igen.", permanent=True, account=True)
        secret = json.loads(opened)
        signed = "Basic " + base64.b64encode(f"{secret['user']}:{secret['password']}".encode()).decode("ascii")
        content: dict[str, Any] = {} if body is None else {"content": body} if isinstance(body, bytes) else {"json": body}
        return await self._http.request(method, _address(account, path), headers={"authorization": signed, **(headers or {})}, **content)


# ---------------------------------------------------------------- finding a site
class Site(NamedTuple):
    """A WordPress as it describes itself: where it is, and where its owner gives programs leave; empty where it does not."""

    base_url: str
    authorize: str


async def discover(http: Http, typed: str) -> Site:
    """The site at the address that somebody has typed. Raises `NotSent` where there is none, or none that we may speak to."""
    base = typed.rstrip("/")
    for path in ("/wp-json/", "/?rest_route=/"):
        try:
            at, answer = await reading.public(http, base + path)
        except Unclear as lost:
            raise NotSent(lost.reason) from lost
        found = answer.json()
        if isinstance(found, dict) and isinstance(found.get("namespaces"), list) and "wp/v2" in found["namespaces"]:
            ways = found.get("authentication")
            way = ways.get("application-passwords") if isinstance(ways, dict) else None
            authorize = str(way["endpoints"]["authorization"]) if isinstance(way, dict) and isinstance(way.get("endpoints"), dict) else ""
            return Site(re.sub(r"(/wp-json)?/?(\?rest_route=/?)?$", "", at), authorize)
    raise NotSent(
        f"{urlsplit(base).hostname} svarar inte som en WordPress. Kontrollera adressen, och att webbplatsens REST API är påslaget.", permanent=True
    )


async def authorize_url(http: Http, site: str, app_name: str, success_url: str, reject_url: str) -> str:
    """The page of the site where its user gives us an application password, and comes back to `success_url` with it.

    WordPress adds `site_url`, `user_login` and `password` there. It takes no name twice from the same user, so ours has the time in it.
    Raises `NotSent` where the site has no such page.
    """
    found = await discover(http, site)
    there, here = urlsplit(found.authorize), urlsplit(found.base_url)
    if there.hostname is None or there.hostname != here.hostname or there.scheme not in {"https", here.scheme}:
        raise NotSent(
            f"{here.hostname} låter inte program få egna lösenord. Be den som sköter webbplatsen att slå på programlösenord.", permanent=True
        )
    name = f"{app_name} {clock.wall().astimezone(STOCKHOLM):%Y-%m-%d %H.%M.%S}"
    asked = {"app_name": name, "app_id": APP_ID, "success_url": success_url, "reject_url": reject_url}
    return f"{found.authorize}{'&' if there.query else '?'}{urlencode(asked)}"


# ---------------------------------------------------------------- what a site is asked, and answers
def _parts(message: Message) -> tuple[Post, Account]:
    wanted = post(message)
    if wanted.account is None:
        raise NotSent("Kopplingen till webbplatsen finns inte längre. Anslut den igen och försök sedan igen.", permanent=True)
    return wanted, wanted.account


def _payload(wanted: Post) -> dict[str, Any]:
    """What was approved; a picture's description goes with the picture."""
    return {name: value for name, value in wanted.payload.items() if name != "alt_text"}


def _address(account: Account, path: str) -> str:
    """The same path on a site with pretty addresses and on one without."""
    if account.limits.get("pretty", True):
        return f"{account.base_url}/wp-json{path}"
    path, _, asked = path.partition("?")
    return f"{account.base_url}/?rest_route={path}{'&' if asked else ''}{asked}"


def _with(account: Account, *, pretty: bool) -> Account:
    return Account(account.base_url, account.token, account.name, account.form, account.account_id, {"pretty": pretty}, account.id)


def _host(account: Account) -> str:
    return urlsplit(account.base_url).hostname or account.name


def _health(answer: Answer, account: Account) -> Health:
    """What we may do there, by the role of whoever gave the password."""
    me = answer.json()
    may = me.get("capabilities") if isinstance(me, dict) else None
    lacking = [name for name in ("publish_posts", "upload_files") if not (isinstance(may, dict) and may.get(name))]
    if lacking:
        return Health("needs_human", f"Kontot på {_host(account)} får inte publicera. Ge det rollen författare, eller anslut med ett annat konto.")
    return Health("ok", "", str(me.get("id", "")), account.limits)


def _receipt(found: Mapping[str, Any]) -> Receipt:
    return Receipt(str(found["id"]), str(found.get("link") or ""))


def _done(answer: Answer, account: Account) -> dict[str, Any]:
    """What the site has made or changed. Raises `NotSent` where it has not, and `Unclear` where nobody can say."""
    _lost(answer, account)
    _refused(answer, account)
    found = answer.json()
    if not isinstance(found, dict) or "id" not in found:
        raise Unclear(f"{_host(account)} svarade med något som inte går att läsa. Det kan ha kommit fram ändå.")
    return found


def _lost(answer: Answer, account: Account) -> None:
    """A server's own fault may have come before the post or after it; with a code of its own WordPress says that it did not do it."""
    if answer.status in {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT} and not _code(answer).startswith(
        "rest_"
    ):
        raise Unclear(f"{_host(account)} svarade med fel {answer.status}. Det kan ha kommit fram ändå.")


def _code(answer: Answer) -> str:
    """WordPress's own word for what is wrong, empty where it says none."""
    found = answer.json()
    return str(found["code"]) if isinstance(found, dict) and isinstance(found.get("code"), str) and answer.status >= HTTPStatus.BAD_REQUEST else ""


def _needs_human(answer: Answer) -> bool:
    """Whether nothing passes before somebody has looked at the account or the site: a page instead of an answer is a firewall's."""
    closed = answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or _code(answer) in {"rest_no_route", "rest_disabled"}
    moved = bool(reading.onwards(answer))
    return closed or moved or (answer.json() is None and answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE})


def _refused(answer: Answer, account: Account) -> None:
    """Raises `NotSent` for every answer that says that nothing was done."""
    if answer.status < HTTPStatus.MULTIPLE_CHOICES and answer.json() is not None:
        return
    said, host = _said(answer), _host(account)
    if answer.status == HTTPStatus.UNAUTHORIZED and answer.json() is not None:  # its own words are English, and of another form than ours
        raise NotSent(
            f"{host} känner inte igen användaren eller applikationslösenordet. Anslut webbplatsen med ett lösenord som gäller.",
            permanent=True,
            account=True,
        )
    if _needs_human(answer):
        what = "släpper inte fram oss" if answer.json() is None else "låter oss inte skriva"
        raise NotSent(f"{host} {what}: {said}. Anslut webbplatsen igen, eller be den som sköter den om hjälp.", permanent=True, account=True)
    if answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        raise NotSent(f"{host} tar inte emot mer just nu. Vi försöker igen.", after=retry_after(answer))
    if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR or _code(answer).startswith("rest_upload"):
        raise NotSent(f"{host} tog inte emot inlägget: {said}. Ändra uppdateringen eller kopplingen.", permanent=True)
    raise NotSent(f"{host} svarade {answer.status}. Vi försöker igen.", after=retry_after(answer))


def _said(answer: Answer) -> str:
    found = answer.json()
    said = found.get("message") if isinstance(found, dict) else None
    return f"”{html.unescape(re.sub(r'<[^>]*>', '', said))[:200]}”" if isinstance(said, str) else f"svar {answer.status}"
