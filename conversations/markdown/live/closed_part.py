"""The closed part of the page: blocks that are rendered, in groups that the browser can skip."""

from conversations.markdown.live.operations import (
    Append,
    Operation,
    Remove,
    Replace,
)

GROUP = 32


class ClosedPart:
    """Keeps the closed blocks by their numbers, and what is still to be done to the page."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._blocks: list[str] = []
        self._operations: list[Operation] = []

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, number: int) -> str:
        return self._blocks[number]

    def html(self) -> str:
        """The inside of the closed part."""
        starts = range(0, len(self._blocks), GROUP)
        return "".join(self._group(start, self._blocks[start : start + GROUP]) for start in starts)

    def add(self, html: str) -> None:
        """The next block."""
        number = len(self._blocks)
        self._blocks.append(html)
        if number % GROUP == 0:
            self._operations.append(Append(f"{self._prefix}-closed", self._group(number, [])))
        if not html:
            return
        target = f"{self._prefix}-g{number // GROUP}"
        last = self._operations[-1] if self._operations else None
        if isinstance(last, Append) and last.target == target:
            self._operations[-1] = Append(target, last.html + html)
        else:
            self._operations.append(Append(target, html))

    def replace(self, number: int, html: str) -> None:
        """Another look for a block."""
        if self._blocks[number] != html:
            self._blocks[number] = html
            self._operations.append(Replace(f"{self._prefix}-b{number}", html))

    def remove(self, number: int) -> None:
        """Take a block away; its number stays."""
        self._blocks[number] = ""
        self._operations.append(Remove(f"{self._prefix}-b{number}"))

    def take(self) -> list[Operation]:
        """What is to be done to the page since this was asked last."""
        operations, self._operations = self._operations, []
        return operations

    def _group(self, start: int, blocks: list[str]) -> str:
        name = f"{self._prefix}-g{start // GROUP}"
        return f'<div class="group" id="{name}">{"".join(blocks)}</div>'
