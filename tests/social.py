"""A social server of somebody else's making (mastodon_mock), over real HTTP."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.outside.wire import Wire
from trygghet import embedded

__all__ = ["TOKEN", "Social", "Wire"]

TOKEN = "mock_token"


class Social:
    """The server in a process of its own, empty at the start."""

    def __init__(self, home: Path | None = None) -> None:
        """`home`: it keeps what it is told on the disk there, and can die and come back."""
        self.port = embedded.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._keeps = ["--in-memory"]
        if home is not None:
            config = home / "social.toml"
            config.write_text(f'[database]\npath = "{home / "social.db"}"\n')
            self._keeps = ["--config", str(config)]
        self._start()
        self._client = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False)

    def _start(self) -> None:
        program = Path(sys.executable).with_name("mastodon_mock")
        self._process = subprocess.Popen(
            [program, "serve", *self._keeps, "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - it only asks the kernel for a signal
        )

    def die(self) -> None:
        """Kill -9, and started again at once with what it had kept."""
        self._process.kill()
        self._process.wait()
        self._start()

    def wait(self) -> Social:
        """Until it answers."""
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(httpx.TransportError):
                if self._client.get("/api/v1/instance").status_code == 200:
                    return self
            assert time.monotonic() < deadline, "the social server did not start"
            time.sleep(0.05)

    def posts(self) -> list[dict[str, Any]]:
        """What the account has posted, newest first."""
        me = self._client.get("/api/v1/accounts/verify_credentials").json()["id"]
        found: list[dict[str, Any]] = self._client.get(f"/api/v1/accounts/{me}/statuses", params={"limit": 40}).json()
        return found

    def reset(self) -> None:
        """Nobody has posted anything."""
        self._client.post("/api/v1/_mock/reset").raise_for_status()

    def post(self, text: str) -> None:
        """As somebody at the keyboard."""
        self._client.post("/api/v1/statuses", json={"status": text}).raise_for_status()

    def fault(self, *, path: str = "/api/v1/statuses", method: str = "POST", count: int = 1, **effect: Any) -> None:
        """The next so many requests there are answered like this."""
        self._client.post(
            "/api/v1/_mock/faults", json={"match": {"methods": [method], "path": path}, "effect": effect, "count": count}
        ).raise_for_status()

    def stop(self) -> None:
        """Stops it."""
        self._client.close()
        self._process.terminate()
        self._process.wait(10)
