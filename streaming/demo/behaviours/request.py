"""One request in no wire format: the conversation, and whether an answer is to be continued."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

_INSTRUCTION = re.compile(r"cut off|interrupted|left off", re.IGNORECASE)
_CONTINUE = re.compile(r"\b(continue|go on)\b", re.IGNORECASE)
_ANCHOR = re.compile(r"^<<<(.*)>>>", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A picture or a document that came as it is; not every format names it."""

    media_type: str
    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation, its parts of text joined to plain text."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str
    files: tuple[ReceivedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Continuation:
    """How the client wants the answer to continue, and from where.

    `partial` is the answer so far; `anchor` is what an instruction wants repeated first.
    """

    way: Literal["prefill", "instruct"]
    partial: str
    anchor: str = ""


@dataclass(frozen=True)
class ModelRequest:
    """A request; `usage`: wanted in the stream; `background`: continues without its client.

    `web_search`: the model may search the web. `takes_time`: an answer without a stream comes when
    its last word would have come. `can_pause`: the format knows answers that are to be continued.
    """

    model: str
    turns: tuple[Turn, ...]
    max_tokens: int | None = None
    stream: bool = True
    usage: bool = False
    tools: tuple[str, ...] = ()
    background: bool = False
    web_search: bool = False
    takes_time: bool = False
    can_pause: bool = False

    @cached_property
    def continuation(self) -> Continuation | None:
        """None when a new answer is asked for."""
        last = self.turns[-1] if self.turns else Turn("user", "")
        if last.role == "assistant":
            return Continuation("prefill", last.text)
        if last.role == "user" and _INSTRUCTION.search(last.text):
            return self._instructed(last.text)
        return None

    def _instructed(self, instruction: str) -> Continuation | None:
        """The continuation that a last user turn asks for, if it is one and not a real prompt."""
        before = self.turns[-2] if len(self.turns) > 1 else None
        marked = _ANCHOR.search(instruction)
        if before is None:
            return None
        if before.role != "assistant":
            # A client that cannot send assistant turns quotes the whole partial answer instead.
            return Continuation("instruct", marked[1], marked[1]) if marked else None
        partial = before.text
        if not marked:
            continues = _CONTINUE.search(instruction)
            return Continuation("instruct", partial) if continues else None
        anchor = marked[1]
        end = partial.rfind(anchor)
        # Whitespace may have been trimmed from either; anything else would be another place.
        if end < 0 or partial[end + len(anchor) :].strip():
            return None
        return Continuation("instruct", partial[: end + len(anchor)], anchor)

    @property
    def prompt(self) -> str:
        """The user's last real prompt: the whole text of the answer depends on it alone."""
        turns, at = self._prompted
        return turns[at].text if at >= 0 else ""

    @property
    def since_prompt(self) -> tuple[Turn, ...]:
        """The turns after it: calls and results of the answer that is asked for."""
        turns, at = self._prompted
        return turns[at + 1 :]

    @cached_property
    def _prompted(self) -> tuple[tuple[Turn, ...], int]:
        """The turns without an instruction to continue, and where the last prompt stands in them.

        Pictures without words that follow the result of a tool are its own, and no prompt.
        """
        instructed = self.continuation is not None and self.continuation.way == "instruct"
        turns = self.turns[:-1] if instructed else self.turns
        for at in range(len(turns) - 1, -1, -1):
            shown = at and turns[at - 1].role == "tool" and not turns[at].text.strip()
            if turns[at].role == "user" and not shown:
                return turns, at
        return turns, -1
