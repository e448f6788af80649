"""Ways in: `{% enter_command %}` prints another link, `{% sign_on_name as … %}` is a provider's."""

from __future__ import annotations

from django import template
from django.conf import settings

from conversations.sign_in import links

register = template.Library()


@register.simple_tag
def enter_command() -> str:
    return links.command()


@register.simple_tag
def sign_on_name() -> str:
    """How the provider of single sign-on is called; an empty string without one."""
    found = settings.SINGLE_SIGN_ON
    return str(found.name) if found is not None else ""
