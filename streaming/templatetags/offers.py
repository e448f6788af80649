"""The models to choose from: `{% offers as models %}`, `{% is_offered value as known %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from streaming.site import is_serving, site

register = template.Library()


@register.simple_tag
def offers() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Each provider's name with its models' values and names; nothing where none are served."""
    return site().menu.by_provider() if is_serving() else []


@register.simple_tag
def is_offered(value: str) -> bool:
    """Whether a model of that value can be chosen."""
    offered = (choices for _, choices in offers())
    return any(value == each for choices in offered for each, _ in choices)
