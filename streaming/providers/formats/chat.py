"""OpenAI-compatible Chat Completions: what a chunk says.

Vendors differ in most details; the order and the fallbacks below are those that every
known dialect survives (OpenAI, Azure, OpenRouter, DeepSeek, Mistral, Gemini, llama.cpp…).
"""

import re
from itertools import groupby
from typing import Any

from streaming.events import CostReported
from streaming.providers.formats.adapter import Call, Wire, bearer
from streaming.providers.formats.chat_calls import ChatCalls
from streaming.providers.formats.json_values import (
    clean,
    counts,
    mapping,
    mappings,
    number,
    string,
    word,
)
from streaming.providers.formats.parsing.choices import Choices
from streaming.providers.formats.parsing.parts import (
    Piece,
    pieces,
    thought_in,
    transcript_of,
)
from streaming.providers.formats.parsing.stream_parser import UNSHOWN, StreamParser
from streaming.providers.formats.parsing.unsupported import in_words
from streaming.providers.formats.requests.chat import build

_PLAIN = {"role", "content"}
_THOUGHT_KEYS = {"reasoning.text": "text", "reasoning.summary": "summary"}
_NO_CHOICE = re.compile(r'"choices"\s*:\s*\[\s*\]')


class ChatParser(StreamParser):
    """Chunks of choices, closed by `[DONE]` or by the body's end after a finish reason."""

    format = "chat"

    def __init__(self) -> None:
        super().__init__()
        self._calls = ChatCalls(self.answer)
        self._choices = Choices()
        self._streams = False  # a delta came: then a whole message repeats them
        self._thoughts: list[str] = []
        self._details: list[dict[str, Any]] = []
        self._audio = 0

    def keep(self) -> dict[str, Any]:
        back: dict[str, Any] = {}
        if self._thoughts and self.answer.calls:
            back["reasoning_content"] = clean("".join(self._thoughts))
        if self._details:
            back["reasoning_details"] = _joined(self._details)
        if self._calls.extras:
            back["extra_content"] = self._calls.extras
        return back

    def on_value(self, value: dict[str, Any]) -> None:
        if not self.response_id:
            self.response_id = word(value.get("id"))
        if value.get("usage") or "x_groq" in value or "token_metrics" in value:
            self._count(value)
        choices = value.get("choices")
        if (not choices or "error" in value or "base_resp" in value) and self.fail_if_error(value):
            return
        if choices is not None:
            self._heard = True
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
            self._think(delta)
        content = delta.get("content")
        if type(content) is str:
            self._streams = True
            self.answer.text(content)
        elif content:
            self._say(pieces(content))
        if not is_plain:
            self._say_more(delta)
        if choice.get("finish_reason"):
            self.answer.conclude(choice["finish_reason"])

    def _odd_choice(self, choice: dict[str, Any]) -> bool:
        """A choice without an ordinary delta; whether that ended the answer."""
        if self.fail_if_error({"choices": [choice]}):
            return True
        delta, message = choice.get("delta"), mapping(choice.get("message"))
        if type(delta) is str:
            self.answer.text(delta)
        elif type(choice.get("text")) is str:
            self.answer.text(choice["text"])
        if message and not mapping(delta).get("content"):
            self._message(message)
        return self.answer.ended

    def _say_more(self, delta: dict[str, Any]) -> None:
        if delta.get("error"):
            self.fail_if_error({"choices": [{"delta": delta}]})
        self.answer.refusal(string(delta.get("refusal")))
        if not delta.get("content") and type(delta.get("text")) is str:
            self.answer.text(delta["text"])
        self._calls.read(delta)
        self._hear(delta.get("audio"))
        for image in delta["images"] if type(delta.get("images")) is list else ():
            self.cannot_show(image, kind="image")

    def _think(self, delta: dict[str, Any]) -> None:
        """The same thought may come under several names: only the first one counts."""
        details = mappings(delta.get("reasoning_details"))
        self._details += details
        if thought := string(delta.get("reasoning_content")):
            self._thoughts.append(thought)
            self.answer.reasoning(thought)
        elif thought := thought_in(delta):
            self.answer.reasoning(thought)
        else:
            for detail in details:
                key = _THOUGHT_KEYS.get(string(detail.get("type")), "")
                self.answer.reasoning(string(detail.get(key)))

    def _say(self, said: list[Piece]) -> None:
        self._streams = True
        for piece in said:
            match piece.kind:
                case "text":
                    self.answer.text(piece.text)
                case "reasoning":
                    self.answer.reasoning(piece.text)
                case "refusal":
                    self.answer.refusal(piece.text)
                case _:
                    self.cannot_show(piece.part)

    def _hear(self, audio: Any) -> None:
        """Speech: its transcript is the text, and its size is told at the end."""
        spoken = mapping(audio)
        self.answer.text(string(spoken.get("transcript")))
        self._audio += len(string(spoken.get("data")))

    def _message(self, message: dict[str, Any]) -> None:
        """A message as a whole: the answer itself, its beginning, or a repetition of it."""
        said = pieces(message.get("content"))
        text = "".join(piece.text for piece in said if piece.kind in ("text", "refusal"))
        text = text or string(message.get("refusal")) or transcript_of(message)
        thought = "".join(piece.text for piece in said if piece.kind == "reasoning")
        if not self._thoughts:
            self._details += [] if self._details else mappings(message.get("reasoning_details"))
            self._thoughts += [told] if (told := string(message.get("reasoning_content"))) else []
        self.tell_whole("reasoning", thought or thought_in(message) or _detailed(message))
        self.tell_whole("text", text, is_piece=not self._streams)
        self.answer.refused = self.answer.refused or bool(message.get("refusal"))
        self._calls.read(message, whole=True)
        shown = [piece.part for piece in said if piece.kind == "unshown"]
        for part in (*shown, *mappings(message.get("images"))):
            self.cannot_show(part)
        if not self._audio:
            self._audio = len(string(mapping(message.get("audio")).get("data")))

    def _count(self, value: dict[str, Any]) -> None:
        """Usage may come on any chunk and the last one holds."""
        if usage := mapping(value.get("usage")) or mapping(
            mapping(value.get("x_groq")).get("usage")
        ):
            self.answer.usage = _usage(usage)
            if (total := number(usage.get("cost"))) is not None:
                self.answer.cost = CostReported(total=total)
        elif metrics := mapping(value.get("token_metrics")):
            self.answer.usage = counts(
                metrics,
                input_tokens="input_tokens",
                output_tokens="output_tokens",
                total_tokens="total_tokens",
            )

    def on_done(self) -> None:
        self._settle()
        self._close()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        self._settle()
        if self.answer.concluded:
            self._close()

    def may_hold_text(self, name: str, frame: str) -> bool:
        return _NO_CHOICE.search(frame) is None

    def _settle(self) -> None:
        for choice in self._choices.rest():
            self._choice(choice)

    def _close(self) -> None:
        self._calls.close()
        if self._audio:
            self.answer.note(UNSHOWN, f"audio, {in_words(self._audio * 3 // 4)}")
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
        | counts(mapping(usage.get("prompt_tokens_details")), cached_tokens="cached_tokens")
    )


def _detailed(message: dict[str, Any]) -> str:
    """The thought in a whole message that holds it as details alone."""
    details = mappings(message.get("reasoning_details"))
    keys = ((detail, _THOUGHT_KEYS.get(string(detail.get("type")), "")) for detail in details)
    return "".join(string(detail.get(key)) for detail, key in keys)


def _joined(details: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pieces of one reasoning detail put together, as the server wants them back."""
    whole: list[dict[str, Any]] = []
    for _, details_of_one in groupby(
        details, lambda piece: (piece.get("type"), piece.get("index"))
    ):
        detail: dict[str, Any] = {}
        texts: dict[str, list[str]] = {}
        for piece in details_of_one:
            detail |= {key: value for key, value in piece.items() if value is not None}
            for key in _THOUGHT_KEYS.values():
                texts.setdefault(key, []).append(string(piece.get(key)))
        joined = {key: clean("".join(parts)) for key, parts in texts.items() if key in detail}
        whole.append(detail | joined)
    return whole


WIRE = Wire(
    call=lambda config, request: Call("/chat/completions", build(config, request)),
    headers=bearer,
    parser=lambda config, request: ChatParser(),
)
