"""How many tokens the next request would have, and how many the model reads."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.models import Conversation
from streaming.catalog.model_menu import Menu, ModelChoice
from streaming.picker import known, notes
from streaming.windows.counting import count


@dataclass(frozen=True, slots=True)
class Gauge:
    """`used` of `window` tokens; None: unknown. `own`: the person said how large it is."""

    choice: ModelChoice
    used: int
    window: int | None
    own: bool = False

    @property
    def percent(self) -> int | None:
        return round(100 * self.used / self.window) if self.window else None

    @property
    def words(self) -> tuple[str, str]:
        """Both numbers as people say them; the window is empty where it is unknown."""
        return known.short(self.used), known.short(self.window) if self.window else ""


def gauge(
    menu: Menu, conversation: Conversation, choice: ModelChoice, leaf_id: int | None = None
) -> Gauge:
    """For this model, at the end of the branch that is shown, or of that which ends with a leaf."""
    config = next(config for config, _ in menu.offers() if config.slug == choice.provider)
    window = known.window(menu, config, choice)
    own = notes.window(conversation.owner_id, choice) if window is None else None
    used = count(conversation, leaf_id or conversation.leaf_id, config).used
    return Gauge(choice, used, window or own, own is not None)
