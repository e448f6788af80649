"""`{% keys preferences %}`: the keys of a page, for its scripts."""

from __future__ import annotations

from django import template

from conversations.keyboard.keys import spelled
from conversations.preferences.choices import PageChoices

register = template.Library()


@register.simple_tag
def keys(preferences: PageChoices) -> str:
    """Nothing for whoever switched them off."""
    return spelled() if preferences.keyboard else ""
