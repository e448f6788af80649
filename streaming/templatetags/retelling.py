"""`{{ sentence|retold }}`: what was said in English, in the language of the reader."""

from __future__ import annotations

from django import template

from streaming.error_messages import retelling

register = template.Library()


@register.filter
def retold(sentence: str) -> str:
    return retelling.retold(sentence)
