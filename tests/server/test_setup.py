"""Setting up says in one sentence what the machine lacks, and does nothing when there is nothing to do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from trygghet.settings import ROOT

OLD = """#!/bin/sh
case "$1" in -V) echo "Python 3.9.2" ;; *) exit 1 ;; esac
"""
WITHOUT_VENV = """#!/bin/sh
case "$2" in
    *version_info\\ \\<*) exit 0 ;;
    *print*) echo 3.11 ;;
    *) exit 1 ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As much of a clone as setting up reads."""
    (tmp_path / ".ci").mkdir()
    for name in (".ci/setup", "Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def program(path: Path, text: str) -> Path:
    """A script of ours in the stead of a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def set_up(folder: Path, python: Path) -> subprocess.CompletedProcess[str]:
    """`.ci/setup` on a machine whose only Python is this."""
    return subprocess.run(
        ["sh", ".ci/setup", "requirements.lock"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        (OLD, "Trygghet behöver Python 3.11 eller senare, men"),
        (WITHOUT_VENV, "Python 3.11 saknar venv och pip. Installera paketet, till exempel: apt install python3.11-venv"),
    ],
)
def test_what_python_lacks_is_one_sentence_that_names_the_package(folder: Path, python: str, sentence: str) -> None:
    answer = set_up(folder, program(folder / "python-here", python))
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not (folder / ".venv").exists()


def test_without_any_python_the_package_is_named(folder: Path) -> None:
    answer = set_up(folder, Path("/finns/inte"))
    assert answer.returncode == 1
    assert answer.stderr == "Trygghet behöver Python 3.11 eller senare. Installera det, till exempel: apt install python3 python3-venv\n"


def test_a_venv_that_holds_the_lock_is_left_alone(folder: Path) -> None:
    for name in ("trygghet", "python"):
        program(folder / ".venv" / "bin" / name, "#!/bin/sh\nexit 0\n")
    (folder / ".venv" / "requirements.lock.done").write_text(f"{folder}\n{(folder / 'requirements.lock').read_text()}")
    answer = set_up(folder, Path("/finns/inte"))
    assert (answer.returncode, answer.stderr) == (0, "")
    (folder / "requirements.lock").write_text("changed==1\n")
    assert set_up(folder, Path("/finns/inte")).returncode == 1
