"""The whole prompt as it will go out: the very request that the next answer is asked with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from conversations import branches
from conversations.models import Conversation, Message
from streaming.catalog.model_menu import ModelChoice
from streaming.catalog.provider_registry import provider_config
from streaming.parameters import effective
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.formats.requests.history import sendable
from streaming.providers.parameters import Parameters
from streaming.providers.registry import ADAPTERS


class Preview(NamedTuple):
    """Every message in order, and the body as JSON; `left_out` older ones are sent, not shown."""

    turns: Sequence[ChatMessage]
    left_out: int
    body: str


def of(
    own: Parameters,
    owner_id: int,
    project_id: int | None,
    conversation: Conversation | None,
    choice: ModelChoice,
    prompt: str,
) -> Preview:
    sent = effective.sent_with(own, owner_id, project_id, choice)
    before = branches.sent(branches.history(conversation.leaf_id)) if conversation else ()
    said = [
        ChatMessage("user" if turn.role == Message.Role.USER else "assistant", turn.text)
        for turn in before
    ]
    if prompt.strip():
        said.append(ChatMessage("user", prompt))
    turns = sendable(said)
    most = settings.PREVIEW_MESSAGES
    shown = turns[-most:]
    request = ChatRequest(
        choice.model,
        tuple(shown),
        system=sent["system_prompt"],
        parameters=sent["parameters"],
    )
    config = provider_config(choice.provider)
    body = ADAPTERS[config.format].call(config, request).body if config else {}
    system = [ChatMessage("system", request.system)] if request.system else []
    told = json.dumps(body, ensure_ascii=False, indent=2)
    return Preview([*system, *shown], len(turns) - len(shown), told)
