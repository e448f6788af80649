"""Pictures and documents as each wire format sends them, and as the demo upstream receives them."""

from __future__ import annotations

from base64 import b64encode
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from streaming.demo.behaviours.files import digest
from streaming.demo.behaviours.steps import RequestRefused
from streaming.demo.formats.files import files_of
from streaming.events import Finished, TextDelta
from streaming.providers.base import ChatMessage, ChatRequest, SentFile, ToolCall
from streaming.providers.config import FORMATS, ProviderConfig, WireFormat
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.registry import ADAPTERS, provider_for
from tests.streaming.demo.client import demo_client
from tests.support import sample_files as made

PICTURE = SentFile("image", "image/png", "red.png", made.png(), width=60, height=40)
NOTES = SentFile("document", "text/markdown", "notes.md", text="# Notes\n\nBuy a queue.")
PDF = SentFile("document", "application/pdf", "paper.pdf", made.pdf("Whole"), text="Whole")
UNSEEN = SentFile("image", "image/png", "unseen.png", text="not sent: it is too large")
AS_TEXT = '<document name="notes.md">\n# Notes\n\nBuy a queue.\n</document>'
PICTURE_64 = b64encode(PICTURE.data).decode()
PDF_64 = b64encode(PDF.data).decode()
PICTURE_URL = f"data:image/png;base64,{PICTURE_64}"
PDF_URL = f"data:application/pdf;base64,{PDF_64}"


def config(wire: WireFormat) -> ProviderConfig:
    return ProviderConfig("p", "P", wire, "http://127.0.0.1/v1", options={"service_name": "s"})


def body(wire: WireFormat, *messages: ChatMessage) -> Any:
    request = ChatRequest("m", messages)
    return ADAPTERS[wire].call(config(wire), request).body


def asked(*files: SentFile, text: str = "What is it?") -> ChatMessage:
    return ChatMessage("user", text, files=files)


CHAT_PARTS = [
    {"type": "image_url", "image_url": {"url": PICTURE_URL}},
    {"type": "file", "file": {"filename": "paper.pdf", "file_data": PDF_URL}},
    {"type": "text", "text": f"{AS_TEXT}\n\nWhat is it?"},
]
SENT: dict[WireFormat, tuple[str, Any]] = {
    "chat": ("messages", [{"role": "user", "content": CHAT_PARTS}]),
    "pawa": ("messages", [{"role": "user", "content": CHAT_PARTS}]),
    "responses": (
        "input",
        [
            {
                "type": "message",
                "role": "user",
                "content": [
                    {"type": "input_image", "image_url": PICTURE_URL},
                    {"type": "input_file", "filename": "paper.pdf", "file_data": PDF_URL},
                    {"type": "input_text", "text": f"{AS_TEXT}\n\nWhat is it?"},
                ],
            }
        ],
    ),
    "messages": (
        "messages",
        [
            {
                "role": "user",
                "content": [
                    {
                        "type": "image",
                        "source": {
                            "type": "base64",
                            "media_type": "image/png",
                            "data": PICTURE_64,
                        },
                    },
                    {
                        "type": "document",
                        "source": {
                            "type": "base64",
                            "media_type": "application/pdf",
                            "data": PDF_64,
                        },
                        "title": "paper.pdf",
                    },
                    {"type": "text", "text": f"{AS_TEXT}\n\nWhat is it?"},
                ],
            }
        ],
    ),
    "gateway": (
        "input",
        [
            {"type": "text", "name": "input", "content": f"{AS_TEXT}\n\nWhat is it?"},
            {"type": "image", "name": "red.png", "content": PICTURE_URL},
        ],
    ),
}


@pytest.mark.parametrize("wire", FORMATS)
def test_files_are_sent_as_the_format_says(wire: WireFormat) -> None:
    field, expected = SENT[wire]
    files = (PICTURE, NOTES) if wire == "gateway" else (PICTURE, PDF, NOTES)
    assert body(wire, asked(*files))[field] == expected


@pytest.mark.parametrize("wire", ["chat", "pawa"])
def test_documents_alone_need_no_parts(wire: WireFormat) -> None:
    messages = body(wire, asked(NOTES))["messages"]
    assert messages == [{"role": "user", "content": f"{AS_TEXT}\n\nWhat is it?"}]


