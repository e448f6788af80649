"""What a process, or the whole machine, has used, from `/proc`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    pid: int

    def cpu_seconds(self) -> float:
        """User and system time of all its threads."""
        fields = _stat(self.pid)
        return (int(fields[11]) + int(fields[12])) / TICKS

    def family_cpu_seconds(self) -> float:
        """Of itself and its children, those too that have ended."""
        ended = sum(map(int, _stat(self.pid)[13:15])) / TICKS
        return self.cpu_seconds() + ended + sum(child.cpu_seconds() for child in self._children())

    def kilobytes(self) -> int:
        """Resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1])

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def files(self) -> list[str]:
        """What its open file descriptors lead to."""
        found = []
        for descriptor in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                found.append(str(descriptor.readlink()))
        return sorted(found)

    def _children(self) -> Iterator[Process]:
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if int(_stat(int(folder.name))[1]) == self.pid:
                    yield Process(int(folder.name))


def busy_seconds() -> float:
    """What all cores together have done, whoever asked for it."""
    first = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _waiting, *interrupts = map(int, first[:8])
    return (user + nice + system + sum(interrupts)) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields after the name: the first is the state, the second the parent."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
