"""`{% offers as models %}`: the models to choose from, by provider."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from streaming.site import is_serving, site

register = template.Library()


@register.simple_tag
def offers() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Each provider's name with its models' values and names; nothing where none are served."""
    return site().menu.by_provider() if is_serving() else []
