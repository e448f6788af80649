"""The vendors' own Python SDKs offer tools to the demo, put its calls together and answer them."""

from __future__ import annotations

from typing import Any, cast

import openai
from anthropic.types import MessageParam
from openai.types.chat import ChatCompletionMessageParam
from openai.types.responses import ResponseInputItemParam

from streaming.demo.behaviours.files import digest
from tests.streaming.demo.test_sdks import PICTURE, PICTURE_64, anthropic_client, openai_client

PROMPT = '/think\n/tool add {"numbers": [6, 7]}\n/tool draw {}'
SCHEMA: dict[str, object] = {"type": "object", "properties": {}}
NAMES = ("add", "draw")
ARGUMENTS = [{"numbers": [6, 7]}, {}]


async def told(client: openai.AsyncOpenAI, messages: list[ChatCompletionMessageParam]) -> Any:
    """The message of a streamed answer in `chat`."""
    async with client.chat.completions.stream(
        model="demo-tools",
        messages=messages,
        tools=[
            {"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in NAMES
        ],
    ) as stream:
        return (await stream.get_final_completion()).choices[0].message


async def test_openai_answers_calls_in_chat() -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": PROMPT}]
    async with openai_client() as client:
        called = await told(client, messages)
        messages.append(cast("ChatCompletionMessageParam", called.model_dump(exclude_none=True)))
        for call in called.tool_calls:
            text = f"result of {call.function.name}"
            messages.append({"role": "tool", "tool_call_id": call.id, "content": text})
        answer = await told(client, messages)
    assert [call.function.name for call in called.tool_calls] == [*NAMES]
    assert called.tool_calls[0].function.arguments == '{"numbers": [6, 7]}'
    assert "result of add; result of draw" in answer.content


async def test_openai_answers_calls_in_responses() -> None:
    items: list[ResponseInputItemParam] = [{"role": "user", "content": PROMPT}]
    tools: Any = [{"type": "function", "name": name, "parameters": SCHEMA} for name in NAMES]
    async with openai_client() as client:
        async with client.responses.stream(
            model="demo-tools", input=items, tools=tools, include=["reasoning.encrypted_content"]
        ) as stream:
            called = await stream.get_final_response()
        items += [cast("ResponseInputItemParam", item.to_dict()) for item in called.output]
        for item in called.output:
            if item.type == "function_call":
                shown = [{"type": "input_text", "text": f"result of {item.name}"}]
                result = {"type": "function_call_output", "call_id": item.call_id, "output": shown}
                items.append(cast("ResponseInputItemParam", result))
        answer = await client.responses.create(model="demo-tools", input=items, tools=tools)
    kinds = [item.type for item in called.output]
    assert kinds == ["reasoning", "message", "function_call", "function_call"]
    assert "result of add; result of draw" in answer.output_text


async def test_anthropic_answers_calls_and_shows_their_pictures() -> None:
    messages: list[MessageParam] = [{"role": "user", "content": PROMPT}]
    tools: Any = [{"name": name, "input_schema": SCHEMA} for name in NAMES]
    source = {"type": "base64", "media_type": "image/png", "data": PICTURE_64}
    asked: dict[str, Any] = {"max_tokens": 1000, "tools": tools, "messages": messages}
    async with anthropic_client() as client:
        async with client.messages.stream(model="demo-tools", **asked) as stream:
            called = await stream.get_final_message()
        uses = [block for block in called.content if block.type == "tool_use"]
        results: list[Any] = [
            {"type": "tool_result", "tool_use_id": use.id, "content": f"result of {use.name}"}
            for use in uses
        ]
        results[0] |= {"is_error": True}
        results[1]["content"] = [
            {"type": "text", "text": "result of draw"},
            {"type": "image", "source": source},
        ]
        messages += [
            cast("MessageParam", {"role": "assistant", "content": called.content}),
            {"role": "user", "content": results},
        ]
        answer = await client.messages.create(model="demo-tools", **asked)
        seen = await client.messages.create(model="demo-files", **asked)
    kinds = [block.type for block in called.content]
    assert kinds == ["thinking", "text", "tool_use", "tool_use"]
    assert [use.input for use in uses] == ARGUMENTS
    assert called.stop_reason == "tool_use"
    assert "result of add; result of draw" in "".join(
        block.text for block in answer.content if block.type == "text"
    )
    assert digest(PICTURE) in str(seen.content)
