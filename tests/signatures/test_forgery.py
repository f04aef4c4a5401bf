"""Whatever a party's own process may be tricked into, the database lets it sign nothing alone, and change nothing that is signed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests import cast, world
from tests.agreeing import BO, approve, begun, edit, shared, sign
from trygghet import database
from trygghet.wordings import actions as wordings

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.anyio

ALONE = [
    "UPDATE wording SET signed_at = now() WHERE id = $1",
    "UPDATE wording SET manuscript = '[]', content_hash = 'another', signed_at = now() WHERE id = $1",
    "UPDATE promise SET stage = 'signed', valid_from = '2025-01-01', valid_until = '2026-12-31' WHERE id = (SELECT promise_id FROM wording WHERE id = $1)",
    "UPDATE promise SET version = 2 WHERE id = (SELECT promise_id FROM wording WHERE id = $1)",
    """INSERT INTO published_promise (promise_id, slug, name, valid_from, content, published_at, changed_at)
       SELECT promise_id, 'bjorken', 'Björken', '2025-01-01', '{}', now(), now() FROM wording WHERE id = $1""",
    """INSERT INTO approval (promise_id, subject_kind, subject_id, content_hash, organisation_id, person_id, person_name, office, at)
       SELECT promise_id, 'signature', id, content_hash, (SELECT id FROM organisation WHERE slug = 'lpo-skogen'), edited_by, 'Pia', 'Chef', now()
       FROM wording WHERE id = $1""",
    "DELETE FROM wording WHERE id = $1",
]
APPROVED = [
    # what has been approved becomes something else, and keeps its hash
    "UPDATE wording SET manuscript = '[]' WHERE id = $1",
    "UPDATE wording SET reason = 'En annan' WHERE id = $1",
    "UPDATE wording SET number = 7 WHERE id = $1",
    "UPDATE wording_revision SET manuscript = '[]' WHERE wording_id = $1",
    "DELETE FROM wording_revision WHERE wording_id = $1",
    "UPDATE approval SET fell_at = NULL WHERE subject_id = $1",
    "DELETE FROM approval WHERE subject_id = $1",
    "UPDATE event SET words = '{}' WHERE subject_id = $1",
    "DELETE FROM event WHERE subject_id = $1",
]


async def _tried(wording_id: UUID, forgery: str) -> bool:
    """Whether anything was changed by it."""
    before = await world.everything()
    with contextlib.suppress(asyncpg.PostgresError):
        async with database.within(cast.BJORKEN) as link:
            await link.execute(forgery, *([wording_id] if "$1" in forgery else []))
    return await world.everything() != before


@pytest.mark.parametrize("forgery", [*ALONE, *APPROVED])
async def test_one_party_cannot_sign_for_all(database_url: str, forgery: str) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await sign(wording_id, BO)
    assert not await _tried(wording_id, forgery)


@pytest.mark.parametrize("forgery", ALONE[:5])
async def test_a_private_text_is_not_signed_by_its_author(database_url: str, forgery: str) -> None:
    assert not await _tried(await begun(), forgery)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE wording SET reason = 'En annan' WHERE id = $1",
        "UPDATE wording SET signed_at = NULL WHERE id = $1",
        "UPDATE wording SET withdrawn_at = now() WHERE id = $1",
        "DELETE FROM wording WHERE id = $1",
        "UPDATE promise SET version = 9 WHERE id = (SELECT promise_id FROM wording WHERE id = $1)",
    ],
)
async def test_what_all_have_signed_never_changes(database_url: str, forgery: str) -> None:
    wording_id = await shared()
    await approve(wording_id)
    await sign(wording_id)
    assert not await _tried(wording_id, forgery)


async def test_another_text_under_an_approved_hash_in_two_steps_is_refused_too(database_url: str) -> None:
    """First to a hash that nobody has approved, then back to the approved one with other words."""
    wording_id = await shared()
    await approve(wording_id)
    approved = (await wordings.read(cast.BJORKEN, wording_id)).content_hash
    steps = (
        "UPDATE wording SET manuscript = '[]', content_hash = 'x' WHERE id = $1",
        "UPDATE wording SET manuscript = '[{}]', content_hash = $2 WHERE id = $1",
    )
    assert not await _tried(wording_id, f"DO $do$ BEGIN {'; '.join(steps)}; END $do$".replace("$1", f"'{wording_id}'").replace("$2", f"'{approved}'"))


async def test_an_edit_and_back_again_by_the_product_is_no_forgery(database_url: str) -> None:
    wording_id = await shared()
    before = await wordings.read(cast.BJORKEN, wording_id)
    await approve(wording_id, BO)
    for words in ("Något annat.", before.manuscript.head["oath"]):
        await edit(wording_id, value=words)
    after = await wordings.read(cast.BJORKEN, wording_id)
    assert (after.content_hash, after.edits > before.edits) == (before.content_hash, True)
