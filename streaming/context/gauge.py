"""How many tokens the next request would have, and how many the model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conversations import branches
from conversations.branches import PlainMessage
from conversations.models import Conversation, Message
from streaming.catalog.model_menu import ModelChoice, ModelMenu, tokens
from streaming.picker import known, notes

REPORTED = "reported"
LOOKED_AT = 50
WINDOWS = 10_000


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


def gauge(menu: ModelMenu, conversation: Conversation, choice: ModelChoice) -> Gauge:
    """For this model, at the end of the branch that is shown. It learns how large the window is."""
    config = next(config for config, _ in menu.offers() if config.slug == choice.provider)
    window = known.window(menu, config, choice)
    own = notes.window(conversation.owner_id, choice) if window is None else None
    _learn(menu, conversation.owner_id, choice, window or own)
    return Gauge(choice, used(conversation), window or own, own is not None)


def _learn(menu: ModelMenu, owner_id: int, choice: ModelChoice, window: int | None) -> None:
    """A send looks no further than there."""
    if window is None:
        menu.windows.pop((owner_id, choice), None)
        return
    if len(menu.windows) >= WINDOWS:
        menu.windows.clear()
    menu.windows[owner_id, choice] = window


def used(conversation: Conversation) -> int:
    """The last reported usage of the branch, and about as many tokens as what came after it has."""
    turns = branches.sent(branches.history(conversation.leaf_id))
    counted, at = _counted(conversation, turns)
    later = sum(len(turn.text) for turn in turns[at:])
    return counted + tokens(later + (0 if counted else len(conversation.system_prompt)))


def _counted(conversation: Conversation, turns: Sequence[PlainMessage]) -> tuple[int, int]:
    """The tokens down to the last answer whose usage was reported, and how many turns that are."""
    places = {turn.pk: at for at, turn in enumerate(turns, 1)}
    last = (
        conversation.generations.filter(usage_source=REPORTED, start_offset=0)
        .exclude(input_tokens=None)
        .exclude(output_tokens=None)
        .order_by("-pk")
        .values_list("message_id", "input_tokens", "output_tokens", "created_at")
    )
    since = _started(turns)
    for message, read, written, asked in last[:LOOKED_AT]:
        if message in places and (since is None or asked > since):
            return (read or 0) + (written or 0), places[message]
    return 0, 0


def _started(turns: Sequence[PlainMessage]) -> datetime | None:
    """When what is before the first turn was left out."""
    if not turns or not turns[0].starts:
        return None
    row = Message.objects.filter(pk=turns[0].pk).values_list("starts_at", flat=True)
    return row.first()
