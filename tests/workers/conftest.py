"""The worker's modules read their settings when they are imported."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.conftest import SETTINGS
from trygghet import embedded


@pytest.fixture(scope="session")
def timetable() -> Any:
    """`workers.timetable`, with a queue that nobody listens to."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "DATABASE_URL": "postgresql://unused/unused",
            "REDIS_URL": f"redis://127.0.0.1:{embedded.free_port()}/0",
            "SECRET_KEY": "x" * 40,
            "ENVIRONMENT_ID": SETTINGS.environment,
            "EXAMPLE": "0",
        }.items():
            patch.setenv(name, value)
        return importlib.import_module("workers.timetable")
