"""`{% enter_command %}`: what to type in a terminal for another link that signs the owner in."""

from __future__ import annotations

from django import template

from conversations.sign_in import links

register = template.Library()


@register.simple_tag
def enter_command() -> str:
    return links.command()
