"""Pages, fragments and replies are sent compressed; what is streamed is not, nor what another
encoded.

What is compressed tells by its length how much of it repeats. Who can make a reader's browser ask
for pages that repeat a guess, and sees how long they are, could so find out what else is on them
(BREACH). Three things stand against that: a request that another site started gets its reply as
it is, each form's token is masked anew, and each reply is longer by a random number of bytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

Handler = Callable[[HttpRequest], HttpResponseBase]

LEAST_BYTES = 200
PADDING_BYTES = 100
QUALITY = 5
"""Of brotli: smaller than gzip's usual level, and sooner; docs/scaling.md has the figures."""

TYPES = ("text/", "application/json", "image/svg+xml")
OF_ITS_OWN = (None, "none", "same-origin")
"""`Sec-Fetch-Site` of requests by the site itself or by the reader; old browsers send none."""


def compressed_pages(get_response: Handler) -> Handler:
    """By the best way that the browser knows."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and _is_worth_it(response):
            patch_vary_headers(response, ("Accept-Encoding",))
            if request.headers.get("Sec-Fetch-Site") in OF_ITS_OWN:
                _compress(response, _coding(request.headers.get("Accept-Encoding", "")))
        return response

    return respond


def _is_worth_it(response: HttpResponse) -> bool:
    return (
        not response.has_header("Content-Encoding")
        and response.headers.get("Content-Type", "").startswith(TYPES)
        and len(response.content) >= LEAST_BYTES
    )


def _coding(accepted: str) -> str:
    """Of what is accepted, the one to use; "" if none is known here."""
    wanted = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if weight.strip("0.") or not weight:
            wanted.add(name)
    return next((coding for coding in WAYS if coding in wanted), "")


def _compress(response: HttpResponse, coding: str) -> None:
    if not coding:
        return
    packed = WAYS[coding](response.content)
    if len(packed) >= len(response.content):
        return
    response.content = packed
    response.headers["Content-Encoding"] = coding
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(packed))
    if (etag := response.headers.get("ETag", "")).startswith('"'):
        response.headers["ETag"] = f"W/{etag}"


def with_brotli(text: bytes) -> bytes:
    compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=QUALITY)
    padding = skipped(1 + secrets.randbelow(PADDING_BYTES))
    return bytes(compressor.process(text) + compressor.flush() + padding + compressor.finish())


def skipped(length: int) -> bytes:
    """A metadata block of RFC 7932, 9.2: readers skip its bytes, of which it has 1 to 256.

    From the lowest bit: not the last block, no nibbles of length, reserved, one byte for the
    length less one, that byte; then zeros to the next boundary of bytes.
    """
    header = 0b0 | 0b11 << 1 | 0b0 << 3 | 0b01 << 4 | (length - 1) << 6
    return header.to_bytes(2, "little") + bytes(length)


def with_gzip(text: bytes) -> bytes:
    return compress_string(text, max_random_bytes=PADDING_BYTES)


WAYS = {"br": with_brotli, "gzip": with_gzip}
"""The best first."""
