"""The page that somebody asked for before signing in, on this host only.

The form of a password carries it. A link from a terminal cannot, so a cookie keeps it.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "/"
CHARACTERS = 2000


def is_here(request: HttpRequest, address: str) -> bool:
    return len(address) <= CHARACTERS and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )


def wanted(request: HttpRequest) -> str:
    """The address in `next`, or an empty string."""
    address = request.GET.get("next", "")
    return address if is_here(request, address) else ""


def remember(request: HttpRequest, reply: HttpResponseBase) -> None:
    if address := wanted(request):
        reply.set_cookie(
            settings.NEXT_COOKIE_NAME,
            address,
            max_age=settings.SIGN_IN_LINK_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def recall(request: HttpRequest) -> str:
    kept = request.COOKIES.get(settings.NEXT_COOKIE_NAME, "")
    return wanted(request) or (kept if is_here(request, kept) else HOME)


def forget(request: HttpRequest, reply: HttpResponseBase) -> None:
    if settings.NEXT_COOKIE_NAME in request.COOKIES:
        reply.delete_cookie(settings.NEXT_COOKIE_NAME, samesite="Lax")
