"""`manage.py demo_upstream` starts, says where it is, and ends when it should."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests import ROOT
from tests.support.isolation.programs import that_hears_sigint

STREAM = {"model": "demo-slow", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address; killed at the end if it still runs."""
    with subprocess.Popen(
        that_hears_sigint([sys.executable, "manage.py", "demo_upstream", *arguments]),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            yield process, expects_address(process.stdout.readline())
        finally:
            process.kill()


def expects_address(line: str) -> str:
    announced = re.fullmatch(r"Demo upstream on (http://127\.0\.0\.1:\d+)\n", line)
    assert announced, line
    return announced[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_cleanly_in_the_middle_of_an_answer(number: int) -> None:
    with running() as (process, url):
        answer = httpx.stream("POST", f"{url}/v1/chat/completions", json=STREAM, trust_env=False)
        with answer as response:
            next(response.iter_bytes())
            process.send_signal(number)
            assert process.wait(timeout=5) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()


def test_it_ends_with_its_stdin_when_told_so() -> None:
    with running("--exit-with-stdin") as (process, url):
        assert httpx.get(f"{url}/v1/models", trust_env=False).status_code == 200
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=5) == 0


def test_it_logs_a_hang_up_on_stderr() -> None:
    with running("--speed", "50") as (process, url):
        answer = httpx.stream("POST", f"{url}/v1/chat/completions", json=STREAM, trust_env=False)
        with answer as response:
            next(response.iter_bytes())
        assert process.stderr
        assert re.search(r"demo-slow: client hung up after \d+ deltas", process.stderr.readline())


def test_a_taken_port_is_said_in_one_line() -> None:
    with running() as (_, url):
        second = subprocess.run(
            [sys.executable, "manage.py", "demo_upstream", "--port", url.rsplit(":", 1)[1]],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
        )
    assert second.returncode == 1
    assert "cannot be used" in second.stderr
    assert "Traceback" not in second.stderr
