"""What keeps the whole readable: ceilings, one place for each thing, and two places that say the same held together."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trygghet.refusals import REFUSALS
from trygghet.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "workers").rglob("*.py")])
BEFORE_ANY_POOL = ROOT / "src" / "trygghet" / "health" / "store.py"
"""The doctor looks at a server before anything is set up, and compares its clock with ours."""
STORES, ACTIONS = ([path for path in SOURCES if path.name == name] for name in ("store.py", "actions.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*"))
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_HANDLER, LONGEST_TASK = 400, 40, 15, 10
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, Function))


def _public(path: Path) -> Iterator[Function]:
    return (node for node in _tree(path).body if isinstance(node, Function) and not node.name.startswith("_"))


def _length(node: Function) -> int:
    assert node.end_lineno
    return node.end_lineno - node.lineno + 1


def _statements(node: Function) -> int:
    """Lines of the body, the docstring aside."""
    body = node.body[1:] if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


# ---------------------------------------------------------------- ceilings
def test_no_module_is_longer_than_one_can_hold_in_mind() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {f"{_name(path)}:{node.name}": _length(node) for path in SOURCES for node in _functions(path)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_a_handler_parses_calls_one_action_and_shows() -> None:
    handlers = {
        f"{_name(path)}:{node.name}": _statements(node)
        for path in SOURCES
        if path.name == "pages.py"
        for node in _functions(path)
        if any(re.match(r"(web|litestar)\.(get|post)$", _called(one)) for one in node.decorator_list)
    }
    assert handlers
    assert {name: lines for name, lines in handlers.items() if lines > LONGEST_HANDLER} == {}


def test_tasks_do_no_more_than_call_an_action() -> None:
    path = ROOT / "workers" / "tasks.py"
    assert {node.name: _statements(node) for node in _functions(path) if _statements(node) > LONGEST_TASK} == {}


# ---------------------------------------------------------------- one place for each thing
@pytest.mark.parametrize("path", [*STORES, *ACTIONS], ids=_name)
def test_the_organisation_comes_first_or_the_name_says_that_it_is_about_all(path: Path) -> None:
    for node in _public(path):
        if not isinstance(node, ast.AsyncFunctionDef) or node.name.startswith("across_organisations_"):
            continue
        first = (node.args.posonlyargs + node.args.args)[:1]
        assert [one.arg for one in first] in (["organisation"], ["delivery"]), f"{_name(path)}:{node.name}"


def test_only_the_database_module_opens_transactions_and_connections() -> None:
    breaches = [
        f"{_name(path)}:{node.lineno} {_called(node)}"
        for path in SOURCES
        if path.name != "database.py" and path != BEFORE_ANY_POOL
        for node in ast.walk(_tree(path))
        if re.search(r"(\.transaction|\.atomic|\.batch|\.run_sync|asyncpg\.connect|create_pool)$", _called(node)) and "to_thread" not in _called(node)
    ]
    assert breaches == []


def test_no_store_opens_a_unit_of_work_and_no_page_writes_sql() -> None:
    for path in SOURCES:
        calls = {_called(node) for node in ast.walk(_tree(path))}
        if path.name == "store.py":
            assert not calls & {"database.within", "database.across_organisations", "database.published"}, _name(path)
        if path.name == "pages.py":
            assert "database.connection" not in calls, _name(path)


def test_sql_asks_no_clock() -> None:
    for path in set(STORES) - {BEFORE_ANY_POOL}:
        assert not re.search(r"\b(now\(\)|clock_timestamp|current_date|current_timestamp)", path.read_text(encoding="utf-8"), re.IGNORECASE), _name(
            path
        )


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    names = {part.removesuffix(".py") for path in SOURCES for part in path.relative_to(ROOT).parts}
    assert not {name for name in names if re.search(r"util|helper|service|manager|common|misc", name)}


# ---------------------------------------------------------------- two places that say the same
def test_every_refusal_has_its_sentence_and_every_sentence_is_used() -> None:
    raised = set()
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if _called(node).split(".")[-1] == "Refusal" and isinstance(node, ast.Call) and node.args:
                raised |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    assert raised - set(REFUSALS) == set(), "raised without a sentence"
    assert set(REFUSALS) - raised == set(), "a sentence that nothing raises"


def test_the_words_of_a_refusal_are_the_ones_its_sentence_asks_for() -> None:
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if not (isinstance(node, ast.Call) and _called(node).split(".")[-1] == "Refusal" and node.args):
                continue
            code, given = node.args[0], {word.arg for word in node.keywords}
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and None not in given:
                asked = set(re.findall(r"{(\w+)", REFUSALS.get(code.value, "")))
                assert asked <= given, f"{_name(path)}:{node.lineno} {code.value} lacks {asked - given}"


def _map() -> dict[str, list[str]]:
    """The README's map: what stands under each folder, in order."""
    drawn: dict[str, list[str]] = {"": []}
    under = ""
    for line in (ROOT / "README.md").read_text(encoding="utf-8").partition("<!-- map -->")[2].partition("<!-- /map -->")[0].splitlines():
        if found := re.match(r"( *)(\S+?)/?(\.py)?(?: |$)", line):
            if found[2].startswith("`"):
                continue
            under = under if found[1] else found[2]
            drawn.setdefault("" if not found[1] else under, []).append(found[2])
    return drawn


