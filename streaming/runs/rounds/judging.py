"""What is to become of a call that a model has just made, before anything runs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from streaming.journal.tool_calls import ASKING, FAILED, MADE, WAITING, Verdict
from streaming.tools.offered import OfferedTool

NO_SUCH_TOOL = "There is no tool of this name in this conversation."
NO_ARGUMENTS = "The arguments are no JSON object. Nothing was run."


class Judge:
    """Knows the tools of one run, and whether a round may still follow without being asked about.

    `calls` counts those that can be answered: the model is told of them in a next round.
    """

    def __init__(self, tools: Sequence[OfferedTool], *, may_follow: bool) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._may_follow = may_follow
        self.calls = self.asking = 0

    def __call__(self, name: str, arguments: str) -> Verdict:
        if not self._tools:
            return Verdict(MADE)
        self.calls += 1
        tool = self._tools.get(name)
        if tool is None:
            return Verdict(FAILED, NO_SUCH_TOOL)
        if parsed(arguments) is None:
            return Verdict(FAILED, NO_ARGUMENTS)
        if tool.may_run and self._may_follow:
            return Verdict(WAITING)
        self.asking += 1
        return Verdict(ASKING)


def parsed(arguments: str) -> dict[str, object] | None:
    """The arguments of a call; None if they are no JSON object."""
    try:
        found = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
