"""Goals P1-P5 of residents' pages, their weight, and the first page inside: the product on one core, wrk on the other, targets in turn.

The product is as it is shipped: `uvicorn`, its memory, and `deploy/nginx.conf` before it, on the example's data and by the real clock. Needs nginx, wrk and
taskset. A page that is not kept is asked for under another host's name, for which memory never answers; everything else is the same.
P3 and half of P5 stand beside a WordPress on the same core, where this machine has one (`wordpress.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import httpx
import parts
import wordpress

from trygghet import embedded, running, settings
from trygghet.example import story

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
SECONDS, CONNECTIONS = 1, 16
SLOW, FEW = 4, 4
"""The same for WordPress, which would be in its first second still, and makes no more than four pages at a time."""
PAGE = "/almhult"
KINDS = {"page": PAGE, "feed": f"{PAGE}/flode.atom", "card": f"{PAGE}/kort"}
ELSEWHERE = "elsewhere.example.org"
NOT_KEPT = "the page not kept"
ANEW = "inside: overview, made each time"
"""As while somebody commits all the time, so that nothing that was made before is true for certain."""
BARE = """
BODY = open({path!r}, "rb").read()
HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(BODY))]
async def app(scope, receive, send):
    await send({{"type": "http.response.start", "status": 200, "headers": HEADERS}})
    await send({{"type": "http.response.body", "body": BODY}})
"""
Found = dict[str, list[float]]
"""By target, a figure for each round."""


def wrk(url: str, *headers: str, connections: int = CONNECTIONS, seconds: int = SECONDS) -> tuple[float, float]:
    """Answers a second, and the median wait in milliseconds. Raises `AssertionError` where one was an error."""
    named = [one for header in headers for one in ("-H", header)]
    said = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *named, url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Non-2xx" not in said, said
    number, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]  # type: ignore[index]


@contextlib.contextmanager
def nginx(home: Path, product: str, port: int, static: int) -> Iterator[None]:
    """The shipped configuration on a port of ours, and beside it the same bytes as files."""
    host = product.removeprefix("http://")
    ours = (parts.HERE.parent / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for told, here in (
        ("127.0.0.1:8000", host),
        ("    server 127.0.0.1:8001;\n", ""),
        ("/var/cache/nginx/trygghet", f"{home}/cache"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("lofte.example.org;", "127.0.0.1;"),
        ("Host $http_host", f"Host {host}"),
    ):
        ours = ours.replace(told, here, 1)
    temporary = "".join(f"{kind}_temp_path {home}/t-{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    files = f"server {{ listen 127.0.0.1:{static}; root {home}/files; default_type text/html; access_log off; open_file_cache max=100; }}"
    (home / "nginx.conf").write_text(
        f"daemon off; user root; worker_processes 1; pid {home}/pid; error_log {home}/error.log; events {{ worker_connections 512; }}"
        f" http {{ sendfile on; tcp_nopush on; keepalive_requests 1000000; {temporary}\n{ours}\n{files} }}"
    )
    found = shutil.which("nginx") or "/usr/sbin/nginx"
    with parts.program(["taskset", "-c", "0", found, "-c", home / "nginx.conf", "-e", home / "error.log"]):
        time.sleep(0.5)
        yield


@contextlib.contextmanager
def uvicorn(where: str, port: int, environ: dict[str, str], *more: str) -> Iterator[str]:
    """One process on the first core."""
    command = ["taskset", "-c", "0", BIN / "uvicorn", where, "--port", port, "--no-access-log", "--log-level", "warning", *more]
    with parts.program(command, environ, log=Path(environ.get("LOG", os.devnull))):
        parts.until(lambda: _answers(port), 60, 0.1)
        yield f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code in {200, 404}
    return False


def signed_in(address: str) -> str:
    """The cookie of the example's coordinator."""
    with httpx.Client(base_url=address) as browser:
        page = browser.get("/logga-in").text
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
        who = next(one.email for one in _people() if one.organisation.startswith("Älmhult") and one.role.name == "COORDINATOR")
        browser.post("/logga-in", data={"epost": who, "email": who, "losenord": story.PASSWORD, "password": story.PASSWORD, "_csrf_token": token})
        return "Cookie: " + "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def _people() -> list:  # type: ignore[type-arg]
    from trygghet.example import actions

    return list(actions.people())


