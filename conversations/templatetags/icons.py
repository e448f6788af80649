"""`{% icon "copy" %}`: an icon of `icons/_sprite.html`, which is once on a page that shows any.

In the page itself, and not in a file of its own: so it needs no request, is there at the first
paint, and is still there in a page that was saved.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

USE = '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="#icon-{}"/></svg>'
"""With a size of its own, for a page that was saved without its style sheets."""


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(USE, name)
