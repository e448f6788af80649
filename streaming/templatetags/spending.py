"""`{% spending conversation as spent %}`: what all answers and titles of a conversation used.

`{{ number|grouped }}`: a number as its reader's language writes long ones.
"""

from __future__ import annotations

from django import template
from django.conf import settings

from conversations.models import Conversation
from streaming.costs import bill
from streaming.journal import usage
from streaming.journal.usage import Usage
from streaming.titles import spending as titles

register = template.Library()
register.filter("grouped", bill.grouped)


@register.simple_tag
def spending(conversation: Conversation) -> Usage:
    return usage.of_conversation(conversation.pk, titles.spent_on(conversation.pk))


@register.simple_tag
def everything_is_recorded() -> bool:
    """Whether the site records what upstreams send whatever a conversation says."""
    return bool(settings.RECORD_UPSTREAM)
