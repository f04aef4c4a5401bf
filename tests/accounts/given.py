"""What a person does to connect an account, and what the timetable does about it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import httpx

from tests import cast
from trygghet import database
from trygghet.accounts import care

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from tests.social import Social
    from trygghet.connections.rules import Connection
    from trygghet.settings import Settings


async def press(client: httpx.AsyncClient, path: str, **form: str) -> httpx.Response:
    """Sends a form, and goes where that leads."""
    token = cast.csrf((await client.get("/kopplingar/ny/mastodon")).text)
    return await client.post(path, data={**form, "_csrf_token": token}, follow_redirects=True)


async def go(client: httpx.AsyncClient, social: Social, **form: str) -> str:
    """Types the server and goes to it. Returns the address that the page leads to."""
    page = await press(client, "/kopplingar/anslut/mastodon", server=social.url, **form)
    assert page.status_code == 200, page.text
    found = re.search(rf'href="({re.escape(social.url)}/oauth/authorize[^"]+)"', page.text)
    assert found, page.text
    return html.unescape(found.group(1))


def give_leave(address: str, account: str = "testuser") -> str:
    """At the server: chooses an account, and is sent back. Returns where to."""
    with httpx.Client(trust_env=False) as server:
        page = server.get(address).text
        form = {key: html.unescape(value) for key, value in re.findall(r'name="(\w+)" value="([^"]*)">\n', page)}
        assert f'value="{account}"' in page, page
        back = server.post(f"{httpx.URL(address).copy_with(path='/oauth/authorize', query=None)}", data={**form, "username": account})
        return back.headers["location"]


async def connect(client: httpx.AsyncClient, social: Social, account: str = "testuser", **form: str) -> httpx.Response:
    """All the way there and back."""
    return await client.get(give_leave(await go(client, social, **form), account), follow_redirects=True)


async def attend(settings: Settings, now: dt.datetime) -> None:
    """What the timetable does about accounts."""
    await care.across_organisations_attend(settings, now=now)


async def sql(statement: str, *values: object) -> Any:
    """A value, as the system sees it."""
    async with database.across_organisations() as link:
        return await link.fetchval(statement, *values)


async def dump() -> str:
    """Every row of every table."""
    async with database.across_organisations() as link:
        names = [row[0] for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")]
        return "\n".join([row[0] for name in names for row in await link.fetch(f"SELECT t::text FROM {name} t")])


async def letters(about: str) -> list[dict[str, Any]]:
    """The rows of notices whose headline holds this."""
    async with database.across_organisations() as link:
        return [
            dict(row) for row in await link.fetch("SELECT * FROM delivery WHERE kind = 'notice' AND title LIKE $1 ORDER BY created_at", f"%{about}%")
        ]


async def the_one(organisation: UUID = cast.BJORKEN) -> Connection:
    """The organisation's only account."""
    from trygghet.connections import actions

    [one] = await actions.accounts(organisation)
    return one
