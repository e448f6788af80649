"""How pages look to whoever asks: from the database, or from a cookie where nobody is known.

The cookie is for the pages before a sign-in and for those of errors, which may ask no database.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from conversations.preferences import choices
from conversations.preferences.choices import PageChoices
from conversations.preferences.models import Preferences

YEAR_SECONDS = 365 * 24 * 3600
KEPT = {
    "theme": Preferences.Theme,
    "density": Preferences.Density,
    "text_size": Preferences.TextSize,
}


def preferences(request: HttpRequest) -> dict[str, object]:
    """For every template: what the person chose of pages, read when it is first asked for."""
    return {"preferences": SimpleLazyObject(lambda: _of(request))}


def _of(request: HttpRequest) -> PageChoices:
    """A page may be shown before anybody is known, or because the database fails."""
    user = getattr(request, "user", None)
    try:
        if user is None or not user.is_authenticated:
            return from_cookie(request)
        found = chosen_by(request, user.pk)
    except Error:
        return from_cookie(request)
    request.META[SEEN] = _spelled(found)
    return found


def chosen_by(request: HttpRequest, user_id: int) -> PageChoices:
    """What the person who asks chose: one question to the database, however many ask for it."""
    if CHOSEN not in request.META:
        request.META[CHOSEN] = choices.of_page(user_id)
    found = request.META[CHOSEN]
    assert isinstance(found, PageChoices)
    return found


CHOSEN = "chatsite.choices"
"""Where a request keeps them."""
SEEN = "chatsite.look"
"""Where a request keeps what the database said, for the cookie of its reply."""


def keep_look(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., object]:
    """A browser keeps the look that its person chose last."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        name, seen = settings.LOOK_COOKIE_NAME, request.META.get(SEEN)
        if seen is None or seen == request.COOKIES.get(name, ""):
            return response
        if seen:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(
                name, seen, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax"
            )
        else:
            response.delete_cookie(name, samesite="Lax")
        return response

    return respond


def without_asking(request: HttpRequest) -> PageChoices:
    """What is known of them without a question to the database."""
    found = request.META.get(CHOSEN)
    return found if isinstance(found, PageChoices) else from_cookie(request)


def from_cookie(request: HttpRequest) -> PageChoices:
    """What a browser keeps; whatever else is said there counts for nothing."""
    parts = request.COOKIES.get(settings.LOOK_COOKIE_NAME, "").split(".")
    said = dict(zip(KEPT, parts, strict=False))
    return PageChoices(
        **{name: value for name, value in said.items() if value in KEPT[name].values}  # type: ignore[arg-type]  # all of them are texts
    )


def _spelled(chosen: PageChoices) -> str:
    values = [str(getattr(chosen, name)) for name in KEPT]
    return ".".join(values) if any(values) else ""
