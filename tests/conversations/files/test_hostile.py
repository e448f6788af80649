"""Files that were made to do harm: a clear sentence, bounded memory and time."""

from __future__ import annotations

import resource
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conversations.files.reading import Refused, read
from tests.support import sample_files as made

SVG = b"<?xml version='1.0'?><!-- a --><svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "only spaces": (lambda: b" \n ", "empty"),
    "a drawing": (lambda: SVG, "SVG is not taken"),
    "a drawing with a mark": (lambda: b"\xef\xbb\xbf\n" + SVG, "SVG is not taken"),
    "a drawing with a name space": (lambda: b"<s:SVG xmlns:s='x'/>", "SVG is not taken"),
    "an endless comment": (lambda: b"<!--" * 200_000 + b"\x01", "neither a picture"),
    "a program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(99), "neither a picture"),
    "a film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(99), "neither a picture"),
    "an archive": (lambda: b"PK\x03\x04" + bytes(99), "Archives are not taken"),
    "a Word file": (lambda: b"PK\x03\x04..[Content_Types].xml", "Save it as PDF"),
    "a bitmap": (lambda: made.saved(made.picture(), "BMP"), "PNG, JPEG, WebP"),
    "a TIFF": (lambda: made.saved(made.picture(), "TIFF"), "PNG, JPEG, WebP"),
    "an AVIF": (lambda: b"\0\0\0\x18ftypavif" + bytes(99), "PNG, JPEG, WebP"),
    "PostScript in a JPEG": (lambda: b"\xff\xd8\xff%!PS-Adobe-3.0 EPSF-3.0\n", "broken"),
    "a bomb of pixels": (lambda: made.png_that_claims(60_000, 60_000), "million pixels"),
    "a smaller bomb": (lambda: made.png_that_claims(8000, 8000), "million pixels"),
    "promised pixels that do not come": (lambda: made.png_that_claims(7000, 7000), "broken"),
    "half a picture": (lambda: made.saved(made.picture(900, 900), "JPEG")[:3000], "broken"),
    "a picture of no size": (lambda: made.png_that_claims(0, 0), "broken"),
    "a broken HEIC": (lambda: made.saved(made.picture(), "HEIF")[:200], "broken"),
    "a broken PDF": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20, "PDF is broken"),
    "half a PDF": (lambda: made.pdf("One", "Two")[:150], "PDF is broken"),
    "a PDF under a password": (lambda: made.locked_pdf("secret"), "password"),
    "a scan": (lambda: made.pdf_of([b"0 0 m 9 9 l S"]), "has no text"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_taken_says_why(tmp_path: Path, what: str) -> None:
    make, sentence = HOSTILE[what]
    assert sentence in refused(tmp_path, make())
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_gigabyte_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    with (tmp_path / "came").open("wb") as file:
        file.truncate(1024**3)
    began = time.monotonic()
    with pytest.raises(Refused, match="has 1,024 MB; 20 MB are the most"):
        read(tmp_path / "came", "film.txt", tmp_path)
    assert time.monotonic() - began < 1


def test_a_stream_that_unpacks_into_gigabytes_ends_within_bounds(
    tmp_path: Path, settings: Any
) -> None:
    settings.READING_CPU_SECONDS, settings.READING_SECONDS = 4, 20
    settings.READING_MEMORY = 300 * 1024**2
    packer = zlib.compressobj(1)
    bomb = b"".join(packer.compress(bytes(2**24)) for _ in range(30)) + packer.flush()
    assert refused(tmp_path, made.pdf_of([bomb], compressed=True))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 700 * 1024  # KB


@pytest.mark.parametrize("limit", ["READING_CPU_SECONDS", "READING_SECONDS"])
def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, settings: Any, limit: str) -> None:
    setattr(settings, limit, 1)
    many = [b"BT /F1 12 Tf " + b"(word) Tj " * 20_000 + b"ET"] * 60
    began = time.monotonic()
    assert "too much time or memory" in refused(tmp_path, made.pdf_of(many))
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("data", [made.png(2500, 2500)])
def test_a_picture_that_needs_more_memory_than_there_is_is_given_up(
    tmp_path: Path, settings: Any, data: bytes
) -> None:
    settings.READING_MEMORY = 60 * 1024**2
    assert "too much time or memory" in refused(tmp_path, data)


def test_too_many_pages_and_characters_are_said(tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENT_PAGES, settings.DOCUMENT_CHARACTERS = 2, 10
    assert "has 3 pages; 2 are the most" in refused(tmp_path, made.pdf("a", "b", "c"))
    assert "more than 10 characters" in refused(tmp_path, made.pdf("many words in it"))
    assert "more than 10 characters" in refused(tmp_path, b"many words in it")


POLYGLOTS = (b"<script>alert(1)</script>", b"PK\x03\x04 a zip, too", b"%PDF-1.4 a PDF, too")


@pytest.mark.parametrize("rider", POLYGLOTS)
@pytest.mark.parametrize("as_what", ["PNG", "JPEG", "GIF", "WEBP"])
def test_nothing_that_rode_on_a_picture_is_kept(tmp_path: Path, as_what: str, rider: bytes) -> None:
    (tmp_path / "came").write_bytes(made.saved(made.picture(), as_what) + rider)
    reading = read(tmp_path / "came", "a.html", tmp_path)
    assert rider not in reading.path.read_bytes()
    assert reading.name.rpartition(".")[2] in ("png", "jpg", "webp")


def test_only_the_decoder_of_what_it_is_is_asked(tmp_path: Path) -> None:
    """A GIF is not handed to the decoder of PNG because its name says so, nor to one more."""
    (tmp_path / "came").write_bytes(b"GIF89a" + made.png())
    with pytest.raises(Refused, match="broken"):
        read(tmp_path / "came", "a.png", tmp_path)


def test_the_process_knows_nothing_of_ours(tmp_path: Path) -> None:
    from conversations.files.reading import process

    assert set(process.ENVIRONMENT) == {"MALLOC_ARENA_MAX", "LC_ALL"}
    assert Image.MAX_IMAGE_PIXELS  # and what it sets is set in that process alone


def refused(tmp_path: Path, data: bytes) -> str:
    (tmp_path / "came").write_bytes(data)
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    with pytest.raises(Refused) as refusal:
        read(tmp_path / "came", "a.bin", folder)
    return refusal.value.sentence
