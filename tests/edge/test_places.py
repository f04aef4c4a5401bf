"""A change in one place: what is forgotten is enough, and the pages of other places are not made anew. Hunted with every kind of change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made, retold
from tests.edge.conftest import heard
from tests.edge.test_door import Counted, reader
from tests.site import given
from trygghet import database
from trygghet.edge.rules import Memory

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    import httpx
    from litestar import Litestar

pytestmark = pytest.mark.anyio
ENDS = ("", "/kort.html")
WIDE = ("/", "/jamfor", "/polisomrade/lpo-skogen", "/flode.atom", "/sitemap.xml", "/api/v1/updates")


def addresses(here: UUID, there: UUID) -> list[str]:
    """Those of Björken, of Eken, and those that show both."""
    found = [f"/{slug}{end}" for slug in ("bjorken", "eken", "en/bjorken", "en/eken") for end in ENDS]
    found += [f"/{slug}/loften/{id_}{end}" for slug, id_ in (("bjorken", here), ("eken", here), ("eken", there)) for end in ("", "/lattlast")]
    return [*found, *WIDE]


async def asked(browser: httpx.AsyncClient, paths: list[str]) -> list[tuple[int, str]]:
    answers = [await browser.get(path) for path in paths]
    return [(one.status_code, one.text if one.status_code < 400 else "") for one in answers]


async def changed(sql: str, *values: Any) -> None:
    async with database.across_organisations() as link:
        assert await link.fetch(f"{sql} RETURNING 1", *values)


async def test_after_each_kind_of_change_memory_says_what_the_application_says(application: Litestar) -> None:
    memory: Memory = application.state.memory
    here = await made.promise()
    there = await made.promise(by=cast.EKEN, title="Medborgarlöfte i Eken 2023–2024", parties=(made.EKEN, made.SKOGEN))
    second = await given.told(there, title="Eken berättar")
    paths = addresses(here, there)

    async def both() -> None:
        await changed(
            "INSERT INTO published_promise (promise_id, slug, name, code, valid_from, valid_until, content, published_at, changed_at)"
            " SELECT promise_id, 'eken', 'Eken', code, valid_from + 1, valid_until, content, published_at, changed_at FROM published_promise"
            " WHERE promise_id = $1 AND slug = 'bjorken'",
            here,
        )

    titled = "UPDATE published_promise SET content = content || jsonb_build_object('title', $2::text) WHERE promise_id = $1"
    withdrawn = "UPDATE published_update SET withdrawn_at = published_at, withdrawn_why = $2 WHERE promise_id = $1"
    # Each with the place whose pages may stay as they were; none where it shows everywhere, or may.
    kinds: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
        ("eken", lambda: given.told(here)),
        ("eken", lambda: changed(titled, here, "Ett annat löfte")),
        ("eken", lambda: changed(withdrawn, here, "Fel gata.")),
        ("eken", lambda: changed("DELETE FROM published_update WHERE promise_id = $1", here)),
        ("eken", lambda: retold.published(here)),
        ("eken", lambda: changed('UPDATE published_retelling SET content = content || \'{"title": "Annat"}\' WHERE promise_id = $1', here)),
        ("bjorken", lambda: changed(withdrawn, there, "Fel torg.")),
        ("bjorken", lambda: changed('UPDATE published_version SET content = content || \'{"title": "Första"}\' WHERE promise_id = $1', there)),
        ("bjorken", both),
        ("", lambda: given.told(here, title="Båda berättar")),
        ("bjorken", lambda: changed("DELETE FROM published_promise WHERE promise_id = $1 AND slug = 'eken'", here)),
        ("", lambda: changed("UPDATE published_update SET promise_id = $1 WHERE id = $2", here, second)),
        ("", lambda: changed("UPDATE published_organisation SET name = 'Björkens kommun igen' WHERE slug = 'bjorken'")),
        ("", lambda: changed("DELETE FROM promise WHERE id = $1", here)),
    ]
    async with reader(application) as residents:
        for number, (untouched, change) in enumerate(kinds):
            await asked(residents, paths)
            before = memory.edition
            await change()
            await heard(memory, before)
            if untouched:
                with Counted(application) as behind:
                    await asked(residents, [f"/{untouched}", f"/en/{untouched}"])
                assert behind.asked == 0, number
            told = await asked(residents, paths)
            until_then, memory.true_until = memory.true_until, 0.0
            fresh = await asked(residents, paths)
            memory.true_until = max(memory.true_until, until_then)
            assert [path for path, one, other in zip(paths, told, fresh, strict=True) if one != other] == [], number
