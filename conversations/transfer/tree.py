"""A thread's nodes as a tree, whatever was wrong with their parents, and what of it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from conversations.transfer.plain import ASSISTANT, KEPT, Json, Node, Thread

DUPLICATES = "duplicates"


class Shown(NamedTuple):
    """A message: `parent` is the node of the message before it.

    Reasoning and calls are those of its node, after those of what is only kept in between.
    """

    node: Node
    parent: str | None
    reasoning: str
    calls: list[Json]


def in_order(thread: Thread) -> list[Node]:
    """Every node once, after its parent, otherwise as they stood.

    A node whose parent is missing, or is one of its own descendants, begins a branch. The second of
    two nodes with one id is told apart from the first by a number.
    """
    nodes = _told_apart(thread)
    for node in nodes.values():
        if node.parent not in nodes or node.parent == node.id:
            node.parent = None
    for first in _first_of_circles(nodes):
        nodes[first].parent = None
    return list(_parents_first(nodes))


def shown(nodes: Iterable[Node]) -> list[Shown]:
    """The messages among nodes in order."""
    messages: list[Shown] = []
    carried: dict[str, tuple[str | None, str, list[Json]]] = {}
    for node in nodes:
        above, reasoning, calls = carried.get(node.parent or "", (None, "", []))
        if node.role != ASSISTANT and node.role != KEPT:
            reasoning, calls = "", []
        parts = [part for part in (reasoning, node.reasoning) if part]
        reasoning, calls = "\n\n".join(parts), [*calls, *node.calls]
        if node.role == KEPT:
            carried[node.id] = (above, reasoning, calls)
            continue
        messages.append(Shown(node, above, reasoning, calls))
        carried[node.id] = (node.id, "", [])
    return messages


def leaf(thread: Thread, nodes: list[Node], messages: list[Shown]) -> str | None:
    """The message at the end of the branch that was on its page; of the last one if unknown."""
    by_id = {node.id: node for node in nodes}
    visible = {message.node.id for message in messages}
    at = by_id.get(thread.current or "")
    while at is not None and at.id not in visible:
        at = by_id.get(at.parent or "")
    if at is not None:
        return at.id
    return messages[-1].node.id if messages else None


def _told_apart(thread: Thread) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for node in thread.nodes:
        if node.id in nodes or not node.id:
            thread.not_shown[DUPLICATES] += bool(node.id)
            node.id = _unused(node.id, nodes)
        nodes[node.id] = node
    return nodes


def _unused(name: str, nodes: dict[str, Node]) -> str:
    """It is the same one in a newer file of the same thread, as far as the order stays."""
    at = 2
    while (found := f"{name[:180]}#{at}") in nodes:
        at += 1
    return found


def _first_of_circles(nodes: dict[str, Node]) -> Iterator[str]:
    """Of each circle the node that stood first."""
    place = {name: at for at, name in enumerate(nodes)}
    safe: set[str] = set()
    for name in nodes:
        path: list[str] = []
        on_path: set[str] = set()
        at: str | None = name
        while at is not None and at not in safe and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = nodes[at].parent
        if at in on_path:
            yield min(path[path.index(at) :], key=place.__getitem__)
        safe |= on_path


def _parents_first(nodes: dict[str, Node]) -> Iterator[Node]:
    """As they stand, but that one whose parent stands later comes right after that."""
    came: set[str] = set()
    early: dict[str, list[Node]] = defaultdict(list)
    for node in nodes.values():
        if node.parent is not None and node.parent not in came:
            early[node.parent].append(node)
            continue
        ready = [node]
        while ready:
            now = ready.pop()
            came.add(now.id)
            yield now
            ready += reversed(early.pop(now.id, []))
