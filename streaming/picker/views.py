"""The picker of models: a dialog for the script that opens it, else a page."""

from __future__ import annotations

import asyncio
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import suppress

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from conversations.access import person
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from streaming.catalog.model_menu import UnknownModel
from streaming.picker import notes
from streaming.picker.listing import offer
from streaming.site import site

OPTIONS = "picker-options"
"""The part of the picker that changes with what is typed."""
PATIENCE_SECONDS = 1.5
"""How long the first one waits for what servers tell of models that were configured."""


@require_GET
def models(request: HtmxRequest) -> HttpResponse:
    """What fits `q`: to its own list the options alone."""
    with suppress(StillWaiting):
        asking = asyncio.run_coroutine_threadsafe(site().menu.describe(), site().loop)
        asking.result(PATIENCE_SECONDS)
    return _list(request, request.GET.get("q", ""))


@require_POST
def favourite(request: HtmxRequest) -> HttpResponse:
    """Makes a model one of the favourites, or none of them: with `on`, or without."""
    text, value = request.POST.get("q", ""), request.POST.get("model", "")
    with suppress(UnknownModel):  # it went while the list was open: the new list shows that
        own = person(request).pk
        choice = site().menu.of(own).choose(value)
        notes.note(own, choice, favourite="on" in request.POST)
    if request.htmx:
        return _list(request, text)
    return SeeOther(f"{reverse('picker:models')}?{urlencode({'q': text})}")


def _list(request: HtmxRequest, text: str) -> HttpResponse:
    own = person(request).pk
    found = offer(site().menu.of(own), own, text[: settings.SEARCH_CHARACTERS])
    if request.htmx:
        part = "options" if request.htmx.target == OPTIONS else "picker"
        return render(request, f"picker/_{part}.html", {"offer": found})
    return render(request, "picker/models.html", {"offer": found})
