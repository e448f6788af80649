"""References to footnotes, `[^label]`, as a rule for markdown-it, and the numbers they get."""

import re
from dataclasses import dataclass, field

from markdown_it.rules_inline import StateInline

_REFERENCE = re.compile(r"\[\^([^\]\[\s]{1,100})\]")


@dataclass(slots=True)
class FootnoteNumbers:
    """The labels that have a footnote, in the order of their first references."""

    labels: frozenset[str]
    order: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, label: str) -> int:
        """The number of a label, from 1."""
        if label not in self._numbers:
            self.order.append(label)
            self._numbers[label] = len(self.order)
        return self._numbers[label]


def footnote_reference(state: StateInline, silent: bool) -> bool:
    """`[^label]`, if such a footnote exists or may still come."""
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    numbers: FootnoteNumbers | None = state.env.get("footnotes")
    if numbers is not None and match[1] not in numbers.labels:
        return False
    if not silent:
        token = state.push("footnote_reference", "sup", 0)
        token.content = match[1] if numbers is None else str(numbers.number(match[1]))
    state.pos = match.end()
    return True
