"""The files behind a picture, and whether they are those of which it was taken."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests import ROOT

TEMPLATES, PAGES = ROOT / "templates", ROOT / "static/pages"
IMAGES = ROOT / "docs/images"
TAKEN = IMAGES / "taken.json"
"""Of each picture: the hash of the files that it shows, from when it was taken."""

NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
IMPORTED = re.compile(r"""@import\s+["']([^"']+)["']""")
ENTRY = re.compile(r"""{%\s*static\s+["'](pages/\w+\.css)["']""")


def behind(templates: Iterable[str]) -> list[Path]:
    """These templates and all that they include, with the style sheets of their pages."""
    found: set[Path] = set()
    ahead = [TEMPLATES / template for template in templates]
    while ahead:
        path = ahead.pop()
        if path not in found:
            found.add(path)
            ahead += _named(path)
    return sorted(found)


def _named(path: Path) -> Iterator[Path]:
    text = path.read_text("utf-8")
    if path.suffix == ".css":
        yield from ((path.parent / name).resolve() for name in IMPORTED.findall(text))
        return
    yield from (TEMPLATES / name for name in NAMED.findall(text))
    yield from (ROOT / "static" / name for name in ENTRY.findall(text))


def digest(templates: Iterable[str]) -> str:
    """One hash of the files behind a picture, by their names and what they hold."""
    whole = hashlib.sha256()
    for path in behind(templates):
        held = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(ROOT)} {held}\n".encode())
    return whole.hexdigest()


def to_take(pictures: Mapping[str, Iterable[str]]) -> list[str]:
    """The pictures that are missing, or older than a file behind them."""
    taken = read_taken()
    return [
        name
        for name, templates in pictures.items()
        if taken.get(name) != digest(templates) or not (IMAGES / f"{name}.png").exists()
    ]


def read_taken() -> dict[str, str]:
    if not TAKEN.exists():
        return {}
    taken: dict[str, str] = json.loads(TAKEN.read_text("utf-8"))
    return taken


def note_taken(hashes: Mapping[str, str]) -> None:
    TAKEN.write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n", "utf-8")
