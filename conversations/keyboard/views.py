"""The palette and the table of keys: dialogs for the script that opens them, else pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations.access import person
from conversations.keyboard import keys
from conversations.keyboard.finding import offer
from conversations.preferences import choices
from conversations.requests import HtmxRequest

OPTIONS = "palette-options"
"""The part of the palette that changes with what is typed."""


@require_GET
def palette(request: HtmxRequest) -> HttpResponse:
    """What fits `q`: to its own list the options alone."""
    page = request.htmx.current_url or ""
    context = {"offer": offer(person(request), request.GET.get("q", ""), page)}
    if request.htmx:
        part = "options" if request.htmx.target == OPTIONS else "palette"
        return render(request, f"keyboard/_{part}.html", context)
    return render(request, "keyboard/palette.html", context)


@require_GET
def table(request: HtmxRequest) -> HttpResponse:
    chosen = choices.of(person(request).pk)
    is_mac = keys.is_mac(request.headers.get("User-Agent", ""))
    context = {
        "places": keys.by_place(mac=is_mac, sending_key=chosen.sending_key),
        "on": chosen.keyboard,
    }
    page = "keyboard/_keys.html" if request.htmx else "keyboard/keys.html"
    return render(request, page, context)
