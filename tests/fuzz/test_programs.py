"""What programs send: bodies of the API, uploads in parts, and headers that a site reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.depth import fuzzed, nothing_breaks
from tests.fuzz.standing import address
from tests.fuzz.values import JSON, TEXTS, deep
from tests.streaming.api.reading import token_of
from tests.support.doors import DOORS
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

PROGRAMS = sorted(
    name for name, door in DOORS.items() if name.startswith("api:") or door.for_programs
)
MEMBERS = (
    "prompt",
    "model",
    "conversation",
    "after",
    "files",
    "key",
    "from",
    "title",
    "parameters",
)
TYPES = st.sampled_from(
    [
        *("application/json", "application/json; charset", "text/plain", ""),
        *("application/x-www-form-urlencoded", "APPLICATION/JSON;"),
        "multipart/form-data; boundary=x",
    ]
)
PART = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n'
    b"Content-Type: %b\r\n\r\n%b\r\n--x--\r\n"
)
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
SAID = {
    name: LATIN | st.sampled_from(odd)
    for name, odd in {
        "Accept-Language": ["*", "en;q=2", "sw,,;q=0.5", "x" * 3000, "en-" + "a-" * 900],
        "Range": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-1,2-3", "a=1", f"bytes={10**99}"],
        "If-None-Match": ['"a"', 'W/"', "*", '"' * 99],
        "If-Modified-Since": ["never", "Thu, 01 Jan 1970 00:00:00 GMT", "0"],
        "If-Range": ['"a"', "x"],
        "Cookie": ["sessionid", "a=b; =; ;;", "look=%00; language=xx", "next=//x.example", "==="],
        "Authorization": ["Bearer", "Bearer ", "Basic x", "bearer " + "x" * 999, "Digest a=,"],
        "Accept": ["text/event-stream", "application/x-ndjson;q=x", "*/*;q=", "a" * 999],
        "Last-Event-ID": ["1", "-1", "9" * 40, "1-2-3", "x"],
        "Chat-Position": ["{}", "[]", "{", '{"leaf": "x"}', "1" * 500],
        "X-Forwarded-For": ["::1", "1.2.3.4:x", "[::", "a, b, c", "9" * 300],
        "X-Request-ID": ["a b", "x" * 99, "é"],
        "Idempotency-Key": ["x", "0" * 36, ""],
        "Content-Encoding": ["gzip", "x"],
        "Origin": ["null", "http://", "x"],
    }.items()
}  # fmt: skip


@st.composite
def body(draw: st.DrawFn) -> bytes:
    """JSON of the members that there are, of any other shape, cut off, too deep, or no JSON."""
    known = st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=4)
    kinds = known | JSON | st.just(deep(5000)) | st.just(deep(40, '{"prompt":1}'))
    text = draw(kinds)
    said = text if isinstance(text, str) else json.dumps(text)
    data = said.encode("utf-8", "surrogatepass")
    return draw(st.just(data) | st.just(data[: len(data) // 2]) | st.binary(max_size=60))


@pytest.fixture
async def token(living: Living) -> str:
    return await token_of(living, scope="write")


@fuzzed(60)
@given(name=st.sampled_from(PROGRAMS), said=body(), kind=TYPES, signed_in=st.booleans())
async def test_no_body_breaks_the_api(
    living: Living, token: str, name: str, said: bytes, kind: str, signed_in: bool
) -> None:
    path = await living.do(lambda: address(name, living.owner))
    headers = {"Authorization": f"Bearer {token}"} if signed_in else {}
    with nothing_breaks():
        reply = await Tab().request("post", path, data=said, content_type=kind, headers=headers)
    assert reply.status_code < 500


@fuzzed(40)
@given(
    name=st.sampled_from(["files:part", "transfer:part", "prompts:import", "api:files"]),
    filename=TEXTS,
    kind=TEXTS,
    inside=st.binary(max_size=200),
    cut=st.integers(0, 40),
)
async def test_no_upload_breaks_a_door(
    living: Living, tab: Tab, name: str, filename: str, kind: str, inside: bytes, cut: int
) -> None:
    path = await living.do(lambda: address(name, living.owner))
    words = [text.encode("utf-8", "surrogatepass") for text in (filename, kind)]
    said = PART % (*words, inside)
    with nothing_breaks():
        reply = await tab.request(
            "post",
            path,
            data=said[: len(said) - cut],
            content_type="multipart/form-data; boundary=x",
        )
    assert reply.status_code < 500


@pytest.fixture
async def chief(living: Living, tab: Tab) -> Tab:
    await living.do(lambda: User.objects.update(is_superuser=True, is_staff=True))
    return tab


PAGES = sorted(name for name, door in DOORS.items() if door.method == "get" and name != "enter")
REACHES_OUT = ("tools:callback",)


@fuzzed(60)
@given(
    name=st.sampled_from([name for name in PAGES if name not in REACHES_OUT]),
    said=st.fixed_dictionaries({}, optional=SAID),
)
async def test_no_header_breaks_a_page(
    living: Living, chief: Tab, name: str, said: dict[str, str]
) -> None:
    path = await living.do(lambda: address(name, living.owner))
    with nothing_breaks():
        reply: Any = await chief.request("get", path, headers=said)
    assert reply.status_code < 500
