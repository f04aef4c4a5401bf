"""Nobody reaches what is somebody else's: every store function, called by the wrong organisation, with each of the two walls alone.

Store functions are found in the code, so a new one without a row in tests/stores.py fails by its name.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg
import pytest

from tests import cast, databases, world
from tests.stores import CALLS
from trygghet import database
from trygghet.settings import ROOT
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from tests.world import World

pytestmark = pytest.mark.anyio

STORES = sorted((ROOT / "src" / "trygghet").glob("*/store.py"))


def _store_functions() -> list[str]:
    return [
        f"{path.parent.name}.{node.name}"
        for path in STORES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


TENANTS = [name for name in _store_functions() if not name.split(".")[1].startswith("across_organisations_") and not name.startswith("site.")]


WALKED = [name for name in TENANTS if name in CALLS]


def test_every_store_function_for_an_organisation_is_walked() -> None:
    assert set(TENANTS) - set(CALLS) == set(), "a store function without a row in tests/stores.py"
    assert set(CALLS) - set(TENANTS) == set(), "a row without a store function"


def _function(name: str) -> Callable[..., Any]:
    feature, function = name.split(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"trygghet.{feature}.store"), function)
    return found


@pytest.mark.parametrize("name", TENANTS)
def test_a_store_function_asks_for_the_organisation_first(name: str) -> None:
    assert next(iter(inspect.signature(_function(name)).parameters)) == "organisation"


class _Undo(Exception):
    """Ends a walk without leaving a trace."""


class _Known(NamedTuple):
    """What stands in every table, and the mark of each."""

    sums: dict[str, tuple[int, str]]
    rows: set[tuple[str, str]]


_KEPT: list[_Known] = []
"""What the walk before this one began with: a walk leaves no trace, so that this one begins with the same."""


async def _known(link: asyncpg.Connection[Any]) -> _Known:
    sums = await databases.sums(link)
    if not _KEPT or _KEPT[-1].sums != sums:
        _KEPT[:] = [_Known(sums, await databases.rows(link))]
    return _KEPT[-1]


async def _changed(link: asyncpg.Connection[Any], before: _Known) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The rows that are gone since, and those that are new."""
    sums = await databases.sums(link)
    tables = {table for table in sums if sums[table] != before.sums[table]}
    if not tables:
        return set(), set()
    old, new = {row for row in before.rows if row[0] in tables}, await databases.rows(link, only=tables)
    return old - new, new - old


async def _walk(name: str, scope: uuid.UUID | None, claimed: uuid.UUID, things: World) -> None:
    """Calls it in that scope, as that organisation, with ids that are Björken's; holds what came back and what it did."""
    call = CALLS[name]
    unit = partial(database.within, scope) if scope else database.across_organisations
    try:
        async with unit() as link:
            await link.execute("SET LOCAL ROLE trygghet_system")
            before = await _known(link)
            await link.execute(f"SET LOCAL ROLE {'trygghet_app' if scope else 'trygghet_system'}")
            result: Any = None
            try:
                async with unit():
                    result = await call.make(_function(name), claimed, things)
            except (NotFound, Refusal, asyncpg.InsufficientPrivilegeError):
                pass
            await link.execute("SET LOCAL ROLE trygghet_system")
            lost, strange = await _changed(link, before)
            lost = {row for row in lost if not (call.changes_own and str(cast.ON) in row[1])}
            assert lost == set(), f"{name} changed or took away {lost}"
            strange = {row for row in strange if not (call.adds_own and str(cast.ON) in row[1])}
            assert strange == set(), f"{name} wrote {strange}"
            if not call.is_public:
                assert world.SECRET not in repr(result), name
                assert not call.is_answer(result), f"{name} gave {result!r}"
            raise _Undo  # noqa: TRY301 - the way to roll a unit of work back
    except _Undo:
        pass


@pytest.mark.parametrize("name", WALKED)
async def test_a_stranger_gets_nothing_from_a_store_and_changes_nothing(name: str, walked: World) -> None:
    await _walk(name, cast.ON, cast.ON, walked)


@pytest.mark.parametrize("name", WALKED)
async def test_the_second_wall_stands_alone_when_the_argument_is_forged(name: str, walked: World) -> None:
    await _walk(name, cast.ON, cast.BJORKEN, walked)


@pytest.mark.parametrize("name", [name for name in WALKED if not CALLS[name].why_second_wall_only])
async def test_the_first_wall_stands_alone_when_the_policies_see_everything(name: str, walked: World) -> None:
    await _walk(name, None, cast.ON, walked)


@pytest.mark.parametrize("name", [name for name in WALKED if not CALLS[name].is_public])
async def test_whose_it_is_gets_an_answer_or_a_change_from_the_same_call(name: str, fresh: World) -> None:
    before = await world.everything()
    async with database.within(CALLS[name].owner):
        result = await CALLS[name].make(_function(name), CALLS[name].owner, fresh)
    assert CALLS[name].is_answer(result) or await world.everything() != before, "or else the walks above prove nothing"
