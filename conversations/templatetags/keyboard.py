"""`{% keys user %}`: the keys of a page, for its scripts."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser, User

from conversations.keyboard.keys import spelled
from conversations.preferences import choices

register = template.Library()


@register.simple_tag
def keys(user: User | AnonymousUser) -> str:
    """Nothing for whoever switched them off."""
    return spelled() if user.pk is not None and choices.has_keys(user.pk) else ""
