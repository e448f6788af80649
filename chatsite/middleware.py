"""What holds for every page: the headers that no package sets, and that who asks is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

Handler = Callable[[HttpRequest], HttpResponseBase]

SIGNED_OUT = {
    "text": "You are signed out. Open the sign-in link, then try again: what you typed is kept.",
    "tone": "red",
}


def private_pages(get_response: Handler) -> Handler:
    """No cache keeps a page that may hold a conversation; no page may use a sensor."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    return respond


class SignedInMiddleware(LoginRequiredMiddleware):
    """Leads to the sign-in page; a page whose session ended meanwhile stays and is told so."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:
        if not request.headers.get("HX-Request"):
            return super().handle_no_permission(request, view_func)
        notice = render_to_string("streaming/_notice.html", {"notice": SIGNED_OUT})
        return HttpResponse(notice, status=401, headers={"HX-Reswap": "none"})
