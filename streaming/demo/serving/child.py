"""The demo upstream as a child of the site: a process of its own that ends with its parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ANNOUNCED = "Demo upstream on "


class DemoDied(Exception):
    """The demo upstream ended before it printed its address."""


class DemoChild:
    """Started at once, so that it starts while the site does; `url` waits for it."""

    def __init__(self, manage: Path) -> None:
        # A session of its own: Ctrl-C reaches only the site, which first closes its sockets.
        # It ends when the pipe to its stdin does, however this process ends.
        self._process = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, str(manage), "demo_upstream", "--exit-with-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def url(self) -> str:
        """Its address; raises DemoDied."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(ANNOUNCED):
            raise DemoDied
        return line.removeprefix(ANNOUNCED).strip()

    def end(self) -> None:
        self._process.terminate()
        self._process.communicate()