def weigh(address: str) -> None:
    """Everything that a browser fetches for a page, as it is sent to one that takes br, and gzip."""
    with httpx.Client(base_url=address) as browser:
        for path in ("/", PAGE, re.search(rf"{PAGE}/loften/[0-9a-f-]+", browser.get(PAGE).text)[0]):  # type: ignore[index]
            sums = {}
            for how in ("br", "gzip"):
                page = browser.get(path, headers={"Accept-Encoding": how})
                more = set(re.findall(r'<(?:link rel="(?:stylesheet|icon)" href|script src|img src)="([^"]+)"', page.text))
                sums[how] = sum(int(browser.get(one, headers={"Accept-Encoding": how}).headers["content-length"]) for one in {path, *more})
            parts.say(f"  {path[:40]:<40} {sums['br'] / 1000:5.1f} kB br, {sums['gzip'] / 1000:5.1f} kB gzip, {len(more) + 1} requests")
            parts.verdict("weight of the page with everything, kB", sums["gzip"] / 1000, 60, at_most=True)


async def _empty(servers: parts.Servers) -> str:
    admin = await asyncpg.connect(servers.postgresql)
    await admin.execute("CREATE DATABASE pages")
    await admin.close()
    return servers.postgresql.removesuffix("trygghet") + "pages"


@contextlib.contextmanager
def product(servers: parts.Servers) -> Iterator[str]:
    """The example's data, and the product on it by the real clock, with its database on the same core."""
    port = embedded.free_port()
    environ = {
        **parts.product(database_url=asyncio.run(_empty(servers)), redis_url=servers.valkey),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ENVIRONMENT_ID": settings.EXAMPLE_ENVIRONMENT,
        "LOG": str(servers.home / "web.log"),
    }
    example = settings.load({**environ, "EXAMPLE": "1", "VAR_DIR": str(servers.home), "SMTP_URL": "", "KOLADA_URL": ""})
    asyncio.run(running.prepare(example))
    for line in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"postgres" in (line / "cmdline").read_bytes() and str(servers.home).encode() in (line / "cmdline").read_bytes():
                os.sched_setaffinity(int(line.name), {0})
    with uvicorn("trygghet.app:create_app", port, environ, "--factory", "--host", "127.0.0.1") as address:
        yield address


@contextlib.contextmanager
def committing(url: str) -> Iterator[None]:
    """Meanwhile an empty transaction is committed each millisecond."""
    over = threading.Event()

    async def commit() -> None:
        link = await asyncpg.connect(url)
        while not over.is_set():
            await link.execute("SELECT pg_current_xact_id()")
            await asyncio.sleep(0.001)
        await link.close()

    thread = threading.Thread(target=lambda: asyncio.run(commit()))
    thread.start()
    yield
    over.set()
    thread.join()


def main() -> None:
    """Each round visits every target once."""
    asked = parts.options(__doc__ or "")
    with parts.servers() as servers, product(servers) as address:
        plain, before, files = (embedded.free_port() for _ in range(3))
        (servers.home / "files").mkdir()
        for name, path in KINDS.items():
            kept = servers.home / "files" / f"{name}.html"
            kept.write_bytes(httpx.get(address + path, headers={"Accept-Encoding": "identity"}).raise_for_status().content)
            kept.chmod(0o644)
        (servers.home / "bare.py").write_text(BARE.format(path=str(servers.home / "files" / "page.html")))
        with (
            nginx(servers.home, address, before, files),
            uvicorn("bare:app", plain, {}, "--app-dir", str(servers.home)) as bare,
            wordpress.running(servers.home / "wordpress", (servers.home / "files" / "page.html").read_text()) as peers,
        ):
            measure(asked.rounds, servers.postgresql, address, f"http://127.0.0.1:{before}", f"http://127.0.0.1:{files}", bare, peers)
        weigh(address)


