"""Files as people add them, made here byte by byte: pictures and PDFs, whole and hostile."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN = (200, 30, 30), (30, 160, 60)


def picture(width: int = 60, height: int = 40, colour: Any = RED, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def saved(image: Image.Image, as_what: str = "PNG", **options: Any) -> bytes:
    if as_what == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    file = BytesIO()
    image.save(file, as_what, **options)
    return file.getvalue()


def png(width: int = 60, height: int = 40) -> bytes:
    return saved(picture(width, height))


def moving(as_what: str, frames: int = 3, width: int = 30) -> bytes:
    first, *others = [picture(width, 20, (40 * (at % 6), 0, 0)) for at in range(frames)]
    options = {"save_all": True, "append_images": others, "duration": 80, "loop": 0}
    return saved(first, as_what, **options)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of very few bytes whose head promises so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def pdf(*pages: str) -> bytes:
    """A PDF with a page of each of these texts."""
    return pdf_of([f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode("latin-1") for text in pages])


def pdf_of(contents: list[bytes], compressed: bool = False) -> bytes:
    """A PDF whose pages are drawn by these."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(contents), b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(contents)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * at)
        )
        how = b"/Filter /FlateDecode " if compressed else b""
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (how, len(content), content))
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail


def locked_pdf(password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Nobody reads this."))))
    writer.encrypt(password)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()
