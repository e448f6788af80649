"""The events of wire format `responses`, numbered from 0 without a gap."""

from __future__ import annotations

from typing import Any

from streaming.demo.behaviours.steps import Channel, MediaStep, Picture, Problem, Search
from streaming.demo.formats.frames import EVENT_STREAM, named_frame, quoted, template
from streaming.demo.formats.null_encoder import NullEncoder
from streaming.demo.formats.responses_items import (
    Envelope,
    Status,
    annotation,
    code,
    content,
    item,
    place,
    response,
    status_of,
)
from streaming.demo.formats.transcript import Part, Transcript

_DELTA_TYPES: dict[Channel, str] = {
    "text": "response.output_text.delta",
    "reasoning": "response.reasoning_summary_text.delta",
    "refusal": "response.refusal.delta",
}


class NumberedFrames:
    """`next` is the number of the next frame."""

    def __init__(self) -> None:
        self.next = 0

    def frame(self, kind: str, **fields: Any) -> bytes:
        frame = named_frame({"type": kind, **fields, "sequence_number": self.next})
        self.next += 1
        return frame


class ResponsesEncoder(NullEncoder):
    """Opens an item at its first delta and closes it when another begins."""

    def __init__(self, envelope: Envelope, transcript: Transcript) -> None:
        super().__init__(EVENT_STREAM)
        self._envelope = envelope
        self._transcript = transcript
        self._frames = NumberedFrames()
        self._event = self._frames.frame
        self._open: str | None = None
        self._index = -1
        self._template = (b"", b"")

    def opening(self) -> bytes:
        return self._state("response.created", "in_progress") + self._state(
            "response.in_progress", "in_progress"
        )

    def delta(self, channel: Channel, text: str) -> bytes:
        if channel != self._open:
            return self._close() + self._begin(channel) + self.delta(channel, text)
        before, after = self._template
        number = self._frames.next
        self._frames.next += 1
        return before + quoted(text) + after % number

    def call(self, call_id: str, name: str) -> bytes:
        return self._close() + self._add(Part("call", [], call_id, name))

    def arguments(self, text: str) -> bytes:
        return self._event(
            "response.function_call_arguments.delta",
            **place(self._envelope, self._index, Part("call")),
            delta=text,
        )

    def call_end(self) -> bytes:
        return self._close()

    def media(self, step: MediaStep) -> bytes:
        if isinstance(step, Picture):
            return self._close() + self._add(Part("picture", [step.data]))
        if isinstance(step, Search):
            return self._close() + self._add(Part("search", [step.query]))
        part = self._transcript.parts[-1]
        return self._event(
            "response.output_text.annotation.added",
            **place(self._envelope, self._index, part),
            annotation_index=len(part.sources),
            annotation=annotation(step.url, step.title, len(part.text)),
        )

    def keep_alive(self) -> bytes:
        return b": keep-alive\n\n"

    def error(self, problem: Problem) -> bytes:
        """The nested form, which the vendor sends though it documents another; then the end."""
        error = {
            "type": problem.type,
            "code": code(problem),
            "message": problem.message,
            "param": None,
        }
        failed = response(self._envelope, "failed", self._transcript, problem=problem)
        return self._event("error", error=error) + self._event("response.failed", response=failed)

    def closing(self) -> list[bytes]:
        closed = self._close()
        status = status_of(self._transcript.finish)
        return [closed, self._state(f"response.{status}", status)]

    def cancelled(self) -> bytes:
        """The end of a background response that somebody cancelled."""
        return self._close() + self._state("response.cancelled", "cancelled")

    def _state(self, kind: str, status: Status) -> bytes:
        return self._event(kind, response=response(self._envelope, status, self._transcript))

    def _begin(self, channel: Channel) -> bytes:
        part = Part(channel)
        added = self._add(part)
        where = place(self._envelope, self._index, part)
        if channel == "reasoning":
            summary = {"type": "summary_text", "text": ""}
            added += self._event("response.reasoning_summary_part.added", **where, part=summary)
        else:
            added += self._event("response.content_part.added", **where, part=content(part))
        fields = {"type": _DELTA_TYPES[channel], **where, "delta": "\0", "sequence_number": "\1"}
        if channel == "text":
            fields["logprobs"] = []
        before, after = template(named_frame(fields).replace(b"%", b"%%"))
        self._template = before.replace(b"%%", b"%"), after.replace(b'"\\u0001"', b"%d")
        return added

    def _add(self, part: Part) -> bytes:
        self._open = part.kind
        self._index += 1
        new = item(self._envelope, self._index, part, done=False)
        return self._event("response.output_item.added", output_index=self._index, item=new)

    def _close(self) -> bytes:
        """The closing events of the open item, if there is one: the transcript's last part."""
        if self._open is None:
            return b""
        self._open = None
        part = self._transcript.parts[-1]
        where = place(self._envelope, self._index, part)
        whole = item(self._envelope, self._index, part)
        frames = [self._event(kind, **where, **fields) for kind, fields in _done(part)]
        done = {"output_index": self._index, "item": whole}
        return b"".join([*frames, self._event("response.output_item.done", **done)])


def _done(part: Part) -> list[tuple[str, dict[str, Any]]]:
    """The types of the events that close a part, and their own fields."""
    if part.kind == "call":
        return [("response.function_call_arguments.done", {"arguments": part.text})]
    if part.kind == "picture":
        kind = "response.image_generation_call"
        preview = {"partial_image_index": 0, "partial_image_b64": part.text}
        states = ("in_progress", "generating", "partial_image", "completed")
        return [
            (f"{kind}.{state}", preview if state == "partial_image" else {}) for state in states
        ]
    if part.kind == "search":
        steps = ("in_progress", "searching", "completed")
        return [(f"response.web_search_call.{step}", {}) for step in steps]
    if part.kind == "reasoning":
        summary = {"type": "summary_text", "text": part.text}
        return [
            ("response.reasoning_summary_text.done", {"text": part.text}),
            ("response.reasoning_summary_part.done", {"part": summary}),
        ]
    fields: dict[str, Any] = {"text": part.text, "logprobs": []}
    kind = "response.output_text.done"
    if part.kind == "refusal":
        kind, fields = "response.refusal.done", {"refusal": part.text}
    return [(kind, fields), ("response.content_part.done", {"part": content(part)})]
