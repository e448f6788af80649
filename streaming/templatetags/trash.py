"""What a page needs that deletes: `{% undone as undone %}`, `{% new_key as key %}` and others."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

from django import template
from django.conf import settings

from conversations.requests import row_number
from streaming.trash import undo_line
from streaming.trash.undo_line import Undoable

register = template.Library()


@register.simple_tag(takes_context=True)
def undone(context: template.Context) -> Undoable | None:
    """What the page before this one deleted, as the address says."""
    request = context["request"]
    number = row_number(request.GET.get("deleted", ""))
    return None if number is None else undo_line.undoable(request.user, number)


@register.simple_tag(takes_context=True)
def is_temporary(context: template.Context) -> bool:
    """Whether the page begins a temporary conversation."""
    refused = context.get("refused")
    said = refused.data if refused is not None else context["request"].GET
    return context.get("conversation") is None and said.get("temporary") == "on"


@register.simple_tag
def temporary_hours() -> int:
    return int(settings.TEMPORARY_HOURS)


@register.simple_tag(takes_context=True)
def new_key(context: template.Context) -> UUID:
    """For a form that nobody has sent yet: the next one of the page, where it is a page."""
    keys: Iterator[UUID] | None = context.get("form_keys")
    return uuid4() if keys is None else next(keys)
