"""References to footnotes, `[^label]`, as a rule for markdown-it, and the numbers they get."""

import re
from dataclasses import dataclass, field

from markdown_it.rules_inline import StateInline

_REFERENCE = re.compile(r"\[\^([^\]\[\s]{1,100})\]")


@dataclass(slots=True)
class Notes:
    """The labels that have a footnote, numbered from 1 in the order of their references."""

    labels: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, label: str) -> int:
        """The number of a label; its first reference decides."""
        return self.numbers.setdefault(label, len(self.numbers) + 1)


def note_reference(state: StateInline, silent: bool) -> bool:
    """`[^label]`, if such a footnote exists or may still come."""
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    notes: Notes | None = state.env.get("notes")
    if notes is not None and match[1] not in notes.labels:
        return False
    if not silent:
        token = state.push("note_reference", "sup", 0)
        token.content = match[1] if notes is None else str(notes.number(match[1]))
    state.pos = match.end()
    return True
