"""`{% enter_command %}`: what to type in a terminal for another link that signs the owner in."""

from __future__ import annotations

from django import template

from conversations import sign_in

register = template.Library()


@register.simple_tag
def enter_command() -> str:
    return sign_in.command()
