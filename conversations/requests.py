"""Requests as views get them: `request.htmx` says whether a script of the page asks for a part.

And how a page has its browser ask for what follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django_htmx.middleware import HtmxDetails

SHOWN = re.compile("/c/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
"""The conversation in the address of a page."""


LONGEST_NUMBER = 18
MOST_NUMBER = 10**LONGEST_NUMBER - 1
"""Of so many digits every database takes a number."""

SWITCHES = "Chat-Switch"
"""The header of a page that asks for another conversation, to show it in its own place."""


class HtmxRequest(HttpRequest):
    """What `HtmxMiddleware` makes of a request; it is true in `if request.htmx` for htmx alone."""

    htmx: HtmxDetails


def current(request: HtmxRequest) -> UUID | None:
    """The conversation that the page shows which asks; None if it shows none, or does not say."""
    found = SHOWN.search(request.htmx.current_url or "")
    return UUID(found[1]) if found else None


def shows(request: HtmxRequest, conversation_id: UUID) -> bool:
    """Whether the page that asks shows this conversation."""
    return current(request) == conversation_id


def prefetches(reply: HttpResponse) -> None:
    """At a press on another conversation the browser asks for its page, before the click."""
    reply.headers["Speculation-Rules"] = f'"{static("prefetch.speculationrules")}"'


def row_number(said: str) -> int | None:
    """The number of a row as addresses and forms spell it; None for anything else."""
    fits = said.isascii() and said.isdecimal() and len(said) <= LONGEST_NUMBER
    return int(said) if fits else None


def key_of(request: HttpRequest) -> UUID:
    """The form's own key, by which it is done once; a form without one is told from all others."""
    said = request.POST.get("deletion") or request.POST.get("key", "")
    try:
        return UUID(said)
    except ValueError:
        return uuid4()


def prompt_key(
    key: UUID, conversation_id: UUID | None, prompt: str, files: Sequence[UUID] = ()
) -> UUID:
    """A prompt's own key: a page that somebody went back to still holds that of what it sent."""
    own = uuid5(key, f"{conversation_id or ''} {prompt}")
    return uuid5(own, " ".join(map(str, files))) if files else own
