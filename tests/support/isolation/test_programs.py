"""SIGINT reaches the programs of tests, also when the tests themselves ignore it."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator

import pytest

from tests.support.site import Program

WAITS = "import time; print('here', flush=True); time.sleep(60)"


@pytest.fixture
def ignored() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("shell", [False, True], ids=["a program", "what a program starts"])
def test_a_program_hears_sigint_that_its_tests_ignore(ignored: None, shell: bool) -> None:
    own = [sys.executable, "-c", WAITS]
    program = Program(["sh", "-c", '"$@"; exit $?', "sh", *own] if shell else own, os.environ)
    try:
        program.wait_for_line(re.compile("here"))
        os.killpg(program.process.pid, signal.SIGINT)
        assert program.wait() != 0
        assert "KeyboardInterrupt" in program.rest()
    finally:
        program.end()
