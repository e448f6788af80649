"""Programs that a test sends SIGINT: they have to hear it, wherever the tests were started from.

A shell that starts something in the background lets it ignore SIGINT, and so do all that it starts.
"""

from __future__ import annotations

import signal
import sys

LISTEN = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def that_hears_sigint(command: list[str]) -> list[str]:
    """The command, as a process of the same number that handles SIGINT as it does by default."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        return command
    return [sys.executable, "-I", "-S", "-c", LISTEN, *command]
