"""Files that mean no good: what is in each, and how much it would cost to believe it."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Mapping

from tests.support.archives.examples import BOUNDS, tides, zipped

GOOD = {"conversations.json": [tides()]}


def with_link() -> bytes:
    made = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("passwords.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def with_members(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.json", b"[]")
    return made.getvalue()


def lying_about_members() -> bytes:
    """Its end says that it holds one, and it holds many."""
    data = bytearray(with_members(BOUNDS.members * 8))
    end = data.rfind(b"PK\x05\x06")
    data[end + 8 : end + 12] = b"\x01\x00\x01\x00"
    return bytes(data)


def lying_about_size() -> bytes:
    """A file becomes larger than the list says."""
    data = bytearray(zipped({"conversations.json": [tides()] * 50}))
    for sign, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(sign)
        data[start + at : start + at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped(GOOD))
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = data.find(sign)
        data[start + at] |= 1
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(zipped({"conversations.json": [tides()] * 50}))
    middle = len(data) // 2
    data[middle : middle + 20] = b"x" * 20
    return bytes(data)


def nested_lists(depth: int) -> bytes:
    return json.dumps([1]).encode().replace(b"1", b"[" * depth + b"]" * depth)


FILES: Mapping[str, tuple[bytes, str]] = {
    "outside": (zipped({**GOOD, "../../evil.json": []}), "outside of it"),
    "absolute": (zipped({**GOOD, "/etc/evil.json": []}), "outside of it"),
    "drive": (zipped({**GOOD, "C:\\evil.json": []}), "outside of it"),
    "backslashes": (zipped({**GOOD, "..\\evil.json": []}), "outside of it"),
    "link": (with_link(), "a link"),
    "members": (with_members(BOUNDS.members + 1), "more than 1,000 files"),
    "members that it denies": (lying_about_members(), "more than 1,000 files"),
    "bomb": (zipped({**GOOD, "a.json": b" " * 3_000_000}), "more than 200 times"),
    "sizes": (lying_about_size(), "damaged"),
    "encrypted": (encrypted(), "password"),
    "damaged": (damaged(), "damaged"),
    "nested": (zipped({"a.zip": zipped(GOOD)}), "another zip"),
    "no end": (zipped(GOOD)[:-30], "damaged"),
    "text without end": (b'["' + b"x" * (BOUNDS.element + 300_000) + b'"]', "longer than 4 MB"),
    "number without end": (b"[" + b"1" * 100_000 + b"]", "is no JSON"),
    "not UTF-8": (b'["\xff\xfe"]', "is no JSON"),
    "nothing": (b"", "is no JSON"),
    "null": (b"null", "No conversation was found"),
}
"""By name: the file, and words of the sentence that refuses it."""
