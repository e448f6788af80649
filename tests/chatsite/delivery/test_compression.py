"""What is sent compressed, and that it tells nothing by its length."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import brotli
import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from chatsite.delivery.compression import compressed_pages, skipped

WAYS = {"br": brotli.decompress, "gzip": gzip.decompress}
TEXT = b"Some words, and then some words again. " * 200


def replied(reply: HttpResponse | StreamingHttpResponse, **headers: str) -> Any:
    def get_response(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        return reply

    return compressed_pages(get_response)(RequestFactory().get("/", headers=headers))


def asked(accepted: str, **headers: str) -> Any:
    return replied(HttpResponse(TEXT), Accept_Encoding=accepted, **headers)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP; q=1.0", "gzip"),
    ],
)
def test_the_best_way_that_is_accepted_is_taken(accepted: str, coding: str) -> None:
    reply = asked(accepted)
    assert reply.headers["Content-Encoding"] == coding
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert len(reply.content) < len(TEXT) / 10
    assert WAYS[coding](reply.content) == TEXT


@pytest.mark.parametrize("accepted", ["", "identity", "deflate, zstd", "br;q=0, gzip;q=0.0"])
def test_who_accepts_nothing_known_gets_it_as_it_is(accepted: str) -> None:
    reply = asked(accepted)
    assert (reply.content, reply.headers.get("Content-Encoding")) == (TEXT, None)


@pytest.mark.parametrize("coding", WAYS)
def test_its_length_differs_each_time_by_up_to_a_hundred_bytes(coding: str) -> None:
    lengths = {len(asked(coding).content) for _ in range(60)}
    assert len(lengths) > 20
    assert max(lengths) - min(lengths) <= 100


@pytest.mark.parametrize("length", [1, 2, 4, 5, 100, 255, 256])
def test_readers_of_brotli_skip_the_padding(length: int) -> None:
    compressor = brotli.Compressor()
    packed = compressor.process(TEXT) + compressor.flush() + skipped(length) + compressor.finish()
    assert brotli.decompress(packed) == TEXT


@pytest.mark.parametrize(("site", "coding"), [
    ("none", "br"), ("same-origin", "br"), ("same-site", None), ("cross-site", None),
])  # fmt: skip
def test_another_site_cannot_ask_for_a_compressed_reply(site: str, coding: str | None) -> None:
    reply = asked("br", Sec_Fetch_Site=site)
    assert reply.headers.get("Content-Encoding") == coding
    assert reply.headers["Vary"] == "Accept-Encoding"


def test_what_is_short_or_a_picture_or_encoded_already_stays_as_it_is() -> None:
    for reply in (
        HttpResponse(b"Short."),
        HttpResponse(TEXT, content_type="image/png"),
        HttpResponse(TEXT, headers={"Content-Encoding": "zstd"}),
        HttpResponse(Random(1).randbytes(200), content_type="text/plain"),
    ):
        before = reply.content, reply.headers.get("Content-Encoding")
        after = replied(reply, Accept_Encoding="br, gzip")
        assert (after.content, after.headers.get("Content-Encoding")) == before


def test_what_is_streamed_goes_on_piece_by_piece() -> None:
    def pieces() -> Iterator[bytes]:
        yield TEXT
        yield TEXT

    reply = replied(StreamingHttpResponse(pieces()), Accept_Encoding="br")
    assert list(reply.streaming_content) == [TEXT, TEXT]
    assert not reply.has_header("Content-Encoding")


def test_a_length_is_that_of_what_is_sent_and_an_etag_is_weak_then() -> None:
    headers = {"Content-Length": str(len(TEXT)), "ETag": '"one"'}
    reply = replied(HttpResponse(TEXT, headers=headers), Accept_Encoding="br")
    assert reply.headers["Content-Length"] == str(len(reply.content))
    assert reply.headers["ETag"] == 'W/"one"'


@pytest.mark.django_db
def test_a_form_of_a_compressed_page_is_accepted_and_its_token_never_looks_the_same() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Encoding": "br"})
    tokens = set()
    for _ in range(2):
        page = client.get("/login/")
        assert page.headers["Content-Encoding"] == "br"
        found = re.search(
            rb'name="csrfmiddlewaretoken" value="(\w+)"', brotli.decompress(page.content)
        )
        assert found is not None
        tokens.add(found[1].decode())
    assert len(tokens) == 2
    for token in tokens:
        reply = client.post("/login/", {"csrfmiddlewaretoken": token, "login": "nobody"})
        assert reply.status_code == 200
