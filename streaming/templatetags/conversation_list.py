"""`{% conversation_list user conversation before as sidebar %}`: the list with its states."""

from __future__ import annotations

from uuid import UUID

from django import template
from django.contrib.auth.models import User
from django.template import Context

from conversations.models import Conversation
from conversations.order import scope
from conversations.order.scope import Scope
from conversations.paging import Place
from conversations.sidebar import ListStretch, SidebarRow
from streaming.live.sidebar import listing

register = template.Library()


@register.simple_tag(takes_context=True)
def conversation_list(
    context: Context, user: User, current: UUID | None, before: Place | None
) -> ListStretch:
    """The newest of the list that the page shows, and the open one; or those after that place."""
    shown = scope.of(context["request"])
    if before:
        return listing.earlier(user.pk, before, shown)
    return listing.newest(user.pk, current or None, scope=shown)


@register.simple_tag(takes_context=True)
def shown_list(context: Context) -> Scope:
    """Which list the page shows."""
    return scope.of(context["request"])


@register.simple_tag
def conversation_row(conversation: Conversation) -> SidebarRow | None:
    return listing.row(conversation.pk)
