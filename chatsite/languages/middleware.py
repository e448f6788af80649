"""In which language a request is answered: the person's choice, else what the browser asks for.

The choice is kept with the person. A page looks it up and leaves it in a cookie, which all that the
page asks for afterwards brings along: nothing but a page costs a question to the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from chatsite.middleware import NO_STORAGE
from chatsite.preferences.look import chosen_by
from conversations.languages import texts
from conversations.requests import HtmxRequest

Handler = Callable[[HttpRequest], HttpResponseBase]


def browser_language(get_response: Handler) -> Handler:
    """By the cookie, else by what the browser prefers, else the site's first language."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        with translation.override(texts.asked_for(request.COOKIES, request.META)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return respond


class ChosenLanguage:
    """Stands after the sign-in, for it asks what the person chose."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        chosen: str | None = getattr(request, "chosen_language", None)
        if chosen is not None and chosen != request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""):
            _leave_cookie(response, chosen)
        return response

    def process_view(self, request: HtmxRequest, view_func: Any, *arguments: Any) -> None:
        """Where the database fails the view says so, in the language of the browser."""
        if not (getattr(view_func, "login_required", True) and _is_page(request)):
            return
        if not isinstance(request.user, User):
            return
        try:
            chosen = chosen_by(request, request.user.pk).language
        except NO_STORAGE:
            return
        request.chosen_language = chosen  # type: ignore[attr-defined]  # for __call__, above
        if chosen:
            translation.activate(chosen)
        elif settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            translation.activate(texts.asked_for({}, request.META))


def _is_page(request: HtmxRequest) -> bool:
    """What a browser shows as a page; one that does not say what for it asks counts, too."""
    shown = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    return request.method == "GET" and not request.htmx and shown


def _leave_cookie(response: HttpResponseBase, chosen: str) -> None:
    """A copy of the choice, for what the page asks for; without a choice there is none."""
    if not chosen:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
