"""A file as the JSON files in it: it is one, or a zip with some in it, which nobody trusts.

A zip's own list says how many files there are and how large: it is measured before it is read, and
a file that becomes larger than it says is an error of the zip. Names are never used on this disk.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from conversations.languages.texts import lazy_text
from conversations.transfer.opening.bounds import Bounds, Unreadable

END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64 = struct.Struct("<4sLQL")
LONGEST_COMMENT = 65_535
BYTES_A_MEMBER = 256
"""Of a zip's list, on average."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1
SMALL = 1024 * 1024
"""Bytes that a file may become from whatever few."""

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError),
    *(ValueError, LookupError, struct.error, RuntimeError),
)
"""What the library raises over a zip that is not what it says, depending on where it lies."""
DAMAGED = lazy_text("The zip is damaged: download it again.")
MANY = lazy_text("The zip holds more than %(most)s files.")
LARGE = lazy_text("The zip would become more than %(most)s MB.")
BOMB = lazy_text("A file in the zip would become more than %(most)s times as large as it is there.")
PATH = lazy_text("A file in the zip has a path that leads outside of it: %(name)s.")
LINK = lazy_text("The zip holds a link, which no export does: %(name)s.")
LOCKED = lazy_text("The zip has a password: unpack it, and choose the JSON file in it.")
PACKED = lazy_text("The zip holds another zip: unpack it, and choose that.")
METHOD = lazy_text(
    "The zip is packed in a way that is not read here: unpack it, and pack it again."
)
NO_JSON = lazy_text("The zip holds no JSON file.")


class Member(NamedTuple):
    """A JSON file; `size` in bytes as it is read."""

    name: str
    size: int


class ArchiveFile:
    """One that is open: its members in order, each to be read once or more."""

    def __init__(self, file: IO[bytes], size: int, bounds: Bounds) -> None:
        self._file = file
        self._zip = _opened(file, size, bounds) if zipfile.is_zipfile(file) else None
        if self._zip is None:
            self.members = [Member("", size)]
            return
        found = [each for each in self._zip.infolist() if not each.is_dir()]
        _refuse_hostile(found, bounds)
        members = [Member(each.filename, each.file_size) for each in found if _is_json(each)]
        if not members:
            nested = any(each.filename.lower().endswith(".zip") for each in found)
            raise Unreadable(str(PACKED if nested else NO_JSON))
        self.members = sorted(members, key=lambda each: _natural(each.name))

    @contextmanager
    def other(self, name: str, most: int) -> Iterator[IO[bytes]]:
        """A file that is no JSON, of at most so many bytes. Raises Unreadable."""
        try:
            about = self._zip.getinfo(name) if self._zip else None
        except KeyError:
            about = None
        if about is None or about.flag_bits & ENCRYPTED or about.compress_type not in METHODS:
            raise Unreadable(str(DAMAGED))
        if about.file_size > most:
            raise Unreadable(LARGE % {"most": f"{most // 2**20:,}"})
        with self.open(Member(name, about.file_size)) as file:
            yield file

    @contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """Raises Unreadable where the zip is not what its list says."""
        if self._zip is None:
            self._file.seek(0)
            yield self._file
            return
        with self._begun(member) as file:
            try:
                yield file
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as trouble:
                raise Unreadable(str(DAMAGED)) from trouble

    def _begun(self, member: Member) -> IO[bytes]:
        assert self._zip is not None
        try:
            return self._zip.open(member.name)
        except BROKEN as trouble:
            raise Unreadable(str(DAMAGED)) from trouble


def _opened(file: IO[bytes], size: int, bounds: Bounds) -> zipfile.ZipFile:
    """Its list is read whole by the library, so the length of that is looked at before."""
    count, length = _list_of(file, size)
    if count > bounds.members or length > bounds.members * BYTES_A_MEMBER:
        raise Unreadable(MANY % {"most": f"{bounds.members:,}"})
    try:
        return zipfile.ZipFile(file)
    except BROKEN as trouble:
        raise Unreadable(str(DAMAGED)) from trouble


def _list_of(file: IO[bytes], size: int) -> tuple[int, int]:
    """How many entries a zip's list has, and how many bytes, as its end says."""
    start = max(0, size - END.size - LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise Unreadable(str(DAMAGED))
    _, _, _, _, count, length, _, _ = END.unpack_from(tail, at)
    if count != 0xFFFF and length != 0xFFFFFFFF:
        return count, length
    locator = start + at - LOCATOR_64.size
    if locator < 0:
        raise Unreadable(str(DAMAGED))
    file.seek(locator)
    signature, _, place, _ = LOCATOR_64.unpack(file.read(LOCATOR_64.size))
    if signature != b"PK\x06\x07" or place > size - END_64.size:
        return count, length
    file.seek(place)
    *_, count, length, _ = END_64.unpack(file.read(END_64.size))
    return count, length


def _refuse_hostile(members: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if sum(each.file_size for each in members) > bounds.unpacked:
        raise Unreadable(LARGE % {"most": f"{bounds.unpacked // 2**20:,}"})
    for each in members:
        name = each.filename[:100]
        if _escapes(each.filename):
            raise Unreadable(PATH % {"name": name})
        if stat.S_ISLNK(each.external_attr >> 16):
            raise Unreadable(LINK % {"name": name})
        if each.file_size > max(SMALL, each.compress_size * bounds.ratio):
            raise Unreadable(BOMB % {"most": bounds.ratio})
        if _is_json(each) and each.flag_bits & ENCRYPTED:
            raise Unreadable(str(LOCKED))
        if _is_json(each) and each.compress_type not in METHODS:
            raise Unreadable(str(METHOD))


def _escapes(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or bool(re.match("[A-Za-z]:", name))


def _is_json(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith(".json")


def _natural(name: str) -> list[tuple[int, str]]:
    """So that part 10 comes after part 9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]
