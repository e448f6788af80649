"""`{% composer as composer %}`: what the message box of a page needs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.contrib.auth.models import User
from django.forms import Form

from conversations.files import of_project
from conversations.files.models import File
from conversations.models import Conversation
from conversations.order import scope
from conversations.roles import rights
from conversations.roles.rights import Right
from streaming.catalog.model_menu import Menu, ModelChoice, default_model
from streaming.live.thread import whereabouts
from streaming.live.thread.prompts_in_line import EMPTY, Line, line_of
from streaming.live.thread.whereabouts import Running
from streaming.parameters import presets
from streaming.parameters.chips import Chip, chips
from streaming.providers.config import ProviderConfig
from streaming.providers.parameters import Parameters
from streaming.site import site

register = template.Library()


@dataclass(frozen=True, slots=True)
class Composer:
    """`form` holds what was refused, `key` is for the next thing that is sent, `text` is there.

    `parameters` is the key of those that were set before the conversation began; `offered` are the
    files of its project.
    """

    conversation: Conversation | None
    form: Form | None
    key: uuid.UUID
    models: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    selected: str
    running: Running | None
    demo: bool
    text: str
    parameters: str
    files: Sequence[File] = ()
    offered: Sequence[File] = ()

    @property
    def empty(self) -> bool:
        """No model is there to choose."""
        return not self.models


@register.filter
def may_write(user: User) -> bool:
    return rights.may(user, Right.WRITE)


@register.simple_tag(takes_context=True)
def composer(context: template.Context) -> Composer:
    conversation: Conversation | None = context.get("conversation")
    refused: Form | None = context.get("refused")
    menu = site().menu.of(context["request"].user.pk)
    running = None
    if conversation is not None:
        running = whereabouts.running(conversation.pk)
    return Composer(
        conversation=conversation,
        form=refused,
        key=uuid.uuid4(),
        models=menu.by_provider(),
        selected=_selected(conversation, refused, context, menu),
        running=running,
        demo=_is_demo([config for config, choices in menu.offers() if choices]),
        text=str(refused["prompt"].value() or "") if refused else str(context.get("quoted", "")),
        parameters=_set_before(context) if conversation is None else "",
        files=context.get("files") or (),
        offered=of_project.listed(_project_id(conversation, context)),
    )


@register.simple_tag
def chips_of(conversation: Conversation | None, user_id: int | None, key: str) -> list[Chip]:
    """What differs from the default; before a conversation begins, what was set under `key`."""
    if conversation is not None:
        return chips(Parameters.of(conversation.parameters, conversation.system_prompt))
    chosen = presets.of_new(user_id, key) if key and user_id else None
    return chips(chosen or Parameters())


@register.simple_tag
def prompts_in_line(conversation: Conversation | None) -> Line:
    """The prompts that wait in a conversation; none in a new one."""
    return line_of(conversation.pk) if conversation else EMPTY


def _is_demo(answering: Sequence[ProviderConfig]) -> bool:
    """Whether nobody but the demo answers; a provider without models does not."""
    return bool(answering) and all(config.demo for config in answering)


def _project_id(conversation: Conversation | None, context: template.Context) -> int | None:
    """Of one that has not begun, the project of the list that is shown."""
    if conversation is not None:
        return conversation.project_id
    return scope.of(context["request"]).project


def _set_before(context: template.Context) -> str:
    """The key of what was set for a conversation that has not begun, as the page's address says.

    Empty if it is there no more: the page shows what is sent with the prompt.
    """
    request = context["request"]
    key = str(request.POST.get("parameters") or request.GET.get("parameters", ""))[:36]
    return key if key and presets.find(request.user.pk, key) else ""


def _selected(
    conversation: Conversation | None,
    refused: Form | None,
    context: template.Context,
    menu: Menu,
) -> str:
    """The model asked for just now, else the conversation's.

    A new one, and a copy that nobody continued yet, starts with the one that its person chose for
    that, else with the default of the administrators, else with what was used last, if that person
    may still use it.
    """
    if refused is not None and refused.data.get("model"):
        return str(refused.data["model"])
    if conversation is None or not conversation.provider:
        own = str(context["preferences"].new_model)
        if own and menu.has(ModelChoice(*own.split("/", 1))):
            return own
        chosen = default_model()
        if chosen and menu.has(chosen):
            return chosen.value
        user = context["request"].user
        used = user.conversations.exclude(provider="").order_by("-updated_at")
        conversation = used.first()
        if conversation is None or not menu.is_open(conversation.provider, conversation.model):
            return ""
    return f"{conversation.provider}/{conversation.model}"
