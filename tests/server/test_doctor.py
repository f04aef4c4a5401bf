"""The doctor says what is wrong and how it is mended, one sentence for each thing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests import made
from tests.server.product import TRYGGHET, environment, open_folder
from trygghet import embedded
from trygghet.health import doctor, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio
WELL = rules.Walls(
    180006, (), tuple(rules.Role(name, exists=True, too_strong=False, ours=True) for name in ("trygghet_app", "trygghet_system")), (), 0.2
)


@pytest.fixture
def given(database_url: str, valkey: embedded.Valkey, tmp_path: Path) -> dict[str, str]:
    """Settings of an installation that is well, but for mail."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": valkey.url,
        "SECRET_KEY": "x" * 40,
        "VAR_DIR": str(tmp_path),
        "PORT": str(embedded.free_port()),
        "EXAMPLE": "1",
    }


async def wrong(given: dict[str, str]) -> dict[str, rules.Check]:
    """What the doctor finds wrong, by its name."""
    return {check.name: check for check in await doctor.examine(given) if check.wrong}


async def test_a_healthy_installation_has_nothing_wrong(given: dict[str, str]) -> None:
    assert await wrong(given) == {}
    assert {check.name for check in await doctor.examine(given)} == {
        "inställningar",
        "databasen",
        "migreringar",
        "roller",
        "organisationernas vägg",
        "databasens klocka",
        "kön",
        "mejl",
        "mejlens signatur",
        "webbens port",
        "disk",
        "klocka",
    }


@pytest.mark.parametrize(
    ("more", "name", "sentence"),
    [
        ({"SECRET_KEY": "kort"}, "inställningar", "SECRET_KEY måste vara minst 32 slumpade tecken"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "databasen", "Databasen på 127.0.0.1:1 kan inte användas: ingen svarar där."),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "kön", "127.0.0.1:1: tar inte emot någon förbindelse."),
        ({"EXAMPLE": "0"}, "mejl", "SMTP_URL är inte satt, så inga påminnelser kan gå ut."),
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "mejl", "127.0.0.1:1: Mejlservern gick inte att nå."),
        (
            {"EXAMPLE": "0", "PUBLIC_URL": "http://lofte.kommunen.example", "SMTP_URL": "smtp://127.0.0.1:1"},
            "inställningar",
            "så inloggningar går okrypterade",
        ),
    ],
)
async def test_each_wrong_thing_is_named_with_its_cure(given: dict[str, str], more: dict[str, str], name: str, sentence: str) -> None:
    found = await wrong(given | more)
    assert sentence in found[name].wrong
    assert found[name].mend


async def test_a_wrong_password_is_told_without_telling_it(given: dict[str, str]) -> None:
    found = await wrong(given | {"DATABASE_URL": re.sub(r":[0-9a-f]{32}@", ":hemligt-fel@", given["DATABASE_URL"])})
    assert "password authentication failed" in found["databasen"].wrong
    assert "hemligt-fel" not in found["databasen"].wrong


async def test_a_port_that_somebody_else_has_is_named(given: dict[str, str], postgresql: embedded.PostgreSQL) -> None:
    assert f"Något annat än Trygghet lyssnar på {postgresql.port}." in (await wrong(given | {"PORT": str(postgresql.port)}))["webbens port"].wrong


async def test_a_table_without_its_wall_and_a_migration_that_is_missing_are_found(given: dict[str, str]) -> None:
    owner = await asyncpg.connect(given["DATABASE_URL"])
    await owner.execute("ALTER TABLE promise NO FORCE ROW LEVEL SECURITY")
    assert "promise" in (await wrong(given))["organisationernas vägg"].wrong
    await owner.execute("DELETE FROM migration WHERE name = '0001_start'")
    assert "0001_start" in (await wrong(given))["migreringar"].wrong
    await owner.close()


