"""Wire format `gateway`: a multi-service gateway's generate/stream, and generate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.steps import Channel, MediaStep, Picture, Problem
from streaming.demo.formats.fields import invalid, mappings, positive, string, text_of
from streaming.demo.formats.files import files_of
from streaming.demo.formats.frames import EVENT_STREAM, data_frame, quoted, template
from streaming.demo.formats.null_encoder import NullEncoder
from streaming.demo.formats.transcript import Transcript

_DOLLARS_PER_TOKEN = 1e-6


class GatewayFormat:
    """`POST /api/v1/generate/stream`; it has no tools."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        string(body.get("service_name"), "service_name")
        model = string(body.get("model_name"), "model_name")
        entries = [part for part in mappings(body.get("input")) if part.get("type") != "image"]
        inputs = [text_of(part.get("content")) for part in entries]
        if not inputs:
            raise invalid("input: at least one item is required")
        parameters = body.get("parameters")
        limit = parameters.get("max_tokens") if isinstance(parameters, Mapping) else None
        turns = [_turn(entry) for entry in mappings(body.get("history"))]
        return ModelRequest(
            model=model,
            turns=(*turns, Turn("user", "".join(inputs), files_of(body.get("input")))),
            max_tokens=positive(limit, "max_tokens"),
            usage=True,
        )

    def encoder(self, request: ModelRequest, number: int, transcript: Transcript) -> GatewayEncoder:
        return GatewayEncoder(transcript)

    def unstreamed(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> dict[str, Any]:
        output = [
            {"type": _type(part.kind), "name": _name(part.kind), "content": part.text}
            for part in transcript.parts
            if part.kind not in ("call", "search")
        ]
        return {"output": output, **_totals(transcript)}

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        return problem.plain_status, {"detail": problem.message}


class WholeGatewayFormat(GatewayFormat):
    """`POST /api/v1/generate`: the answer comes in one piece, when all of it is made."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        return replace(super().read(body), stream=False, takes_time=True)


class GatewayEncoder(NullEncoder):
    """One item of the output array after another; the totals come in a chunk of their own."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(EVENT_STREAM)
        self._transcript = transcript
        self._open: str | None = None
        self._index = -1
        self._template = (b"", b"")

    def opening(self) -> bytes:
        return data_frame({"type": "metadata", "name": "metadata", "content": {"provider": "demo"}})

    def delta(self, channel: Channel, text: str) -> bytes:
        done = b""
        if _name(channel) != self._open:
            done = self._done()
            self._open = _name(channel)
            self._index += 1
            self._template = template(self._chunk("\0"))
        before, after = self._template
        return done + before + quoted(text) + after

    def media(self, step: MediaStep) -> bytes:
        if not isinstance(step, Picture):
            return b""
        done = self._done()
        self._open = None
        self._index += 1
        item = {"type": "image", "name": "output", "content": step.data, "index": self._index}
        return done + data_frame({**item, "done": True, "is_final": False})

    def keep_alive(self) -> bytes:
        return b": keep-alive\n\n"

    def error(self, problem: Problem) -> bytes:
        return data_frame({"error": {"code": problem.code, "message": problem.message}})

    def closing(self) -> list[bytes]:
        last = self._done(is_final=True)
        return [last, data_frame({"final": True, **_totals(self._transcript)})]

    def _done(self, *, is_final: bool = False) -> bytes:
        if self._open is None:
            return b""
        return self._chunk("", done=True, is_final=is_final)

    def _chunk(self, content: str, *, done: bool = False, is_final: bool = False) -> bytes:
        return data_frame(
            {
                "type": "text",
                "name": self._open,
                "content": content,
                "done": done,
                "index": self._index,
                "is_final": is_final,
            }
        )


def _turn(entry: Mapping[str, Any]) -> Turn:
    role, text = entry.get("role"), text_of(entry.get("content"))
    if role == "user":
        return Turn("user", text)
    if role == "assistant":
        return Turn("assistant", text)
    return Turn("system", text)


def _type(kind: str) -> str:
    return "image" if kind == "picture" else "text"


def _name(kind: str) -> str:
    return "thinking" if kind == "reasoning" else "output"


def _totals(transcript: Transcript) -> dict[str, Any]:
    spent = transcript.input_tokens, transcript.output_tokens
    price = [round(tokens * _DOLLARS_PER_TOKEN, 9) for tokens in (*spent, sum(spent))]
    totals: dict[str, Any] = {
        "usage": dict(
            zip(
                ("input_tokens", "output_tokens", "total_tokens"), (*spent, sum(spent)), strict=True
            )
        ),
        "cost": dict(zip(("input", "output", "total"), price, strict=True)),
        "warnings": ["This is a demo: nothing was spent."],
    }
    # The guide names no reason; a word is sent only where there is something to say.
    if transcript.finish not in ("stop", "tool_calls", "pause"):
        totals["finish_reason"] = transcript.finish
    return totals
