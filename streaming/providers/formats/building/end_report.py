"""What is reported with the end of an answer: its usage, its cost, and warnings."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from streaming.events import CostReported, Event, UsageReported, Warned

SKIPPED = "frame_skipped"
"""The warning's code for what could not be read and was not missed."""
DIFFERS = "told_differently"
"""The warning's code for an end that repeats the answer in other words."""


@dataclass(slots=True)
class EndReport:
    """Collected while the answer comes; a later usage or cost replaces an earlier one."""

    usage: dict[str, int] = field(default_factory=dict)
    cost: CostReported | None = None
    warnings: list[Warned] = field(default_factory=list)

    def note(self, code: str, message: str | None = None) -> None:
        """A warning for the end, once."""
        if (warning := Warned(code, message)) not in self.warnings:
            self.warnings.append(warning)

    def events(self, *, is_finished: bool) -> Iterator[Event]:
        """If the answer broke off, its usage is partial and warnings are left out."""
        if self.usage:
            yield UsageReported(**self.usage, partial=not is_finished)
        if self.cost:
            yield self.cost
        if is_finished:
            yield from self.warnings