@pytest.mark.parametrize("wire", FORMATS)
def test_a_file_needs_no_words(wire: WireFormat) -> None:
    sent = str(body(wire, asked(PICTURE, text="")))
    assert PICTURE_64 in sent
    assert "'text': ''" not in sent


@pytest.mark.parametrize("wire", FORMATS)
def test_a_picture_that_a_model_takes_not_is_told_by_its_name(wire: WireFormat) -> None:
    sent = str(body(wire, asked(UNSEEN)))
    assert '<picture name="unseen.png">(not sent' in sent
    assert "base64" not in sent


@pytest.mark.parametrize("wire", FORMATS)
def test_a_name_cannot_leave_its_place(wire: WireFormat) -> None:
    odd = SentFile("document", "text/plain", 'a"><b>.txt', text="x")
    assert '<document name="a\')(b).txt">' in str(body(wire, asked(odd))).replace("\\'", "'")


@pytest.mark.parametrize("wire", FORMATS)
def test_prompts_in_a_row_keep_their_files(wire: WireFormat) -> None:
    other = SentFile("image", "image/png", "b.png", b"other")
    sent = str(body(wire, asked(PICTURE, text="One."), asked(other, text="Two.")))
    assert PICTURE_64 in sent
    assert b64encode(b"other").decode() in sent


@pytest.mark.parametrize("wire", [wire for wire in FORMATS if wire != "gateway"])
def test_pictures_of_a_tool_go_back_to_the_model(wire: WireFormat) -> None:
    calls = (ToolCall("c1", "draw", "{}"), ToolCall("c2", "draw", "{}"))
    turns = (
        asked(),
        ChatMessage("assistant", "", tool_calls=calls),
        ChatMessage("tool", "A drawing.", tool_call_id="c1", files=(PICTURE,)),
        ChatMessage("tool", "None.", tool_call_id="c2"),
    )
    sent = body(wire, *turns)
    if wire in ("chat", "pawa"):
        assert [each["role"] for each in sent["messages"]][-3:] == ["tool", "tool", "user"]
        assert sent["messages"][-1]["content"] == [CHAT_PARTS[0]]
    elif wire == "messages":
        shown, said = sent["messages"][-1]["content"][0]["content"]
        assert (shown["type"], said["text"]) == ("image", "A drawing.")
    else:
        outputs = [each for each in sent["input"] if each["type"] == "function_call_output"]
        assert [part["type"] for part in outputs[0]["output"]] == ["input_image", "input_text"]


PLACES: dict[WireFormat, str] = {"gateway": ""}
"""Where the demo is, after its address."""


@pytest.mark.parametrize("wire", FORMATS)
async def test_the_demo_receives_what_was_sent(wire: WireFormat) -> None:
    files = (PICTURE, NOTES) if wire == "gateway" else (PICTURE, PDF, NOTES)
    request = ChatRequest("demo-files", (asked(*files),))
    async with demo_client() as demo:
        there = replace(config(wire), base_url=demo.upstream.url + PLACES.get(wire, "/v1"))
        client = open_client()
        try:
            text = await _answer(there, client, request)
        finally:
            await close_client(client)
    assert f"{len(PICTURE.data):,} bytes of image/png" in text
    assert digest(PICTURE.data) in text
    assert f"a text of 21 characters “notes.md”, {digest(NOTES.text.encode())}" in text
    assert (digest(PDF.data) in text) == (wire != "gateway")


async def _answer(there: ProviderConfig, client: Client, request: ChatRequest) -> str:
    text, last = "", None
    async with aclosing(provider_for(there, client).stream(request)) as batches:
        async for batch in batches:
            text += "".join(event.text for event in batch if isinstance(event, TextDelta))
            last = batch[-1]
    assert isinstance(last, Finished)
    return text


BROKEN = (
    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,?"}},
    {"type": "image_url", "image_url": "?"},
)


@pytest.mark.parametrize("part", BROKEN)
def test_the_demo_refuses_what_is_no_file(part: dict[str, Any]) -> None:
    with pytest.raises(RequestRefused):
        files_of([part])
