"""Joining a continuation to the partial answer that it continues, without a scar. Pure.

The partial is never changed: the seam decides only what to append. `join` knows the whole
continuation. `Seam` does the same for one that streams: it holds text back until nothing
that may still come can change the joint, then lets everything through.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from streaming.providers.base import ResumeMode
from streaming.resume.echo import EchoCandidate, echo_candidates, overlap_of
from streaming.resume.repetition import (
    LONG_ECHO,
    Partial,
    cut_fence_marker,
    is_open_remark,
    preamble_length,
    reopened_fence,
    restarts,
    rewritten_fragment,
    squeeze,
    without_ellipsis,
)
from streaming.resume.spacing import glue, missing
from streaming.resume.wrapping import ClosingMarkFilter, without_mark

DECISION_LENGTH = 320  # characters that settle the first lines; above LONGEST_FIRST_LINE
LONGEST_JUDGED = 2 * DECISION_LENGTH  # what is held beyond that repeats the partial


@dataclass(frozen=True, slots=True)
class JoinedText:
    """The whole answer; it starts with the partial unless the model `restarted`."""

    final: str
    restarted: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """What follows the partial or, if `restarted`, stands in its place."""

    text: str
    restarted: bool = False
    closing: str = ""
    """The mark that closes what the repetition opened, if it is still to come."""


def join(partial: str, continuation: str, mode: ResumeMode) -> JoinedText:
    """The answer that a partial and its whole continuation make."""
    joint = _JOINTS[mode](Partial(partial), continuation)
    text = joint.text
    if joint.closing:
        closing = ClosingMarkFilter(joint.closing)
        text = closing.feed(text) + closing.flush()
    return JoinedText(text if joint.restarted else partial + text, joint.restarted)


class Seam:
    """`join` for a continuation that streams; where it was cut does not matter.

    Once `decided`, text passes through, less the mark that closes what a repetition opened;
    once that came, or where there is none, it `passes` unchanged. If `restarted` (valid once
    decided), all that is emitted stands in the partial's place.
    """

    __slots__ = (
        "_closing",
        "_held",
        "_hold",
        "_length",
        "_mode",
        "_partial",
        "decided",
        "restarted",
    )

    def __init__(self, partial: str, mode: ResumeMode) -> None:
        self._partial, self._mode = Partial(partial), mode
        self._held: list[str] = []
        self._length = 0
        self._hold = _HOLDS[mode](self._partial)
        self.decided = _ended(self._hold)
        self.restarted = False
        self._closing: ClosingMarkFilter | None = None

    @property
    def passes(self) -> bool:
        return self.decided and (self._closing is None or self._closing.is_over)

    def feed(self, delta: str) -> str:
        """The text to append now; empty while it is held back."""
        if self.decided:
            return self._closing.feed(delta) if self._closing else delta
        self._held.append(delta)
        self._length += len(delta)
        return self._decide() if _ended(self._hold, delta) else ""

    def hurry(self) -> str:
        """`flush` for an impatient reader: not while all that is held may be repetition."""
        if self.decided or self._mode != "instruct" or self._length > LONGEST_JUDGED:
            return ""
        held = "".join(self._held)
        return "" if _may_be_repetition(self._partial, held) else self._decide()

    def flush(self) -> str:
        """All that is held back: at an end, an error or a stop."""
        shown = "" if self.decided else self._decide()
        return shown + (self._closing.flush() if self._closing else "")

    def _decide(self) -> str:
        joint = _JOINTS[self._mode](self._partial, "".join(self._held))
        self.decided, self.restarted = True, joint.restarted
        self._held.clear()
        if joint.closing:
            self._closing = ClosingMarkFilter(joint.closing)
        return self._closing.feed(joint.text) if self._closing else joint.text


# The joint, by mode


def _join_replayed(_partial: Partial, continuation: str) -> Joint:
    return Joint(continuation)


def _join_prefilled(partial: Partial, continuation: str) -> Joint:
    return _join_after_prefill(partial, continuation, shortest_echo=LONG_ECHO)


def _join_echoed(partial: Partial, continuation: str) -> Joint:
    return _join_after_prefill(partial, continuation, shortest_echo=0)


def _join_after_prefill(partial: Partial, continuation: str, *, shortest_echo: int) -> Joint:
    sent = partial.sent
    if len(sent) >= shortest_echo and continuation.startswith(sent):
        continuation = continuation[len(sent) :]
    elif restarts(partial, continuation):
        return Joint(continuation, restarted=True)
    return Joint(_after_kept_whitespace(partial, continuation))


def _join_instructed(partial: Partial, continuation: str) -> Joint:
    body = without_ellipsis(partial, continuation[preamble_length(continuation) :])
    marker = cut_fence_marker(partial)
    if marker and body.startswith(marker[0] * 3):
        return Joint(body[len(marker) :])
    again = reopened_fence(partial, body)
    found = echo_candidates(partial, body)
    for candidate in found:
        if restarts(partial, candidate.text):
            return Joint(candidate.anew, restarted=True, closing=candidate.closing)
    for candidate in found:
        if overlap := overlap_of(partial, candidate):
            rest, closing = without_mark(candidate.text[overlap:], candidate.closing)
            return Joint(_after_kept_whitespace(partial, rest), closing=closing)
    new = again.rest if again and again.is_sure else body
    if fragment := rewritten_fragment(partial, new):
        return Joint(new[len(fragment) :])
    return Joint(_as_new_text(partial, new))


def _after_kept_whitespace(partial: Partial, text: str) -> str:
    """`text` less the whitespace that the partial's end has already."""
    if not partial.whitespace:
        return text
    rest = text.lstrip()
    return missing(partial.whitespace, text[: len(text) - len(rest)]) + rest