def measure(rounds: int, database: str, product: str, cache: str, files: str, bare: str, peers: dict[str, str]) -> None:
    """P1-P5 and the first page inside."""
    targets = _targets(product, cache, files, bare, peers)
    rates: Found = {name: [] for name in targets}
    waits: Found = {name: [] for name in targets}
    for turn in range(rounds + 1):
        for name, (url, *headers) in targets.items():
            seconds = SLOW if name in peers else SECONDS
            with committing(database) if name == ANEW else contextlib.nullcontext():
                rate, _ = wrk(url, *headers, connections=FEW if name in peers else CONNECTIONS, seconds=seconds)
                _, wait = wrk(url, *headers, connections=1, seconds=seconds) if turn else (0, 0)
            if turn:
                rates[name].append(rate)
                waits[name].append(wait)
    for name in targets:
        parts.say(f"  {name:<36} {parts.spread(rates[name]):>24}/s   {parts.spread(waits[name], '.2f'):>20} ms alone")
    judge(rates, waits, list(peers))


def _targets(product: str, cache: str, files: str, bare: str, peers: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """What is asked for, and with which headers."""
    etag = httpx.get(product + PAGE, headers={"Accept-Encoding": "identity"}).headers["etag"]
    cookie = signed_in(product)
    return {
        **{f"nginx, the {name} as a file": (f"{files}/{name}.html",) for name in KINDS},
        **{f"nginx with our cache, {name}": (cache + path,) for name, path in KINDS.items()},
        "bare ASGI reply": (bare,),
        **{f"the product's memory, {name}": (product + path,) for name, path in KINDS.items()},
        "304 from memory": (product + PAGE, f"If-None-Match: {etag}"),
        NOT_KEPT: (product + PAGE, f"Host: {ELSEWHERE}"),
        "inside: overview": (f"{product}/oversikt", cookie),
        ANEW: (f"{product}/oversikt", cookie),
        "inside: a page with one query": (f"{product}/inloggningar", cookie),
        **{name: (address,) for name, address in peers.items()},
    }


def judge(rates: Found, waits: Found, peers: list[str]) -> None:
    """Each goal by the ratios of its rounds. The first of the peers has the default theme."""
    for kind in KINDS:
        still = rates[f"nginx, the {kind} as a file"]
        parts.verdict(f"P1 {kind} through the shipped cache, x nginx static", parts.times(rates[f"nginx with our cache, {kind}"], still), 0.8)
        parts.verdict(f"P2 {kind} from the product's memory, x nginx static", parts.times(rates[f"the product's memory, {kind}"], still), 0.2)
    parts.verdict("P2 the same, x a bare ASGI reply", parts.times(rates["the product's memory, page"], rates["bare ASGI reply"]), 0.75)
    for name, goal in zip(peers, (20, 12), strict=False):
        parts.verdict(f"P3 the page not kept, x {name}", parts.times(rates[NOT_KEPT], rates[name]), goal)
    for name in peers[:1]:
        parts.verdict(f"P5 alone, {name}, x the page not kept", parts.times(waits[name], waits[NOT_KEPT]), 15)
    parts.verdict("P4 304, x the page not kept", parts.times(rates["304 from memory"], rates[NOT_KEPT]), 10)
    parts.verdict("P5 kept, alone, x nginx", parts.times(waits["the product's memory, page"], waits["nginx, the page as a file"]), 3, at_most=True)
    for name in ("inside: overview", ANEW):
        parts.verdict(f"T1 {name}, x a page with one query", parts.times(rates[name], rates["inside: a page with one query"]), 0.7)


if __name__ == "__main__":
    main()
