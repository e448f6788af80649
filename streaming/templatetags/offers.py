"""`{% offers as models %}`: what an answer can go on with, by provider."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from streaming import lifecycle
from streaming.lifecycle import NotServing

register = template.Library()


@register.simple_tag
def offers() -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """Each provider's name with its models' values and names; nothing where none are served."""
    try:
        menu = lifecycle.site().menu
    except NotServing:
        return []
    return [
        (config.name, [(choice.value, choice.model) for choice in choices])
        for config, choices in menu.offers()
        if choices
    ]
