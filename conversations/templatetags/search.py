"""`{% marked_text found message %}`: a prompt with the words that were looked for in it."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from conversations.models import Message
from conversations.search.within import FoundWithin

register = template.Library()


@register.simple_tag
def marked_text(found: FoundWithin, message: Message) -> SafeString:
    return found.marked(escape(message.text), message.pk)
