"""What holds for every page: its headers, a sign-in, and what it says when the database fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port, validate_host
from django.shortcuts import render
from django.template.loader import render_to_string

from chatsite.preferences import look
from chatsite.sentences import SIGNED_OUT
from chatsite.tokens.refusals import unauthorised
from conversations.requests import HtmxRequest
from conversations.sign_in.grants import is_for_programs
from streaming import log_context
from streaming.api.problems import problem
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.ops.trusted_peers import is_trusted_peer
from streaming.site import NotServing

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponseBase]

NO_STORAGE = (OperationalError, InterfaceError, NotServing)
"""What a request raises where the database fails, or what could not start without it."""


def request_ids(get_response: Handler) -> Handler:
    """Every request has an id, the proxy's if it sent one; log lines and the reply carry it."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        name = log_context.request_id_from(request.headers.get("X-Request-ID", ""))
        log_context.request_id.set(
            name
        )  # it is never reset: Django logs refusals after this returned
        response = get_response(request)
        response.headers["X-Request-ID"] = name
        return response

    return respond


PROBED = frozenset({"/healthz", "/readyz", "/metrics"})


def probes(get_response: Handler) -> Handler:
    """Monitoring by a trusted peer may ask by IP address, and without TLS.

    By IP address alone: a foreign page can point its own name at this machine, and then a browser
    here asks under that name.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        name, _ = split_domain_port(request.META.get("HTTP_HOST", ""))
        known = validate_host(name, settings.ALLOWED_HOSTS)
        by_address = not request.META.get("HTTP_HOST") or is_address(name)
        if request.path in PROBED and by_address and not known and is_trusted_peer(request):
            public = urlsplit(settings.PUBLIC_ORIGIN)
            request.META["HTTP_HOST"] = public.netloc
            request.META["HTTP_X_FORWARDED_PROTO"] = public.scheme
        return get_response(request)

    return respond


def is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def private_pages(get_response: Handler) -> Handler:
    """No cache may store a page, for it may hold a conversation; no page may use a sensor."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    return respond


class SignedInMiddleware(LoginRequiredMiddleware):
    """Redirects to the sign-in page. A page whose session has ended stays, and is told so."""

    def process_view(  # type: ignore[override]  # HtmxMiddleware was called before any such hook
        self, request: HtmxRequest, view_func: Any, *arguments: Any
    ) -> HttpResponseBase | None:
        """The database is asked who it is, but not for views that need no sign-in."""
        if not getattr(view_func, "login_required", True):
            return None
        try:
            return super().process_view(request, view_func, *arguments)
        except NO_STORAGE as trouble:
            return storage_trouble(request, trouble)

    def handle_no_permission(  # type: ignore[override]  # Django allows any response
        self, request: HtmxRequest, view_func: Any
    ) -> HttpResponseBase:
        if is_for_programs(view_func):
            return unauthorised()
        if not request.htmx:
            return super().handle_no_permission(request, view_func)
        notice = render_to_string("streaming/composer/_notice.html", {"notice": _red(SIGNED_OUT)})
        return HttpResponse(notice, status=401, headers={"HX-Reswap": "none"})


class StorageTrouble:
    """Replies with 503 where the database failed and the view did not handle it."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HtmxRequest, trouble: Exception) -> HttpResponse | None:
        return storage_trouble(request, trouble) if isinstance(trouble, NO_STORAGE) else None


def storage_trouble(request: HtmxRequest, trouble: Exception) -> HttpResponse:
    """A page that needs no database, and from which what was typed can be sent once more."""
    logger.warning("Nothing can be saved at %s: %s", request.path, trouble)
    if request.resolver_match is not None and is_for_programs(request.resolver_match.func):
        return problem(503, STORAGE_SENTENCE)
    typed = {name: text for name, text in request.POST.items() if name != "csrfmiddlewaretoken"}
    context = {
        "notice": _red(STORAGE_SENTENCE),
        "typed": typed if "prompt" in typed else {},
        "preferences": look.from_cookie(request),
    }
    template = "streaming/composer/_notice.html" if request.htmx else "503.html"
    return render(request, template, context, status=503)


def _red(sentence: str) -> dict[str, str]:
    return {"text": sentence, "tone": "red"}
