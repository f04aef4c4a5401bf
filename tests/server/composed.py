"""compose.yaml without a container engine: its own commands, environment and health checks, as processes on this machine.

Only addresses and the places of files are put in the stead of the containers', and a worker that has been killed is missed
after `LEASE` seconds instead of two minutes, so that a test of that need not wait for longer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trygghet import embedded
from trygghet.running import Program
from trygghet.settings import ROOT

LEASE = 15


def interpolated(value: str) -> str:
    """As compose reads it: ${NAME:-otherwise} with nothing set, and $$ for a dollar."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value).replace("$$", "$")


@dataclass
class Composed:
    """The file, read, and where its containers' names lead on this machine."""

    home: Path
    services: dict[str, Any] = field(default_factory=lambda: yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])
    ports: dict[str, int] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)

    def make_secrets(self) -> None:
        """By the Makefile's own recipe, in a folder of ours."""
        subprocess.run(["make", "--silent", "--file", str(ROOT / "Makefile"), "secrets"], cwd=self.home, check=True)

    def substitute_secrets(self) -> None:
        """The addresses in them lead here."""
        for path in (self.home / "secrets").iterdir():
            path.write_text(self._address(path.read_text()))

    def secret(self, name: str) -> str:
        """What one of the files holds."""
        return (self.home / "secrets" / name).read_text()

    def _address(self, text: str) -> str:
        for name, port in self.ports.items():
            text = text.replace(name, f"127.0.0.1:{port}")
        return (
            text.replace("/run/secrets/", f"{self.home}/secrets/")
            .replace("/var/lib/trygghet", f"{self.home}/var")
            .replace("dir /data", f"dir {self.home}")
        )

    def environment(self, service: str, port: int | None = None) -> dict[str, str]:
        """What the file gives the service, and the way to our programs; nothing of this machine's own."""
        given = {name: self._address(interpolated(str(value))) for name, value in self.services[service]["environment"].items()}
        here = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "LEASE_SECONDS": str(LEASE)}
        if "INBOUND_PORT" in given:
            here |= {"INBOUND_HOST": "127.0.0.1", "INBOUND_PORT": str(self.ports[f"inbound:{given['INBOUND_PORT']}"])}
        return (
            {**given, **here}
            | ({"PGPORT": str(self.ports["postgres:5432"])} if service == "postgres" else {})
            | ({"PORT": str(port)} if port else {})
        )

    def command(self, words: list[str], port: int | None = None) -> list[str]:
        """The file's own words, where a number or a name stands for an address put right."""
        found = []
        for word in map(interpolated, words):
            here = self._address(word).replace("0.0.0.0", "127.0.0.1")
            here = (
                here.replace("'catcher'", "'127.0.0.1'")
                .replace("8025", str(self.ports["catcher:8025"]))
                .replace("8026", str(self.ports["catcher:8026"]))
            )
            here = re.sub(r"\b2525\b", str(self.ports["inbound:2525"]), here)
            found.append(re.sub(r"\b8000\b", str(port), here) if port else here)
        return found

    def start(self, service: str, number: int = 1, *, port: int | None = None) -> Program:
        """One of the service's containers."""
        program = Program(
            f"{service}-{number}",
            self.command(self.services[service]["command"], port),
            self.environment(service, port),
            self.home / f"{service}-{number}.log",
        )
        program.command[0] = str(Path(sys.executable).with_name(program.command[0]))
        program.start()
        self.programs[program.name] = program
        return program

    def once(self, service: str) -> subprocess.CompletedProcess[str]:
        """A container that runs and ends."""
        return subprocess.run(
            self.command(self.services[service]["command"]), env=self.environment(service), cwd=ROOT, capture_output=True, text=True, check=False
        )

    def health(self, service: str, *, port: int | None = None, path: str = "") -> subprocess.CompletedProcess[str]:
        """The service's health check, run where the container's would be."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        command = self.command(words, port)
        environ = self.environment(service, port) if "environment" in self.services[service] else {"PATH": os.defpath}
        environ["PATH"] = f"{path}:{environ['PATH']}"
        return subprocess.run(
            command if kind == "CMD" else ["sh", "-c", *command], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def stop(self) -> None:
        """Whatever still runs."""
        for program in self.programs.values():
            program.stop()


def replicas(service: dict[str, Any]) -> int:
    """How many the file asks for."""
    return int(service.get("deploy", {}).get("replicas", 1))


def choose_ports(composed: Composed) -> None:
    """A free one for every address between containers."""
    for name in ("postgres:5432", "valkey:6379", "catcher:8025", "catcher:8026", "inbound:2525", "web:8000"):
        composed.ports[name] = embedded.free_port()
