"""The script that `make run` and `make test` start with, tried with Pythons that are stand-ins."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

TOOLS = ("sh", "cat", "cmp", "cp", "dirname", "mkdir", "chmod")
# Answers the script as a Python of that version would; logs every other command.
PYTHON = """#!/bin/sh
case "$*" in
*platform*) echo {version}; exit ;;
*find_spec*) exit {unfit} ;;
"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python; exit ;;
*sys.executable*) echo "$0 {version}"; exit ;;
*--version*) exit {without_pip} ;;
"-c ") exit ;;
esac
echo "$*" >>"{log}"
exit {install_fails}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout without an environment, and a PATH with only a few tools."""
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci/setup", checkout / ".ci/setup")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (checkout / lock).write_text(f"{lock} 1\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return checkout


def put_python(folder: Path, name: str, version: str, **answers: int) -> None:
    said = {"unfit": 0, "without_pip": 0, "install_fails": 0} | answers
    path = folder.parent / "bin" / name
    path.write_text(PYTHON.format(version=version, log=folder.parent / "log", **said))
    path.chmod(0o755)


def set_up(folder: Path, lock: str = "requirements.lock") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", ".ci/setup", lock],
        cwd=folder,
        env={"PATH": str(folder.parent / "bin")},
        capture_output=True,
        text=True,
        timeout=30,
    )


def installs(folder: Path) -> list[str]:
    log = folder.parent / "log"
    return log.read_text().splitlines() if log.exists() else []


def test_without_a_python_one_line_says_what_to_install(folder: Path) -> None:
    done = set_up(folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11, 3.12, 3.13 or 3.14 with pip (no Python found)" in done.stderr


def test_a_python_that_is_too_old_is_named(folder: Path) -> None:
    put_python(folder, "python3", "3.10.13", unfit=1)
    done = set_up(folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "(python3 is 3.10.13)" in done.stderr
    assert not (folder / ".venv").exists()


def test_a_machine_with_nothing_but_python_3_14_is_served(folder: Path) -> None:
    """As Ubuntu 26.04 is."""
    put_python(folder, "python3", "3.14.2")
    done = set_up(folder)
    assert done.returncode == 0
    assert "python3 3.14.2" in done.stderr


def test_a_python_of_the_right_version_without_pip_is_named_so(folder: Path) -> None:
    """A real Python, as Debian ships it: without pip, and without what installs it."""
    bare = folder.parent / "bin" / "python3"
    hidden = "import sys; sys.modules['ensurepip'] = None"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S -c "{hidden}\n$2"\n')
    bare.chmod(0o755)
    done = set_up(folder)
    assert done.returncode == 1
    assert f"(python3 is {platform.python_version()} without pip)" in done.stderr
    assert "apt install python3 python3-pip" in done.stderr


def test_a_fit_python_is_found_after_an_unfit_one(folder: Path) -> None:
    put_python(folder, "python3.13", "3.13.0", unfit=1)
    put_python(folder, "python3", "3.12.1")
    assert set_up(folder).returncode == 0
    (install,) = installs(folder)
    assert "--require-hashes -r requirements.lock" in install


def test_packages_are_installed_once_and_again_when_the_lock_changes(folder: Path) -> None:
    put_python(folder, "python3", "3.12.1")
    assert [set_up(folder).returncode for _ in range(3)] == [0, 0, 0]
    assert len(installs(folder)) == 1
    (folder / "requirements.lock").write_text("requirements.lock 2\n")
    assert [set_up(folder).returncode for _ in range(2)] == [0, 0]
    assert len(installs(folder)) == 2


def test_the_developers_packages_serve_a_run_too(folder: Path) -> None:
    put_python(folder, "python3", "3.12.1")
    assert set_up(folder, "requirements-dev.lock").returncode == 0
    assert set_up(folder, "requirements.lock").returncode == 0
    assert len(installs(folder)) == 1


def test_a_failed_installation_is_tried_again_by_the_next_start(folder: Path) -> None:
    put_python(folder, "python3", "3.12.1", install_fails=1)
    done = set_up(folder)
    assert done.returncode == 1
    assert "requirements.lock could not be installed" in done.stderr
    assert set_up(folder).returncode == 1
    assert len(installs(folder)) == 2
