"""The model that calls tools: those on offer, or those that the prompt names.

A line `/tool NAME {"json": 1}` is a call; several of them are made at once. A line `then` begins
another round, made when the results of the first are there, and `again` after the last repeats it
for ever. With a line `/think` it thinks before each round; `/wait SECONDS` has it begin so late.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import complete
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.resumes import answer_text
from streaming.demo.behaviours.steps import (
    Arguments,
    CallEnd,
    CallStart,
    Finish,
    Reply,
    Step,
)

_LINE = re.compile(r"^(?:/tool[ \t]+(\S+)[ \t]*(.*)|(then|again|/think))[ \t]*$", re.MULTILINE)
_WAIT = re.compile(r"^/wait[ \t]+([0-9]{1,2}(?:\.[0-9]{1,3})?)[ \t]*$", re.MULTILINE)
_THOUGHT = "I cannot know that by myself, so I had better ask a tool."
_CALLS: Sequence[tuple[str, Mapping[str, str]]] = (
    ("get_weather", {"city": "Dodoma", "unit": "celsius", "why": "“{asked}”"}),
    ("get_time", {"timezone": "Africa/Dar_es_Salaam"}),
)
_USUAL: Mapping[str, Mapping[str, Any]] = {
    "calculate": {"expression": "17 * 23"},
    "current_time": {"time_zone": "Africa/Dar_es_Salaam"},
    "echo": {"text": "“{asked}”"},
    "slow": {"seconds": 2},
    "picture": {},
}
"""What tools are asked whose names end so, where the prompt names none."""


class Call(NamedTuple):
    name: str
    arguments: str


class Script(NamedTuple):
    """What a prompt tells the model to call, round after round."""

    rounds: tuple[tuple[Call, ...], ...]
    repeats: bool = False
    thinks: bool = False

    def after(self, results: int) -> tuple[Call, ...]:
        """The calls of the next round, once there are so many results; none if that was all."""
        for calls in self.rounds:
            if results <= 0:
                return calls
            results -= len(calls)
        return self.rounds[-1] if self.repeats else ()


def uses_tools(request: ModelRequest) -> Reply:
    """Calls after a line of text, round after round; then an answer made of the last results."""
    results = [turn.text for turn in request.since_prompt if turn.role == "tool"]
    script, wait = _script(request), _wait(request)
    calls = script.after(len(results))
    if not calls:
        findings = "; ".join(texts.quotable(result) for result in results)
        text = f"The tools came back with this: {findings}. That should answer your question.\n"
        deltas = timing.varied(answer_text(text, request), 40)
        return complete(request, timing.delayed(wait, deltas) if wait else deltas)
    said = "And one thing more.\n\n" if results else "Let me look that up.\n\n"
    thoughts = timing.varied(_THOUGHT, 40, "reasoning") if script.thinks else iter(())
    steps = [_steps(number, call) for number, call in enumerate(calls, len(results) + 1)]
    opening = chain(thoughts, timing.varied(answer_text(said, request), 40))
    late = timing.delayed(wait, opening) if wait else opening
    return complete(request, chain(late, *steps), Finish("tool_calls"))


def _wait(request: ModelRequest) -> float:
    """The seconds after which each reply begins."""
    found = _WAIT.search(request.prompt)
    return float(found[1]) if found else 0.0


def _script(request: ModelRequest) -> Script:
    rounds: list[list[Call]] = [[]]
    words = set()
    for name, arguments, word in _LINE.findall(request.prompt):
        words.add(word)
        if name:
            rounds[-1].append(Call(name, arguments.strip() or "{}"))
        elif word == "then":
            rounds.append([])
    named = tuple(tuple(calls) for calls in rounds if calls)
    return Script(named or (_usual(request),), "again" in words, "/think" in words)


def _usual(request: ModelRequest) -> tuple[Call, ...]:
    """What it calls where the prompt names nothing: at most two of the tools on offer."""
    asked = texts.quotable(request.prompt)
    known = [(name, _usual_arguments(name)) for name in request.tools]
    chosen = [(name, arguments) for name, arguments in known if arguments is not None]
    if not chosen:
        names = request.tools or tuple(name for name, _ in _CALLS)
        chosen = [(name, call[1]) for name, call in zip(names, _CALLS, strict=False)]
    return tuple(Call(name, _json(arguments, asked)) for name, arguments in chosen[:2])


def _usual_arguments(name: str) -> Mapping[str, Any] | None:
    ends = (end for end in _USUAL if name == end or name.endswith(f"_{end}"))
    return next((_USUAL[end] for end in ends), None)


def _json(arguments: Mapping[str, Any], asked: str) -> str:
    filled = {
        key: value.format(asked=asked) if isinstance(value, str) else value
        for key, value in arguments.items()
    }
    return json.dumps(filled, ensure_ascii=False)


def _steps(number: int, call: Call) -> Iterator[Step]:
    yield CallStart(f"call_demo_{number}", call.name, 0.2)
    for piece in timing.varied(call.arguments, 40):
        yield Arguments(piece.text, piece.after)
    yield CallEnd()
