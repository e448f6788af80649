"""What is taken of the files that people add, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conversations.files.reading import Reading, read
from conversations.files.reading.names import cleaned
from tests.support import sample_files as made

Take = Callable[[str, bytes], Reading]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    def take(name: str, data: bytes) -> Reading:
        (tmp_path / "came").write_bytes(data)
        folder = tmp_path / "folder"
        folder.mkdir(exist_ok=True)
        return read(tmp_path / "came", name, folder)

    return take


PICTURES = (
    ("a.png", "PNG", "a.png", "image/png"),
    ("a.jpeg", "JPEG", "a.jpeg", "image/jpeg"),
    ("a.webp", "WEBP", "a.webp", "image/webp"),
    ("a.gif", "GIF", "a.png", "image/png"),  # it does not move
    ("IMG_1.HEIC", "HEIF", "IMG_1.jpg", "image/jpeg"),
    ("page.html", "PNG", "page.png", "image/png"),  # the content says what it is
)


@pytest.mark.parametrize(("name", "as_what", "kept", "media_type"), PICTURES)
def test_a_picture_is_told_by_its_content_and_drawn_anew(
    take: Take, name: str, as_what: str, kept: str, media_type: str
) -> None:
    data = made.saved(made.picture(), as_what)
    reading = take(name, data)
    assert (reading.kind, reading.name, reading.media_type) == ("image", kept, media_type)
    assert (reading.width, reading.height) == (60, 40)
    assert reading.size == reading.path.stat().st_size
    assert reading.text is None
    with Image.open(reading.path) as image:
        assert Image.MIME[str(image.format)] == media_type
        assert image.convert("RGB").getpixel((30, 20)) == pytest.approx(made.RED, abs=12)
    assert reading.thumbnail is not None
    with Image.open(reading.thumbnail) as image:
        assert image.format == "WEBP"


@pytest.mark.parametrize("as_what", ["JPEG", "HEIF", "WEBP", "PNG"])
def test_metadata_are_gone_and_the_orientation_is_applied(take: Take, as_what: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = "at home"
    turned = made.picture()
    options: dict[str, Any] = {"exif": exif.tobytes(), "xmp": b"<x>at home</x>"}
    if as_what == "HEIF":  # it says so in another place, as phones do
        turned.info["exif"] = options.pop("exif")
    reading = take("a", made.saved(turned, as_what, **options))
    assert (reading.width, reading.height) == (40, 60)
    assert b"at home" not in reading.path.read_bytes()
    with Image.open(reading.path) as image:
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile"} & image.info.keys()


@pytest.mark.parametrize("as_what", ["GIF", "WEBP"])
def test_an_animation_is_kept_within_bounds(take: Take, as_what: str, settings: Any) -> None:
    reading = take("a", made.moving(as_what))
    with Image.open(reading.path) as image:
        assert getattr(image, "n_frames", 1) == 3
        assert (image.format, image.info.get("loop")) == (as_what, 0)
    settings.IMAGE_FRAMES = 2
    with Image.open(take("a", made.moving(as_what)).path) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_other_kinds_of_pixels_are_kept_as_they_look(take: Take, mode: str) -> None:
    light = {"1": 1, "LA": (255, 255), "RGBA": (255, 255, 255, 255), "I;16": 65535}.get(mode, 255)
    reading = take("a", made.saved(made.picture(colour=light, mode=mode)))
    with Image.open(reading.path) as image:
        expected = {"P": None}.get(mode, (255, 255, 255))
        assert expected in (None, image.convert("RGB").getpixel((5, 5)))


def test_a_transparent_picture_stays_so(take: Take) -> None:
    reading = take("a", made.saved(made.picture(colour=(255, 0, 0, 0), mode="RGBA")))
    with Image.open(reading.path) as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_colours_of_print_become_those_of_the_web(take: Take) -> None:
    reading = take("a.jpg", made.saved(made.picture(colour=(0, 255, 255, 0), mode="CMYK"), "JPEG"))
    with Image.open(reading.path) as image:
        assert image.mode == "RGB"
        assert image.getpixel((5, 5)) == pytest.approx((254, 0, 0), abs=25)


def test_a_large_picture_is_made_smaller(take: Take, settings: Any) -> None:
    settings.IMAGE_EDGE = 100
    reading = take("a.png", made.png(400, 200))
    assert (reading.width, reading.height) == (100, 50)
    settings.IMAGE_EDGE, settings.IMAGE_BYTES = 3072, 20_000
    noise = made.saved(Image.effect_noise((300, 300), 90))
    reading = take("a.png", noise)
    assert reading.size <= 20_000 < len(noise)
    assert reading.media_type == "image/jpeg"


TEXTS = (
    ("notes.md", "# Notes\n\nKaribu — 你好".encode(), "text/markdown"),
    ("rows.csv", b"a,b\r\n1,2\r\n", "text/csv"),
    ("main.py", b"print('hello')\n", "text/plain"),
    ("page.html", b"<p>One</p><script>alert(1)</script>", "text/plain"),
    ("bom.txt", b"\xef\xbb\xbfmarked", "text/plain"),
    ("wide.txt", "Grüße".encode("utf-16"), "text/plain"),
    ("wide.txt", "Without a mark".encode("utf-16-le"), "text/plain"),
    ("west.txt", "Grüße, 5 €".encode("cp1252"), "text/plain"),
)


@pytest.mark.parametrize(("name", "data", "media_type"), TEXTS)
def test_a_text_is_whatever_decodes_as_one(
    take: Take, name: str, data: bytes, media_type: str
) -> None:
    reading = take(name, data)
    assert (reading.kind, reading.name, reading.media_type) == ("document", name, media_type)
    assert reading.text is not None
    text = reading.text.read_text("utf-8")
    assert len(text) == reading.characters
    assert any(
        word in text for word in ("Karibu", "1,2\n", "hello", "One", "marked", "Grüße", "Wi")
    )
    assert "\r" not in text
    assert "\ufeff" not in text
    assert reading.path.read_bytes() == data
    assert reading.thumbnail is None


def test_the_text_of_a_pdf_is_told_page_by_page(take: Take) -> None:
    data = made.pdf("First page", "Second page")
    reading = take("paper", data)
    assert (reading.name, reading.media_type) == ("paper.pdf", "application/pdf")
    assert reading.pages == 2
    assert reading.text is not None
    assert reading.text.read_text("utf-8") == "First page\n\f\nSecond page"
    assert reading.path.read_bytes() == data


NAMES = (
    ("../../etc/passwd", "passwd"),
    ("C:\\docs\\a.txt", "a.txt"),
    ("pa\u202egnp.txt", "pa gnp.txt"),
    ("a\r\nb\x00.txt", "a b .txt"),
    ("", "File"),
    ("..", "File"),
    ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ('a"<b>.txt', "ab.txt"),
)


@pytest.mark.parametrize(("name", "kept"), NAMES)
def test_a_name_is_made_harmless(name: str, kept: str) -> None:
    assert cleaned(name, "text/plain") == kept