@pytest.mark.parametrize(
    ("change", "name", "word"),
    [
        ({"version": 140012}, "databasen", "version 14"),
        ({"roles": (dataclasses.replace(WELL.roles[0], exists=False),)}, "roller", "finns inte"),
        ({"roles": (dataclasses.replace(WELL.roles[0], too_strong=True),)}, "roller", "går förbi"),
        ({"roles": (dataclasses.replace(WELL.roles[0], ours=False),)}, "roller", "får inte agera som trygghet_app"),
        ({"seconds_off": -90.0}, "databasens klocka", "90 s efter"),
    ],
)
def test_what_postgresql_says_of_itself_is_judged(change: dict[str, object], name: str, word: str) -> None:
    assert not [check for check in rules.judge(WELL) if check.wrong]
    assert [check.name for check in rules.judge(dataclasses.replace(WELL, **change)) if check.wrong and word in check.wrong] == [name]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A data folder in which nothing runs."""
    with open_folder() as folder:
        yield folder


def command(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`trygghet …` as somebody types it."""
    return subprocess.run([TRYGGHET, *arguments], env=environment(var, **more), capture_output=True, text=True, timeout=120, check=False)


def test_the_commands_work_where_nothing_runs_and_nothing_was_set(var: Path) -> None:
    assert "saknas" in command(var, "doctor").stdout or "har inte körts" in command(var, "doctor").stdout
    assert command(var, "doctor").returncode == 1
    assert command(var, "migrate").stdout.startswith("Körde 0001_start")
    assert command(var, "migrate").stdout == "Databasen har redan allt.\n"
    assert command(var, "example", "load").stdout == "Exemplet är inlagt.\n"
    assert command(var, "example", "load").stdout == "Exemplet finns redan.\n"
    well = command(var, "doctor", PORT=str(embedded.free_port()))
    assert well.returncode == 0, well.stdout
    assert re.search(r"bra  historik: \d{2,} händelser, alla kedjor är hela", well.stdout)
    listed = command(var, "schedule", "--organisation", "amal", "--from", "2024-10-01", "--to", "2024-10-31")
    assert "2024-10-02 07.30  Löftet i Åmål går ut om 90 dagar" in listed.stdout, listed.stderr
    assert "maj.lindroth@amal.example.org" in listed.stdout


async def test_a_changed_event_is_found_and_named(given: dict[str, str], tmp_path: Path) -> None:
    promise = await made.promise()
    with open_folder() as folder:
        assert command(folder, "doctor", **given).returncode == 0
        owner = await asyncpg.connect(given["DATABASE_URL"])
        await owner.execute("UPDATE event SET act = 'promise.changed'")
        await owner.close()
        answer = command(folder, "doctor", **given)
    assert answer.returncode == 1
    assert f"FEL  historik: Kedjan är bruten. Medborgarlöfte i Björken 2023–2024 ({promise}), händelse 1: den har ändrats." in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("schedule", "-o", "atlantis"), "Det finns ingen organisation som heter atlantis."),
        (("schedule", "-o", "amal", "--from", "2024-02-31"), "--from: 2024-02-31 finns inte. Februari 2024 har 29 dagar."),
        (("schedule", "-o", "amal", "--from", "2024-03-01", "--to", "2024-02-01"), "2024-02-01"),
    ],
)
def test_what_cannot_be_listed_is_a_sentence(var: Path, arguments: tuple[str, ...], sentence: str) -> None:
    command(var, "example", "load")
    answer = command(var, *arguments)
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("arguments", [(), ("run",), ("migrate",), ("example",), ("example", "load"), ("schedule",), ("doctor",)])
def test_every_command_explains_itself_in_swedish(var: Path, arguments: tuple[str, ...]) -> None:
    shown = command(var, *arguments, "--help")
    assert shown.returncode == 0
    assert re.search(r"[åäö]", shown.stdout)
    assert not re.search(r"Usage|Options|OPTIONS|COMMAND|Commands|Show|required|default", shown.stdout)


def test_the_clocks_are_compared_in_seconds() -> None:
    ahead = dataclasses.replace(WELL, seconds_off=dt.timedelta(minutes=2).total_seconds())
    assert any("120 s före" in check.wrong for check in rules.judge(ahead))
