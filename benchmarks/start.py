"""How long a newcomer waits: `python benchmarks/start.py`. Cold is without any data, warm with what the last start left.

Seconds from the command to the first page, and from Ctrl-C and from a kill -9 until the last process is gone. Nothing else
should run meanwhile.
"""

from __future__ import annotations

import signal
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.server.product import Product, alive, below, open_folder, status, until

ROUNDS = 5


def first_page(var: Path) -> tuple[Product, float]:
    """Starts, and waits for the sign-in page."""
    product = Product(var)
    until(lambda: "Trygghet är igång" in product.text, 60)
    until(lambda: status(f"{product.address}/logga-in") == 200, 60)
    return product, time.monotonic() - product.started


def gone(product: Product, number: signal.Signals) -> float:
    """Seconds from the signal until none of them is left."""
    product.wait_until_it_runs()
    children = below(product.process.pid)
    began = time.monotonic()
    product.process.send_signal(number)
    product.process.wait()
    until(lambda: not any(alive(pid) for pid in children), 30)
    product.end()
    return time.monotonic() - began


def main() -> None:
    """Every round begins without data."""
    found: dict[str, list[float]] = {"cold start": [], "Ctrl-C": [], "warm start": [], "kill -9": []}
    for _ in range(ROUNDS):
        with open_folder() as var:
            product, seconds = first_page(var)
            found["cold start"].append(seconds)
            found["Ctrl-C"].append(gone(product, signal.SIGINT))
            product, seconds = first_page(var)
            found["warm start"].append(seconds)
            found["kill -9"].append(gone(product, signal.SIGKILL))
    for name, seconds in found.items():
        print(f"{name:<11} median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
