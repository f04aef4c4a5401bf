"""`trygghet rotate-secrets`: all under the present key, and what nobody can open by name."""

from __future__ import annotations

import asyncio
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.server.product import TRYGGHET
from trygghet.channels.sealing import unseal
from trygghet.connections import actions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

OLD, OLDER, NEW, LOST = ("o" * 40, "a" * 40, "n" * 40, "l" * 40)


async def _command(database_url: str, var: Path) -> tuple[int, str]:
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": NEW,
        "OLD_SECRET_KEYS": f"{OLD}, {OLDER}",
        "ENVIRONMENT_ID": "tests",
        "EXAMPLE": "0",
        "VAR_DIR": str(var),
    }
    done = await asyncio.create_subprocess_exec(TRYGGHET, "rotate-secrets", env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = await done.communicate()
    return done.returncode or 0, said.decode()


async def test_all_is_sealed_anew_and_what_nobody_can_open_is_named(database_url: str, tmp_path: Path) -> None:
    made = {
        key: await actions.add(
            cast.BJORKEN, channel="mastodon", name=f"@{key[0]}", base_url="https://a.example", token="nyckeln", secret_key=key, now=cast.START
        )
        for key in (OLD, OLDER, LOST)
    }
    code, said = await _command(database_url, tmp_path)
    assert (code, said.splitlines()) == (1, ["Förseglade på nytt: 2.", "Går inte att öppna, och måste anslutas igen: @l (Björken)"])
    for key in (OLD, OLDER):
        assert unseal(NEW, (await actions.account(cast.BJORKEN, made[key])).token) == "nyckeln"
    await actions.remove(cast.BJORKEN, made[LOST])
    assert await _command(database_url, tmp_path) == (0, "Förseglade på nytt: 2.\n")