def _as_new_text(partial: Partial, text: str) -> str:
    """`text` with what has to stand between it and a partial that it does not repeat."""
    rest = text.lstrip()
    if partial.whitespace:
        keeps_indent = partial.fence and partial.text.endswith("\n")
        indent = text[: len(text) - len(rest)].rpartition("\n")[2] if keeps_indent else ""
        return indent + rest
    if len(rest) < len(text):
        return text
    return glue(partial.last_line, text, in_fence=partial.fence is not None) + text


# Holding back: each is sent the deltas, and ends when the joint is certain

Hold = Generator[None, str, None]


def _hold_nothing(_partial: Partial) -> Hold:
    yield from ()


def _hold_echo(partial: Partial) -> Hold:
    """Until something comes that the partial's beginning does not say."""
    told = 0
    while partial.squeezed.startswith(piece := squeeze((yield)), told):
        told += len(piece)


def _hold_repetition(partial: Partial) -> Hold:
    """Until enough is here to judge the first lines, and it stops repeating the partial."""
    head = ""
    while len(head) < DECISION_LENGTH:
        head += yield
    body = yield from _first_lines(head[preamble_length(head) :])
    body = yield from _first_lines(without_ellipsis(partial, body))
    found = echo_candidates(partial, body)
    trails = [SubstringTracker(partial.squeezed, candidate.text) for candidate in found]
    rest_of_mark = max(
        len(candidate.closing) if trail.found else _rest_of_mark(partial, candidate)
        for trail, candidate in zip(trails, found, strict=True)
    )
    while any(trail.found for trail in trails):
        piece = squeeze((yield))
        for trail in trails:
            trail.grow(piece)
    while rest_of_mark > 0:
        rest_of_mark -= len(squeeze((yield)))


def _rest_of_mark(partial: Partial, candidate: EchoCandidate) -> int:
    """Characters that are missing until the closing mark is whole and one stands after it."""
    if not candidate.closing:
        return 0
    new = squeeze(candidate.text[overlap_of(partial, candidate) :])
    return len(candidate.closing) + 1 - len(new)


def _first_lines(body: str) -> Generator[None, str, str]:
    """The body from its first word on, once it is long enough to judge how it begins."""
    body = body.lstrip()
    while len(body) < DECISION_LENGTH:
        body = (body + (yield)).lstrip()
    return body


def _may_be_repetition(partial: Partial, held: str) -> bool:
    """Whether the little that is held says nothing new yet, as far as one can tell."""
    body = without_ellipsis(partial, held[preamble_length(held) :])
    found = echo_candidates(partial, body)
    said = any(squeeze(candidate.text) in partial.squeezed for candidate in found)
    return said or is_open_remark(held)


class SubstringTracker:
    """Follows a growing squeezed text through a fixed one: is it still `found` in there?

    A piece costs its own length. Where an occurrence ends, the next is looked for after
    it and never before it, so all searches together read the fixed text a few times.
    """

    __slots__ = ("_at", "_end", "_text")

    def __init__(self, text: str, start: str) -> None:
        self._text, self._at, self._end = text, 0, 0
        self.grow(squeeze(start))

    @property
    def found(self) -> bool:
        return self._at >= 0

    def grow(self, piece: str) -> None:
        if self.found and not self._text.startswith(piece, self._end):
            told = self._text[self._at : self._end] + piece
            self._at = self._text.find(told, self._at + 1)
            self._end = self._at + len(told)
        else:
            self._end += len(piece)


def _ended(hold: Hold, delta: str | None = None) -> bool:
    """Start the hold, or send it a delta; whether it has ended by that."""
    try:
        next(hold) if delta is None else hold.send(delta)
    except StopIteration:
        return True
    return False


_JOINTS: Mapping[ResumeMode, Callable[[Partial, str], Joint]] = {
    "replay": _join_replayed,
    "prefill": _join_prefilled,
    "prefill_echo": _join_echoed,
    "instruct": _join_instructed,
}
_HOLDS: Mapping[ResumeMode, Callable[[Partial], Hold]] = {
    "replay": _hold_nothing,
    "prefill": _hold_echo,
    "prefill_echo": _hold_echo,
    "instruct": _hold_repetition,
}
