"""Django's `{% load i18n %}`, with a `{% translate %}` that looks a text up once a language.

A page of a long list holds some thousand texts; Django's own tag makes a lazy object for each,
every time. What it does with options (`as`, `noop`, `context`) it does here as well.
"""

from __future__ import annotations

from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.library import Library
from django.templatetags import i18n
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from chatsite.languages.script_texts import texts_of

register = Library()
register.tags = dict(i18n.register.tags)
register.filters = dict(i18n.register.filters)


class TextNode(Node):
    """A text of the template itself: it is as safe as the template."""

    child_nodelists = ()

    def __init__(self, text: str) -> None:
        self._text = text.replace("%", "%%")
        self._known: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        known = self._known.get(language)
        if known is None:
            words = gettext(self._text).replace("%%", "%")
            known = self._known[language] = mark_safe(words)  # noqa: S308 (see above)
        return known


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """A literal alone is ours; all else is Django's."""
    parts = token.split_contents()
    if len(parts) == 2 and parts[1][0] == parts[1][-1] and parts[1][0] in "\"'":
        return TextNode(parts[1][1:-1])
    node: Node = i18n.do_translate(parser, token)
    return node


@register.simple_tag
def texts_of_scripts() -> str:
    """JSON without any character that means something in HTML."""
    return mark_safe(texts_of(get_language() or ""))  # noqa: S308 (see above)