def _there(folder: Path) -> set[str]:
    modules = {path.stem for path in folder.glob("*.py") if path.stat().st_size}
    return modules | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_the_readme_map_equals_the_tree() -> None:
    drawn = _map()
    assert set(drawn["src/trygghet"]) == _there(ROOT / "src" / "trygghet")
    assert set(drawn["workers"]) == _there(ROOT / "workers")
    assert all((ROOT / name).is_dir() for name in drawn[""])


def test_the_readme_map_stands_in_the_order_of_the_imports() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(one["layers"] for one in settings["contracts"] if one.get("containers") == ["trygghet"])
    order = {name: number for number, layer in enumerate(reversed(layers)) for name in layer.split(" | ")}
    drawn = _map()["src/trygghet"]
    assert drawn == sorted(drawn, key=order.__getitem__)


# ---------------------------------------------------------------- templates
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "mail" not in path.parts]


KEPT_BY_CACHES = {"ram.html", "all.html"}
"""Their policy lets scripts in by our own address, since a nonce would make them another page each time."""


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_template_keeps_to_the_content_policy(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text), "style attributes are blocked"
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "event attributes are blocked"
    assert "javascript:" not in text
    assert "hx-on" not in text
    for script in re.findall(r"<script\b[^>]*>", text):
        assert 'nonce="{{ nonce }}"' in script or re.search(r'type="application/(ld\+)?json"', script) or path.name in KEPT_BY_CACHES
        assert "src=" in script or "json" in script


WITHOUT_SESSION = {"statement.html", "unsubscribe.html", "_follow.html", "follow.html", "follow_mine.html"}
"""Forms that send what a mail program sends, without a cookie or a token."""


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in WITHOUT_SESSION], ids=_name)
def test_every_form_that_changes_something_carries_the_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), flags=re.DOTALL):
        if re.search(r'method="post"', form):
            assert "parts.csrf(" in form, form[:120]


def test_whatever_htmx_posts_is_a_form_or_inside_one() -> None:
    for path in PAGES:
        for tag in re.findall(r"<(\w+)\b[^>]*\bhx-post=", path.read_text(encoding="utf-8")):
            assert tag in {"form", "button", "input", "select"}, f"{_name(path)}: works without JavaScript only as a form"


def test_colours_and_sizes_live_in_one_file() -> None:
    for path in (ROOT / "static").glob("*.css"):
        if path.name != "tokens.css":
            found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*{)|\brgba?\(|\bhsla?\(", path.read_text(encoding="utf-8"))
            assert found == [], f"{_name(path)}: {found}"
