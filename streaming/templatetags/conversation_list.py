"""`{% conversation_list user conversation before as sidebar %}`: the list with its states."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from conversations.models import Conversation
from conversations.paging import Place
from conversations.sidebar import ListStretch, SidebarRow
from streaming.live.sidebar import listing

register = template.Library()


@register.simple_tag
def conversation_list(
    user: User, conversation: Conversation | None, before: Place | None
) -> ListStretch:
    """A person's newest conversations and the open one; with `before` those after that place."""
    if before:
        return listing.earlier(user.pk, before)
    return listing.newest(user.pk, conversation.pk if conversation else None)


@register.simple_tag
def conversation_row(conversation: Conversation) -> SidebarRow | None:
    return listing.row(conversation.pk)
