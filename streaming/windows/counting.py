"""How many tokens the next request of a conversation would have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from conversations import branches
from conversations.branches import PlainMessage
from conversations.models import Conversation, Message
from streaming.catalog.model_menu import tokens
from streaming.providers.config import ProviderConfig
from streaming.sent_files import estimates

REPORTED = "reported"
LOOKED_AT = 50


class Count(NamedTuple):
    """`reported`: most of it was counted by a provider; else all is an estimate."""

    used: int
    reported: bool


def count(conversation: Conversation, leaf_id: int | None, config: ProviderConfig) -> Count:
    """The last reported usage of the branch, and about as many tokens as what came after it has
    for this provider, files too.
    """
    turns = branches.asked(leaf_id)
    counted, at = _counted(conversation, turns)
    later = sum(len(turn.text) for turn in turns[at:])
    used = counted + tokens(later + (0 if counted else len(conversation.system_prompt)))
    with_files = [turn.pk for turn in turns[at:] if turn.has_files]
    if with_files:
        used += estimates.of_messages(config, with_files)
    return Count(used, bool(counted))


def _counted(conversation: Conversation, turns: Sequence[PlainMessage]) -> tuple[int, int]:
    """The tokens down to the last answer whose usage was reported, and how many turns that are."""
    places = {turn.pk: at for at, turn in enumerate(turns, 1)}
    for prompt, answer in pairwise(turns):
        if prompt.summary_to is not None:  # it was counted with what it sums up
            places.pop(answer.pk, None)
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
