"""The vendors' own Python SDKs understand the demo, so its formats are the real ones."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anthropic
import openai
import pytest
from openai.types.responses import ResponseTextDeltaEvent

from streaming.demo.behaviours.files import digest
from tests.streaming.demo.client import demo_client
from tests.support import sample_files

PROMPT = "What is a queue?"
TEXT_MODELS = ["demo-brief", "demo-tour", "demo-thinks", "demo-keep-alive"]


@asynccontextmanager
async def openai_client() -> AsyncIterator[openai.AsyncOpenAI]:
    async with (
        demo_client() as demo,
        openai.AsyncOpenAI(
            base_url=f"{demo.upstream.url}/v1", api_key="demo-key", max_retries=0
        ) as client,
    ):
        yield client


@asynccontextmanager
async def anthropic_client() -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with (
        demo_client() as demo,
        anthropic.AsyncAnthropic(
            base_url=demo.upstream.url, api_key="demo-key", max_retries=0
        ) as client,
    ):
        yield client


async def whole_text(model: str) -> str:
    async with demo_client() as demo:
        return (await demo.ask(model, PROMPT)).text


@pytest.mark.parametrize("model", TEXT_MODELS)
async def test_openai_reads_chat(model: str) -> None:
    async with (
        openai_client() as client,
        client.chat.completions.stream(
            model=model,
            messages=[{"role": "user", "content": PROMPT}],
            stream_options={"include_usage": True},
        ) as stream,
    ):
        final = await stream.get_final_completion()
    assert final.choices[0].message.content == await whole_text(model)
    assert final.choices[0].finish_reason == "stop"
    assert final.usage is not None
    assert final.usage.completion_tokens > 0


@pytest.mark.parametrize("model", TEXT_MODELS)
async def test_openai_reads_responses(model: str) -> None:
    async with (
        openai_client() as client,
        client.responses.stream(model=model, input=PROMPT) as stream,
    ):
        numbers = [event.sequence_number async for event in stream]
        final = await stream.get_final_response()
    assert final.output_text == await whole_text(model)
    assert numbers == list(range(len(numbers)))
    assert final.usage is not None


@pytest.mark.parametrize("model", TEXT_MODELS)
async def test_anthropic_reads_messages(model: str) -> None:
    async with (
        anthropic_client() as client,
        client.messages.stream(
            model=model, max_tokens=4000, messages=[{"role": "user", "content": PROMPT}]
        ) as stream,
    ):
        text = await stream.get_final_text()
        final = await stream.get_final_message()
    assert text == await whole_text(model)
    assert final.stop_reason == "end_turn"


async def test_tool_calls_are_put_together_by_all_three() -> None:
    async with openai_client() as client:
        async with client.chat.completions.stream(
            model="demo-tools", messages=[{"role": "user", "content": PROMPT}]
        ) as chat:
            choice = (await chat.get_final_completion()).choices[0]
        async with client.responses.stream(model="demo-tools", input=PROMPT) as responses:
            items = (await responses.get_final_response()).output
    async with (
        anthropic_client() as claude,
        claude.messages.stream(
            model="demo-tools", max_tokens=400, messages=[{"role": "user", "content": PROMPT}]
        ) as messages,
    ):
        blocks = (await messages.get_final_message()).content
    called = [call.function.name for call in choice.message.tool_calls or ()]
    assert called == ["get_weather", "get_time"]
    assert [item.type for item in items] == ["message", "function_call", "function_call"]
    assert [block.type for block in blocks] == ["text", "tool_use", "tool_use"]
    assert blocks[2].type == "tool_use"
    assert blocks[2].input == {"timezone": "Africa/Dar_es_Salaam"}


async def test_errors_become_the_sdks_own() -> None:
    async with openai_client() as client:
        with pytest.raises(openai.AuthenticationError):
            await client.responses.create(model="demo-unauthorized", input=PROMPT)
        with pytest.raises(openai.RateLimitError):
            await client.responses.create(model="demo-rate-limited", input=PROMPT)
        with pytest.raises(openai.APIError, match="had an error"):
            async with client.responses.stream(model="demo-error-mid", input=PROMPT) as stream:
                await stream.until_done()
    async with anthropic_client() as claude:
        with pytest.raises(anthropic.BadRequestError, match="does not support assistant message"):
            await claude.messages.create(
                model="demo-no-prefill",
                max_tokens=100,
                messages=[
                    {"role": "user", "content": PROMPT},
                    {"role": "assistant", "content": "Half an"},
                ],
            )


async def test_a_background_response_is_read_further_after_a_cut() -> None:
    text, last, response_id = "", -1, ""
    async with openai_client() as client:
        begun = await client.responses.create(
            model="demo-tour+cut-20000", input=PROMPT, background=True, stream=True
        )
        with pytest.raises(openai.APIConnectionError):
            async for event in begun:
                last = event.sequence_number
                if event.type == "response.created":
                    response_id = event.response.id
                elif isinstance(event, ResponseTextDeltaEvent):
                    text += event.delta
        resumed = await client.responses.retrieve(response_id, stream=True, starting_after=last)
        async for event in resumed:
            if isinstance(event, ResponseTextDeltaEvent):
                text += event.delta
        final = await client.responses.cancel(response_id)
    assert text == await whole_text("demo-tour")
    assert final.status == "completed"


async def test_the_models_are_listed_for_both() -> None:
    async with openai_client() as client:
        names = [model.id async for model in client.models.list()]
    async with anthropic_client() as claude:
        listed = [model.id async for model in claude.models.list()]
    assert names == listed
    assert names[0] == "demo-tour"


PICTURE, PAPER = sample_files.png(), sample_files.pdf("Whole")
PICTURE_64, PAPER_64 = b64encode(PICTURE).decode(), b64encode(PAPER).decode()
PICTURE_URL = f"data:image/png;base64,{PICTURE_64}"
PAPER_URL = f"data:application/pdf;base64,{PAPER_64}"


def told_both(text: str | None) -> bool:
    return text is not None and digest(PICTURE) in text and digest(PAPER) in text


async def test_openai_sends_files_in_chat() -> None:
    async with openai_client() as client:
        answer = await client.chat.completions.create(
            model="demo-files",
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": PICTURE_URL}},
                        {"type": "file", "file": {"filename": "a.pdf", "file_data": PAPER_URL}},
                        {"type": "text", "text": PROMPT},
                    ],
                }
            ],
        )
    assert told_both(answer.choices[0].message.content)


async def test_openai_sends_files_in_responses() -> None:
    async with openai_client() as client:
        answer = await client.responses.create(
            model="demo-files",
            input=[
                {
                    "role": "user",
                    "content": [
                        {"type": "input_image", "image_url": PICTURE_URL, "detail": "auto"},
                        {"type": "input_file", "filename": "a.pdf", "file_data": PAPER_URL},
                        {"type": "input_text", "text": PROMPT},
                    ],
                }
            ],
        )
    assert told_both(answer.output_text)


async def test_anthropic_sends_files_in_messages() -> None:
    async with anthropic_client() as client:
        answer = await client.messages.create(
            model="demo-files",
            max_tokens=1000,
            messages=[
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
                                "data": PAPER_64,
                            },
                        },
                        {"type": "text", "text": PROMPT},
                    ],
                }
            ],
        )
    assert told_both("".join(block.text for block in answer.content if block.type == "text"))
