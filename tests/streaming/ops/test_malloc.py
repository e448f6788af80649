"""How many heaps the C library makes for threads."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

THREADS = 12
COUNT = """
import ctypes, sys, threading
from streaming.ops.malloc import limit_arenas

if sys.argv[2] == "shared":
    limit_arenas()
together = threading.Barrier(int(sys.argv[1]))

def work():
    together.wait()
    kept = [b"x" * 4000 for _ in range(50)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(together.parties)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def heaps(way: str) -> int:
    command = [sys.executable, "-c", COUNT, str(THREADS), way]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="other C libraries have no such heaps"
)
def test_threads_share_two_heaps() -> None:
    assert heaps("as they come") > 2
    assert heaps("shared") == 2
