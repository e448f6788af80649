"""A disk that keeps what was flushed to it, and of all else what chance leaves.

A write counts once a flush of its file that began after it has ended; a name counts once its
folder was flushed so. That is less than real file systems keep.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.power.trace import Call

SECTOR = 512


@dataclass(slots=True, eq=False)
class Change:
    """Bytes that were written at an offset; with no bytes, the length to which a file was cut."""

    offset: int
    data: bytes | None

    def apply(self, content: bytearray, chance: Random | None = None) -> None:
        """With `chance`, only some of the sectors reach the disk."""
        if self.data is None:
            del content[self.offset :]
            content.extend(bytes(self.offset - len(content)))
            return
        end = self.offset + len(self.data)
        content.extend(bytes(max(0, end - len(content))))
        for start in range(0, len(self.data), SECTOR):
            if chance is None or chance.random() < 0.5:
                piece = self.data[start : start + SECTOR]
                content[self.offset + start : self.offset + start + len(piece)] = piece


@dataclass(slots=True, eq=False)
class Inode:
    flushed: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)
    size: int = 0


Naming = tuple[str, Inode | None]


class Disk:
    """Files of one folder. Calls are told as they begin and as they end."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, Inode] = {}
        self._flushed_names: dict[str, Inode] = {}
        self._pending_names: list[Naming] = []
        self._under_way: dict[int, tuple[Inode, Change]] = {}
        self._flushing: dict[int, tuple[list[Change], list[Naming]]] = {}

    def begin(self, call: Call) -> None:
        match call.name:
            case "fsync" | "fdatasync" if self._is_ours(call.path(0)):
                flushed = self._names.get(call.path(0))
                self._flushing[id(call)] = (
                    list(flushed.pending) if flushed else [],
                    list(self._pending_names) if call.path(0) == self._folder else [],
                )
            case "pwrite64" | "write" if self._is_ours(call.path(0)):
                written = self._names[call.path(0)]
                offset = call.number(3) if call.name == "pwrite64" else written.size
                self._under_way[id(call)] = (written, Change(offset, call.text(1)))

    def end(self, call: Call) -> None:
        if call.result < 0:
            self._under_way.pop(id(call), None)
            return
        match call.name:
            case "fsync" | "fdatasync" if id(call) in self._flushing:
                self._flush(call)
            case "pwrite64" | "write" if id(call) in self._under_way:
                inode, change = self._under_way.pop(id(call))
                assert change.data is not None
                change.data = change.data[: call.result]
                inode.pending.append(change)
                inode.size = max(inode.size, change.offset + call.result)
            case "ftruncate" if cut := self._names.get(call.path(0)):
                cut.pending.append(Change(call.number(1), None))
                cut.size = call.number(1)
            case "writev" | "pwritev" | "sendmsg" | "linkat" | "renameat" | "renameat2" | "creat":
                assert not self._is_ours(call.path(0)), f"{call.name} is not followed"
            case "openat" | "unlink" | "unlinkat" | "link" | "rename":
                self._rename(call)

    def flushed(self) -> dict[str, bytes]:
        """The files by their names, as flushes alone left them."""
        return {name: bytes(inode.flushed) for name, inode in self._flushed_names.items()}

    def torn(self, chance: Random) -> dict[str, bytes]:
        """The same, with some of what was not flushed: names up to a moment, sectors by chance."""
        names = dict(self._flushed_names)
        for name, inode in self._pending_names[: chance.randint(0, len(self._pending_names))]:
            _name(names, name, inode)
        return {name: self._torn(inode, chance) for name, inode in names.items()}

    def _torn(self, inode: Inode, chance: Random) -> bytes:
        content = bytearray(inode.flushed)
        begun = [change for held, change in self._under_way.values() if held is inode]
        for change in [*inode.pending, *begun]:
            if (fate := chance.random()) < 0.7:
                change.apply(content, None if fate < 0.4 else chance)
        return bytes(content)

    def _flush(self, call: Call) -> None:
        changes, names = self._flushing.pop(id(call))
        if inode := self._names.get(call.path(0)):
            for change in changes:
                if change in inode.pending:
                    change.apply(inode.flushed)
                    inode.pending.remove(change)
        for naming in names:
            if naming in self._pending_names:
                _name(self._flushed_names, *naming)
                self._pending_names.remove(naming)

    def _rename(self, call: Call) -> None:
        where = 1 if call.name in ("openat", "unlinkat") else 0
        path = call.path(where)
        if not self._is_ours(path):
            return
        if call.name == "openat":
            if path not in self._names and "O_CREAT" in call.arguments[2]:
                self._change(path, Inode())
            return
        inode = self._names[path]
        if call.name in ("link", "rename"):
            self._change(call.path(1), inode)
        if call.name != "link":
            self._change(path, None)

    def _change(self, path: str, inode: Inode | None) -> None:
        _name(self._names, path, inode)
        self._pending_names.append((path, inode))

    def _is_ours(self, path: str) -> bool:
        """What lies in the folder itself, but what SQLite makes anew whenever it opens a file."""
        folder, _, name = path.rpartition("/")
        return path == self._folder or (folder == self._folder and not name.endswith("-shm"))


def _name(names: dict[str, Inode], name: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode
