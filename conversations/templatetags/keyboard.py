"""`{% keys user %}`: the keys of a page, for its scripts."""

from __future__ import annotations

from functools import cache

from django import template
from django.contrib.auth.models import AnonymousUser, User

from conversations.keyboard.keys import spelled
from conversations.preferences.models import Preferences
from conversations.prepared import Prepared

register = template.Library()

ANYBODY = -7_310_458_226
"""Stands for the owner in a query that is composed before anybody asks."""


@register.simple_tag
def keys(user: User | AnonymousUser) -> str:
    """Nothing for whoever switched them off."""
    if user.pk is None:
        return ""
    off = any(not on for (on,) in _switch().rows(user.pk))
    return "" if off else spelled()


@cache
def _switch() -> Prepared:
    """Every page asks for it."""
    own = Preferences.objects.filter(pk=ANYBODY)
    return Prepared(own.values_list("keyboard"), ANYBODY)
