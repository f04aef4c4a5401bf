"""The glossary and the code say the same words."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from piccolo.table import Table

from tests.test_architecture import SOURCES
from trygghet import tables
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith("|---")
][1:]
NAMES = [name for _, code, _, _ in ROWS for name in re.findall(r"`([^`]+)`", code)]
TABLES = [name for name, kind in vars(tables).items() if isinstance(kind, type) and issubclass(kind, Table) and kind is not Table]


def _written(path: Path) -> Iterator[str]:
    """Every name that a module gives to something, and every word that it writes as a value of its own (a kind, a state, a right)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.arg(arg=name) | ast.Name(id=name):
                yield name
            case ast.Constant(value=str(word)) if word.isidentifier():
                yield word


@pytest.fixture(scope="module")
def code() -> set[str]:
    """All words of the code: those of the modules, the modules' own names, and those of the schema."""
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in SOURCES]
    modules = {name for one in parts for name in (*one, ".".join(one[2:]))}
    sql = re.sub(r"--.*", "", " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "migrations").glob("*.sql")))
    return {*modules, *re.findall(r"\w+", sql), *(name for path in SOURCES for name in _written(path))}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_the_glossary_is_a_name_in_the_code(name: str, code: set[str]) -> None:
    assert code & {name, f"across_organisations_{name}"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1] or row[0])
def test_a_concept_has_one_row_with_a_meaning_and_a_name(row: list[str]) -> None:
    assert len(row) == 4
    assert row[1]
    assert row[2]
    assert not row[0] or [one[0] for one in ROWS].count(row[0]) == 1


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_concept_that_the_glossary_knows(table: str) -> None:
    assert table in NAMES
