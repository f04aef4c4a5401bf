"""How soon a resident sees something on a slow phone: residents' pages in a Chromium that is throttled as Lighthouse throttles for one.

390 pixels wide, its processor four times slower, 1.6 Mbit/s down, 750 kbit/s up and 150 ms until an answer begins, for each request; nothing is cached at
any load. Beside it "far away" takes Lighthouse's harder setting, 562 ms for each request and a tenth less a second, which stands for a connection with TLS.
The product answers directly, and through the shipped nginx. Needs nginx, taskset and a Chromium (CHROMIUM, or the one that is installed).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pages
import parts
from playwright.sync_api import sync_playwright

from trygghet import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECOND = 1000
KILOBIT = 1000 / 8
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 1638.4 * KILOBIT, "uploadThroughput": 750 * KILOBIT}
FAR = {"offline": False, "latency": 562.5, "downloadThroughput": 1474.6 * KILOBIT, "uploadThroughput": 675 * KILOBIT}
SLOWER = 4
"""Times, of the processor."""
SEEN = """() => new Promise(done => {
    let largest = 0, shift = 0;
    new PerformanceObserver(all => all.getEntries().forEach(one => { largest = one.startTime; })).observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver(all => all.getEntries().forEach(one => { shift += one.value; })).observe({type: "layout-shift", buffered: true});
    setTimeout(() => {
        const [page] = performance.getEntriesByType("navigation"), more = performance.getEntriesByType("resource");
        const blocking = more.filter(one => one.renderBlockingStatus === "blocking");
        done({
            first: performance.getEntriesByName("first-contentful-paint")[0].startTime, largest, shift, answered: page.responseEnd,
            blocking: blocking.length, weight: [page, ...blocking].reduce((sum, one) => sum + one.encodedBodySize, 0), requests: more.length + 1,
        });
    }, 300);
})"""


class Seen(NamedTuple):
    """Milliseconds until the page had come whole, something was painted and the largest was; what moved; what the first paint waited for, in files and bytes."""

    answered: float
    first: float
    largest: float
    shift: float
    blocking: int
    weight: int
    requests: int


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)
        more = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", "--disable-background-networking", *more])
        try:
            yield browser
        finally:
            browser.close()


def load(browser: Browser, address: str, network: dict[str, Any]) -> Seen:
    """One load with nothing in any cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", network)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    found = Seen(**page.evaluate(SEEN))
    context.close()
    return found


def addresses(product: str) -> dict[str, str]:
    """One page of each kind that residents meet first."""
    with httpx.Client(base_url=product) as browser:
        home = browser.get(pages.PAGE).text
        promise = re.search(rf"{pages.PAGE}/loften/[0-9a-f-]+", home)[0]  # type: ignore[index]
        update = re.search(rf"{pages.PAGE}/uppdateringar/[0-9a-f-]+", browser.get(f"{pages.PAGE}/flode.atom").text)[0]  # type: ignore[index]
        return {"front page": "/", "municipality": pages.PAGE, "promise": promise, "update": update}


def main() -> None:
    """Each round loads every page once, each way."""
    asked = parts.options(__doc__ or "")
    with contextlib.ExitStack() as running:
        servers = running.enter_context(parts.servers())
        product = running.enter_context(pages.product(servers))
        (servers.home / "files").mkdir()
        before, files = embedded.free_port(), embedded.free_port()
        running.enter_context(pages.nginx(servers.home, product, before, files))
        browser = running.enter_context(chromium())
        ways = {"through nginx": (f"http://127.0.0.1:{before}", PHONE), "directly": (product, PHONE), "far away": (product, FAR)}
        targets = {f"{kind}, {way}": (host + path, network) for kind, path in addresses(product).items() for way, (host, network) in ways.items()}
        found: dict[str, list[Seen]] = {name: [] for name in targets}
        for turn in range(asked.rounds + 1):
            for name, (url, network) in targets.items():
                seen = load(browser, url, network)
                if turn:
                    found[name].append(seen)
    for name, loads in found.items():
        last = loads[-1]
        parts.say(
            f"  {name:<28} first {parts.spread([one.first for one in loads]):>20} ms, largest {parts.median([one.largest for one in loads]):5.0f},"
            f" page come whole {parts.median([one.answered for one in loads]):5.0f}, moved {max(one.shift for one in loads):.3f};"
            f" waits for {last.blocking + 1} of {last.requests} files, {last.weight / SECOND:.1f} kB"
        )
        if "far away" not in name:
            parts.verdict(f"first paint on a slow phone, {name}, s", parts.median([one.first for one in loads]) / SECOND, 1, at_most=True)


if __name__ == "__main__":
    main()
