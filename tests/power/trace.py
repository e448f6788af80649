"""What a process did to its files and sockets, in order, as strace saw it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services.support.servers import program

CALLS = (
    "openat,creat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,"
    "unlink,unlinkat,rename,renameat,renameat2,link,linkat,sendto,sendmsg"
)
LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)")
RESULT = re.compile(r"(.*?),? *\) += (-?\d+|\?)")
UNFINISHED = " <unfinished ...>"
PLACE = re.compile(r"(?:\d+|AT_FDCWD)<(.*)>")


@dataclass(slots=True)
class Call:
    """One system call; `began` and `ended` are numbers of lines. What never ended has no result."""

    name: str
    arguments: list[str]
    began: int
    ended: int = -1
    result: int = -1

    def text(self, number: int) -> bytes:
        """An argument that is a string."""
        return _bytes(self.arguments[number].strip('"'))

    def number(self, number: int) -> int:
        return int(self.arguments[number])

    def path(self, number: int) -> str:
        """An argument that is a file name; one that is a descriptor, by the file's name."""
        if found := PLACE.fullmatch(self.arguments[number]):
            return _bytes(found[1]).decode()
        return self.text(number).decode()


def tracing(log: Path) -> list[str]:
    """What comes before a command that is to be traced; raises Missing."""
    every_byte = ["-xx", "-s", "100000000"]
    quickly = ["-f", "--seccomp-bpf", "-qq"]
    return [program("strace"), *quickly, "-y", *every_byte, "-o", str(log), "-e", f"trace={CALLS}"]


def read(log: Path) -> list[Call]:
    """In the order in which they began."""
    calls: list[Call] = []
    waiting: dict[str, Call] = {}
    for number, (thread, resumed, name, rest) in enumerate(_lines(log)):
        if not resumed:
            call = Call(name, [], number)
            calls.append(call)
        else:
            call = waiting.pop(thread)
        if rest.endswith(UNFINISHED):
            waiting[thread] = call
            call.arguments = rest.removesuffix(UNFINISHED).rstrip(", ").split(", ")
        elif done := RESULT.match(rest):
            call.arguments += done[1].lstrip(", ").split(", ") if done[1].strip(", ") else []
            if done[2] != "?":
                call.ended, call.result = number, int(done[2])
        else:  # the line at which the log itself was cut
            return [each for each in calls if each is not call]
    return calls


def _lines(log: Path) -> Iterator[tuple[str, str, str, str]]:
    with log.open() as lines:
        for line in lines:
            if found := LINE.match(line.rstrip("\n")):
                yield found[1], found[2], found[3], found[4]


def _bytes(said: str) -> bytes:
    """Every byte is written as \\x and two digits; what is no file has its plain name."""
    if said.startswith("\\x"):
        return bytes.fromhex(said.replace("\\x", ""))
    return said.encode()
