"""Whoever may only read sends nothing: every request that changes something comes past here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from chatsite.middleware import NO_STORAGE, storage_trouble
from conversations.requests import HtmxRequest
from conversations.roles import rights
from conversations.roles.doors import is_open_to_readers
from conversations.roles.rights import Right
from conversations.sentences import READ_ONLY
from conversations.sign_in.grants import is_for_programs
from streaming.api.problems import problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class RightToWrite:
    """Stands after what says who asks and in which language. A new view is closed by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HtmxRequest, view_func: Any, *arguments: Any
    ) -> HttpResponse | None:
        needs_sign_in = getattr(view_func, "login_required", True)
        if request.method in SAFE or not needs_sign_in or is_open_to_readers(view_func):
            return None
        try:
            user = request.user
            writes = not isinstance(user, User) or rights.may(user, Right.WRITE)
        except NO_STORAGE as trouble:
            return storage_trouble(request, trouble)
        return None if writes else _refusal(request, view_func)


def _refusal(request: HtmxRequest, view_func: Any) -> HttpResponse:
    """The same for what is there and what is not: nothing was looked for."""
    if is_for_programs(view_func):
        return problem(403, READ_ONLY)
    if not request.htmx:
        return render(request, "403_read_only.html", {"sentence": READ_ONLY}, status=403)
    notice = {"notice": {"text": READ_ONLY, "tone": "red"}}
    said = render_to_string("streaming/composer/_notice.html", notice)
    return HttpResponse(said, status=403, headers={"HX-Reswap": "none"})
