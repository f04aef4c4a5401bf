"""Finds a Chromium for the browser tests, or gets one where the machine allows it: `python -m tests.browser`.

Where there is none, each browser test is skipped and named; with CI=true it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error, Locator, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def find() -> str | None:
    """The path of a browser that is here: CHROMIUM if set, else the system's, else Playwright's own."""
    candidates = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES)]
    with sync_playwright() as playwright:
        candidates.append(playwright.chromium.executable_path)
    return next((path for path in candidates if path and Path(path).exists()), None)


def arguments() -> list[str]:
    """What a browser is started with. Chromium's sandbox does not start as root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def launch(playwright: Playwright, path: str) -> Browser:
    """A headless browser."""
    return playwright.chromium.launch(executable_path=path, args=arguments())


def starts(path: str) -> str:
    """Why this browser does not start, for example because libraries are missing; empty when it does."""
    try:
        with sync_playwright() as playwright:
            launch(playwright, path).close()
    except Error as error:
        return error.message.strip().splitlines()[0]
    return ""


def provide() -> str:
    """Why no browser works here in spite of all; empty when one does. Tries Playwright's own, then Debian's as root."""
    why = ""
    for attempt in (None, _playwrights_own, _debians):
        if attempt is not None:
            attempt()
        path = find()
        why = starts(path) if path else why or "det finns ingen webbläsare, och den gick inte att hämta"
        if not why:
            return ""
    return why


def _playwrights_own() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium", seconds=240)


def _debians() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        _run("apt-get", "update", "-qq", seconds=180)
        _run("apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium", seconds=420)


def _run(*command: str, seconds: int) -> None:
    print(f"Ingen webbläsare än: {' '.join(command)}", file=sys.stderr, flush=True)
    try:
        subprocess.run(command, check=False, timeout=seconds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print(f"Gav upp efter {seconds} s.", file=sys.stderr)


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """Where the browser is, or None."""
    path = find()
    return path if path and not starts(path) else None


@pytest.fixture
def chromium(chromium_path: str | None, request: pytest.FixtureRequest) -> str:
    """The path of a working browser. Without one the test is skipped by name, and in CI it fails."""
    if chromium_path is not None:
        return chromium_path
    why = f"{request.node.nodeid}: ingen webbläsare (make browser säger varför)"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def opened(chromium_path: str | None) -> Iterator[Browser | None]:
    """One headless browser for a file, which has no test in a loop of its own; None where there is none."""
    if chromium_path is None:
        yield None
        return
    with sync_playwright() as playwright:
        made = launch(playwright, chromium_path)
        yield made
        made.close()


def _to_the_end(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, ended when what it led to is there: Playwright ends it with the first byte of the next page, when nothing can be read on it yet."""

    @wraps(act)
    def acted(on: Locator, *given: Any, **named: Any) -> Any:
        came = act(on, *given, **named)
        on.page.wait_for_load_state()
        expect(on.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
        return came

    return acted


@pytest.fixture
def browser(chromium: str, opened: Browser | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A headless browser; whatever is opened in it is closed after the test, and nothing is remembered. A press waits for what it leads to."""
    assert opened is not None, chromium
    for act in ("click", "press"):
        monkeypatch.setattr(Locator, act, _to_the_end(getattr(Locator, act)))
    yield opened
    for context in opened.contexts:
        context.close()


if __name__ == "__main__":
    if missing := provide():
        print(f"Webbläsartesterna kan inte köras: {missing}", file=sys.stderr)
