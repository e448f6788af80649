"""What a browser asks for to install the site. It is the same for everybody, signed in or not."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext
from django.views.decorators.http import require_safe

from chatsite.installed.icons import ICONS

LIGHT, DARK = "#fbfaf7", "#151716"
"""`--paper` of the style sheets: where no style sheet is read, as in a manifest."""
SHOWN_WITH = ("pages/card.css", "js/page/offline.js")
"""What the page for no network needs; the worker keeps it with the page."""


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the site is named and shown once it is installed.

    A manifest has one colour; pages name theirs for light and dark.
    """
    drawn = [
        {
            "src": static(icon.path),
            "sizes": f"{icon.pixels}x{icon.pixels}",
            "type": "image/png",
            "purpose": "maskable" if icon.maskable else "any",
        }
        for icon in ICONS
    ]
    mark = {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    told = {
        "id": "/",
        "name": "Chatsite",
        "short_name": "Chatsite",
        "description": gettext("Chats with language models. No word is lost."),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "icons": [mark, *drawn],
        "shortcuts": [
            {"name": gettext("New chat"), "url": reverse("conversations:new")},
            {"name": gettext("Search"), "url": reverse("conversations:search")},
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it may answer for every page."""
    page = reverse("installed:offline")
    kept = json.dumps([page, *map(static, SHOWN_WITH)])
    context = {"page": json.dumps(page), "kept": kept}
    return render(request, "installed/worker.js", context, content_type="text/javascript")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "installed/offline.html")
