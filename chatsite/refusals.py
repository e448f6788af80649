"""Pages that say what went wrong. None of them asks the database.

It may be what failed; and Django makes these pages in threads of their own, whose connections
nobody gives back.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from chatsite import sentences
from chatsite.preferences import look
from streaming.api.problems import problem
from streaming.error_messages import replies

PROGRAMS = "/api/"
"""Below it everything is told as programs read it."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 where the body was too large, else 400. The page never shows the exception's own text."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return _page(request, status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PROGRAMS):
        return problem(404, replies.NOTHING_HERE)
    return _page(request, 404)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    context = {"preferences": look.without_asking(request)}
    return render(request, f"{status}.html", context, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request, which may be what failed."""
    context = {"preferences": look.from_cookie(request)}
    return HttpResponse(render_to_string("500.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Without a token of its own."""
    if request.path.startswith(PROGRAMS):
        return problem(403, sentences.NO_CSRF_TOKEN)
    context = {"preferences": look.from_cookie(request)}
    return HttpResponse(render_to_string("403_csrf.html", context), status=403)


def addresses(request: HttpRequest) -> dict[str, str]:
    """For every template: the site's own address, if the page was opened under another one.

    Sockets are accepted from the site's own address alone, so the page names it.
    """
    usual = ":443" if request.is_secure() else ":80"
    try:
        opened = f"{request.scheme}://{request.get_host().lower().removesuffix(usual)}"
    except DisallowedHost:
        opened = ""
    return {"right_address": "" if opened in settings.WEBSOCKET_ORIGINS else settings.PUBLIC_ORIGIN}
