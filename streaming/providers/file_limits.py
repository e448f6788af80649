"""What providers take of files, by their address, as data; and how many tokens a file has there.

Sources, read in November 2026: platform.claude.com/docs/en/build-with-claude/vision and
/pdf-support (5 MB a picture in base64, 8000 pixels, 2000 where there are more than 20, made smaller
to 1568; 32 MB a request, 100 pages; width x height / 750 tokens), developers.openai.com
/api/docs/guides/images-vision and /pdf-files (made smaller to 2048, then 768 of the shorter edge;
85 tokens and 170 for each tile of 512; 50 MB a request), ai.google.dev/gemini-api/docs
/image-understanding (258 tokens for each tile of 768; 20 MB a request), docs.naga.ac
/api-reference/endpoints/chat/completions (a `file` part). All else is taken as a server that
follows OpenAI. Numbers of tokens are estimates: models of one provider differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal
from urllib.parse import urlsplit

from streaming.providers.config import ProviderConfig

MB = 1024 * 1024
CHARACTERS_A_TOKEN = 4


def _by_area(width: int, height: int) -> int:
    width, height = fitted(width, height, 1568)
    return min(ceil(width * height / 750), 1600)


def _by_tiles(width: int, height: int) -> int:
    width, height = fitted(width, height, 2048)
    if min(width, height) > 768:
        scale = 768 / min(width, height)
        width, height = round(width * scale), round(height * scale)
    return 85 + 170 * ceil(width / 512) * ceil(height / 512)


def _by_large_tiles(width: int, height: int) -> int:
    if max(width, height) <= 384:
        return 258
    return 258 * ceil(width / 768) * ceil(height / 768)


@dataclass(frozen=True, slots=True)
class FileLimits:
    """`edge`: pixels of a picture's longer edge. `image_bytes` of a picture and `request_bytes` of
    all files of a request are counted before base64 adds a third. A PDF of at most `pdf_pages` goes
    as it is, where that many are not 0, and each page has `page_tokens` besides its text.
    """

    edge: int = 2048
    image_bytes: int = 4 * MB
    request_bytes: int = 20 * MB
    pdf_pages: int = 0
    page_tokens: int = 0
    tokens: Callable[[int, int], int] = _by_tiles


_ANTHROPIC = FileLimits(
    edge=1568,
    image_bytes=15 * MB // 4,
    tokens=_by_area,
    pdf_pages=100,
    page_tokens=1600,
)
_OPENAI = FileLimits(request_bytes=36 * MB, pdf_pages=100, page_tokens=765)

# The first entry whose host ends so holds.
_LIMITS = (
    ("api.anthropic.com", _ANTHROPIC),
    ("api.openai.com", _OPENAI),
    ("api.naga.ac", FileLimits(pdf_pages=100, page_tokens=765)),
    (
        "generativelanguage.googleapis.com",
        FileLimits(edge=3072, request_bytes=14 * MB, tokens=_by_large_tiles),
    ),
)
_CLAUDE_ELSEWHERE = FileLimits(edge=1568, image_bytes=15 * MB // 4, tokens=_by_area)
_WITH_PDF = ("chat", "responses", "messages")


def limits(config: ProviderConfig) -> FileLimits:
    """The option `pdf` says that a server takes PDFs as they are, or that it does not."""
    found = _known(config)
    takes_pdf = config.options.get("pdf", bool(found.pdf_pages) or config.demo)
    pages = (found.pdf_pages or _ANTHROPIC.pdf_pages) if takes_pdf else 0
    return FileLimits(
        found.edge,
        found.image_bytes,
        found.request_bytes,
        pages if config.format in _WITH_PDF else 0,
        found.page_tokens,
        found.tokens,
    )


def _known(config: ProviderConfig) -> FileLimits:
    host = f".{urlsplit(config.base_url).hostname or ''}"
    for ending, known in _LIMITS:
        if host.endswith(f".{ending}"):
            return known
    return _CLAUDE_ELSEWHERE if config.format == "messages" else FileLimits()


def fitted(width: int, height: int, edge: int) -> tuple[int, int]:
    """The size of a picture that was made smaller to this longer edge, if it is larger."""
    longest = max(width, height)
    if longest <= edge:
        return width, height
    return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))


def tokens(
    config: ProviderConfig | None,
    kind: Literal["image", "document"] | str,
    *,
    width: int = 0,
    height: int = 0,
    characters: int = 0,
    pages: int = 0,
) -> int:
    """About how many tokens a file has for this provider; None: one of which nothing is known."""
    known = limits(config) if config is not None else FileLimits()
    if kind == "image":
        return known.tokens(*fitted(width, height, known.edge))
    seen = pages * known.page_tokens if pages <= known.pdf_pages else 0
    return ceil(characters / CHARACTERS_A_TOKEN) + seen
