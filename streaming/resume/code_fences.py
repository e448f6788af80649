"""Code fences in Markdown: telling their lines, and which one a text leaves open. Pure."""

import re
from dataclasses import dataclass

_LINE = re.compile(r" {0,3}(?P<run>`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})(?P<info>[^\n]*)")
_LINES = re.compile(rf"^{_LINE.pattern}(?P<end>\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence line: its character, how often it stands there, and what follows it."""

    character: str
    length: int
    info: str

    def closes(self, opening: "Fence") -> bool:
        return (
            self.character == opening.character and self.length >= opening.length and not self.info
        )


def fence_of(line: str) -> Fence | None:
    """What a line (without its line end) is as a fence, if it is one."""
    match = _LINE.fullmatch(line)
    return _fence(match) if match else None


def open_fence(text: str) -> Fence | None:
    """The fence that is open where `text` ends.

    A last line without its end may close one but opens none yet: its info string may
    still be growing, so the code has not begun.
    """
    opening: Fence | None = None
    for match in _LINES.finditer(text):
        fence = _fence(match)
        if opening is None:
            opening = fence if match["end"] else None
        elif fence.closes(opening):
            opening = None
    return opening


def _fence(match: re.Match[str]) -> Fence:
    return Fence(match["run"][0], len(match["run"]), match["info"].strip())
