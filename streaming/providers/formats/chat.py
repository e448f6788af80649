"""OpenAI-compatible Chat Completions: what a chunk says.

Vendors differ in most details; the order and the fallbacks below are those that every
known dialect survives (OpenAI, Azure, OpenRouter, DeepSeek, Mistral, Gemini, llama.cpp…).
"""

import re
from typing import Any

from streaming.providers.formats.adapter import FormatAdapter, HttpCall, bearer
from streaming.providers.formats.building.end_report import reported_cost
from streaming.providers.formats.items.chat_calls import ChatCalls
from streaming.providers.formats.items.chat_thoughts import ChatThoughts
from streaming.providers.formats.json_values import (
    counts,
    mapping,
    mappings,
    string,
    word,
)
from streaming.providers.formats.parsing.choices import Choices
from streaming.providers.formats.parsing.citations import cite
from streaming.providers.formats.parsing.error_frames import fail_if_error
from streaming.providers.formats.parsing.parts import (
    ContentPiece,
    pieces,
    transcript_of,
)
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.requests.chat import build

_PLAIN = {"role", "content"}
_NO_CHOICE = re.compile(r'"choices"\s*:\s*\[\s*\]')


class ChatParser(StreamParser):
    """Chunks of choices, closed by `[DONE]` or by the body's end after a finish reason."""

    format = "chat"

    def __init__(self) -> None:
        super().__init__()
        self._calls = ChatCalls(self.builder)
        self._thoughts = ChatThoughts(self.builder)
        self._choices = Choices()
        self._streams = False  # a delta came: then a whole message repeats them

    def keep(self) -> dict[str, Any]:
        back = self._thoughts.keep(with_text=bool(self.builder.calls))
        return back | ({"extra_content": self._calls.extras} if self._calls.extras else {})

    def on_value(self, value: dict[str, Any]) -> None:
        if not self.response_id:
            self.response_id = word(value.get("id"))
        if value.get("usage") or "x_groq" in value or "token_metrics" in value:
            self._count(value)
        if "citations" in value or "search_results" in value:
            cite(self.builder.sources, value.get("search_results"), value.get("citations"))
        choices = value.get("choices")
        is_odd = not choices or "error" in value or "base_resp" in value
        if is_odd and fail_if_error(self.builder, value):
            return
        if choices is not None:
            self.is_recognised = True
            for choice in self._choices.pick(choices):
                self._choice(choice)

    def _choice(self, choice: dict[str, Any]) -> None:
        delta = choice.get("delta")
        if type(delta) is not dict or not delta or "message" in choice or "error" in choice:
            if self._odd_choice(choice):
                return
            delta = mapping(delta)
        is_plain = delta.keys() <= _PLAIN
        if not is_plain:
            self._thoughts.read(delta)
        content = delta.get("content")
        if type(content) is str:
            self._streams = True
            self.builder.text(content)
        elif content:
            self._say(pieces(content))
        if not is_plain:
            self._say_more(delta)
        if choice.get("finish_reason"):
            self.builder.end.announce(choice["finish_reason"])

    def _odd_choice(self, choice: dict[str, Any]) -> bool:
        """A choice without an ordinary delta; whether that ended the answer."""
        if fail_if_error(self.builder, {"choices": [choice]}):
            return True
        delta, message = choice.get("delta"), mapping(choice.get("message"))
        if type(delta) is str:
            self.builder.text(delta)
        elif type(choice.get("text")) is str:
            self.builder.text(choice["text"])
        if message and not mapping(delta).get("content"):
            self._message(message)
        return self.builder.ended

    def _say(self, content: list[ContentPiece]) -> None:
        self._streams = True
        for piece in content:
            match piece.kind:
                case "text":
                    self.builder.text(piece.text)
                case "reasoning":
                    self.builder.reasoning(piece.text)
                case "refusal":
                    self.builder.refusal(piece.text)
                case _:
                    self.media.report(piece.part)

    def _say_more(self, delta: dict[str, Any]) -> None:
        """What else stands in a delta, besides content and thought."""
        if delta.get("error"):
            fail_if_error(self.builder, {"choices": [{"delta": delta}]})
        self.builder.refusal(string(delta.get("refusal")))
        if not delta.get("content") and type(delta.get("text")) is str:
            self.builder.text(delta["text"])
        self._calls.read(delta)
        cite(self.builder.sources, delta.get("annotations"))
        speech = mapping(delta.get("audio"))
        self.builder.text(string(speech.get("transcript")))
        self.media.audio += len(string(speech.get("data")))
        for image in delta["images"] if type(delta.get("images")) is list else ():
            self.media.report(image, kind="image")

    def _message(self, message: dict[str, Any]) -> None:
        """A message as a whole: the answer itself, its beginning, or a repetition of it."""
        content = pieces(message.get("content"))
        text = "".join(piece.text for piece in content if piece.kind in ("text", "refusal"))
        text = text or string(message.get("refusal")) or transcript_of(message)
        thought = self._thoughts.read_whole(message)
        thought_parts = "".join(piece.text for piece in content if piece.kind == "reasoning")
        self.snapshots.whole("reasoning", thought_parts or thought)
        self.snapshots.whole("text", text, is_piece=not self._streams)
        self.builder.refused = self.builder.refused or bool(message.get("refusal"))
        self._calls.read(message, whole=True)
        cite(self.builder.sources, message.get("annotations"))
        unknown = [piece.part for piece in content if piece.kind == "unsupported"]
        for part in (*unknown, *mappings(message.get("images"))):
            self.media.report(part)
        if not self.media.audio:
            self.media.audio = len(string(mapping(message.get("audio")).get("data")))

    def _count(self, value: dict[str, Any]) -> None:
        """Usage may come on any chunk and the last one holds."""
        report = self.builder.report
        if usage := mapping(value.get("usage")) or mapping(
            mapping(value.get("x_groq")).get("usage")
        ):
            report.usage = _usage(usage)
            report.cost = reported_cost(usage) or report.cost
        elif metrics := mapping(value.get("token_metrics")):
            report.usage = counts(
                metrics,
                input_tokens="input_tokens",
                output_tokens="output_tokens",
                total_tokens="total_tokens",
            )

    def on_done(self) -> None:
        self._read_held_choices()
        self._close()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        self._read_held_choices()
        if self.builder.end.holds:
            self._close()

    def may_hold_text(self, name: str, frame: str) -> bool:
        return _NO_CHOICE.search(frame) is None

    def _read_held_choices(self) -> None:
        for choice in self._choices.rest():
            self._choice(choice)

    def _close(self) -> None:
        self._calls.close()
        self.media.report_audio()
        self.stop()


def _usage(usage: dict[str, Any]) -> dict[str, int]:
    return (
        counts(
            usage,
            input_tokens="prompt_tokens",
            output_tokens="completion_tokens",
            total_tokens="total_tokens",
            cached_tokens="prompt_cache_hit_tokens",
        )
        | counts(
            mapping(usage.get("completion_tokens_details")), reasoning_tokens="reasoning_tokens"
        )
        | counts(
            mapping(usage.get("prompt_tokens_details")),
            cached_tokens="cached_tokens",
            cache_write_tokens="cache_write_tokens",
        )
    )


ADAPTER = FormatAdapter(
    call=lambda config, request: HttpCall("/chat/completions", build(config, request)),
    headers=bearer,
    parser=lambda config, request: ChatParser(),
)
