"""`{% enter_command %}`: the shell command that prints another sign-in link."""

from __future__ import annotations

from django import template

from conversations.sign_in import links

register = template.Library()


@register.simple_tag
def enter_command() -> str:
    return links.command()
