"""Static files as the site serves them: hashed, compressed, and one for the many of a page.

An entry is a file in `static/pages/` that only imports others. A browser could follow its imports,
and does so where nothing was collected. `collectstatic` joins them instead, in the same order: a
page then needs one request for its style sheets and one or two for its scripts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chatsite.delivery.shortening import shorter_script, shorter_style_sheet

ENTRIES = "pages/"

Sources = Mapping[str, tuple[Storage, str]]
"""The storage and the path from which each file is collected."""

COMMENT = re.compile(r"/\*.*?\*/|^//.*?$", re.DOTALL | re.MULTILINE)
IMPORT = re.compile(r'@?import "(?P<path>[^"]+)"(?: (?P<media>[\w() :-]+))?;')
ADDRESS = re.compile(r"""url\(["']?(?P<address>(?![#/]|[a-z]+:)[^"')]+)["']?\)""")
OF_A_GRAPH = re.compile(r"^\s*(?:import|export)\b|\bimport(?:\.meta|\s*\()", re.MULTILINE)

MODULE = "try {{\n{source}\n}} catch (error) {{\n  reportError(error);\n}}\n"
"""A module among others: its names stay its own, and an error in it ends none of the others."""


class JoiningStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Joins the entries, then does with all files what WhiteNoise does."""

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        joined: Sources = {}
        if not dry_run:
            joined = {path: self._join(path, paths) for path in paths if path.startswith(ENTRIES)}
        yield from super().post_process({**paths, **joined}, dry_run=dry_run, **options)

    def _join(self, entry: str, sources: Sources) -> tuple[Storage, str]:
        def read(path: str) -> str:
            if path not in sources:
                raise ImproperlyConfigured(f"{entry} imports {path}, which does not exist.")
            storage, place = sources[path]
            with storage.open(place) as file:
                return str(file.read().decode("utf-8"))

        Path(self.path(entry)).write_text(join(entry, read), "utf-8")
        return self, entry


def join(entry: str, read: Callable[[str], str]) -> str:
    """All that an entry imports, as one file in the place of the entry."""
    source = COMMENT.sub("", read(entry))
    if leftover := IMPORT.sub("", source).strip():
        raise ImproperlyConfigured(f"{entry} may import files and nothing else: {leftover[:80]}")
    put = _style_sheet if entry.endswith(".css") else _module
    folder = posixpath.dirname(entry)
    parts = []
    for found in IMPORT.finditer(source):
        path = posixpath.normpath(posixpath.join(folder, found["path"]))
        parts.append(put(path, folder, found["media"], read(path)))
    return "".join(parts)


def _module(path: str, folder: str, media: str | None, source: str) -> str:
    if OF_A_GRAPH.search(source):
        raise ImproperlyConfigured(f"{path} is joined with others, so it cannot import or export.")
    return MODULE.format(source=shorter_script(source))


def _style_sheet(path: str, folder: str, media: str | None, source: str) -> str:
    """With its addresses, which count from its own folder, counted from that of the entry."""

    def moved(found: re.Match[str]) -> str:
        address = posixpath.join(posixpath.dirname(path), found["address"])
        return f'url("{posixpath.relpath(address, folder)}")'

    rules = shorter_style_sheet(ADDRESS.sub(moved, COMMENT.sub("", source)))
    return f"@media {media} {{\n{rules}\n}}\n" if media else f"{rules}\n"
