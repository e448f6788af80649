"""Catalogues of texts: read and written as `.po`, compiled into memory."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "catalogues"
LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")')
MAGIC = 0x950412DE

HEAD = {
    "sw": (
        "Language: sw\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    )
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A text and its translation: two of them where it has a plural. Empty: not yet translated."""

    text: str
    plural: str = ""
    context: str = ""
    translations: tuple[str, ...] = ("",)
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.text, self.context


Catalogue = Mapping[tuple[str, str], Entry]


def paths() -> list[Path]:
    """One file a language, which is its name."""
    return sorted(FOLDER.glob("*.po"))


def read(path: Path) -> Catalogue:
    """All entries but the head."""
    entries = (_entry(block) for block in path.read_text("utf-8").split("\n\n"))
    return {entry.key: entry for entry in entries if entry.text}


def _entry(block: str) -> Entry:
    fields: dict[str, str] = {}
    places: list[str] = []
    field = ""
    for line in block.splitlines():
        if line.startswith("#: "):
            places += line[3:].split()
        elif found := LINE.fullmatch(line):
            field = found[1] or field
            fields[field] = fields.get(field, "") + str(ast.literal_eval(found[2]))
    translations = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
    return Entry(
        fields.get("msgid", ""),
        fields.get("msgid_plural", ""),
        fields.get("msgctxt", ""),
        translations or ("",),
        tuple(places),
    )


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Sorted, so that two people who add texts seldom change the same lines."""
    blocks = [_block(entry) for entry in sorted(entries, key=lambda entry: entry.key)]
    head = "\n".join(_field("msgstr", HEAD[path.stem]))
    path.write_text("\n\n".join([f'msgid ""\n{head}', *blocks]) + "\n", "utf-8")


def _block(entry: Entry) -> str:
    lines = [f"#: {place}" for place in sorted(set(entry.places))]
    if entry.context:
        lines += _field("msgctxt", entry.context)
    lines += _field("msgid", entry.text)
    if entry.plural:
        lines += _field("msgid_plural", entry.plural)
        for number, text in enumerate(entry.translations):
            lines += _field(f"msgstr[{number}]", text)
    else:
        lines += _field("msgstr", entry.translations[0])
    return "\n".join(lines)


def _field(name: str, text: str) -> Iterator[str]:
    first, *rest = text.splitlines(keepends=True) or [""]
    if rest:
        first, rest = "", [first, *rest]
    yield f"{name} {_quoted(first)}"
    yield from map(_quoted, rest)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(catalogue: Catalogue) -> GNUTranslations:
    """What gettext looks texts up in; those not yet translated are left out."""
    texts = {"": HEAD["sw"]}
    for entry in catalogue.values():
        if all(entry.translations):
            key = f"{entry.context}\4{entry.text}" if entry.context else entry.text
            key = f"{key}\0{entry.plural}" if entry.plural else key
            texts[key] = "\0".join(entry.translations)
    return GNUTranslations(BytesIO(_mo(texts)))


def _mo(texts: Mapping[str, str]) -> bytes:
    """The binary form: two tables of lengths and places, then all texts, sorted."""
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    tables = 28
    place = tables + 16 * len(pairs)
    numbers: list[int] = []
    pool = b""
    for column in (0, 1):
        for pair in pairs:
            numbers += [len(pair[column]), place + len(pool)]
            pool += pair[column] + b"\0"
    head = (MAGIC, 0, len(pairs), tables, tables + 8 * len(pairs), 0, 0)
    return struct.pack(f"<7I{len(numbers)}I", *head, *numbers) + pool
