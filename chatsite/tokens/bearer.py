"""`Authorization: Bearer`: who asks, at the addresses that take tokens and at no other.

A request with a token is its owner's, whatever cookies it brings: `request.user` and
`request.grant` say so. No page of another site can make a browser send one, so such a request needs
no CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from chatsite import sentences
from chatsite.middleware import NO_STORAGE
from chatsite.tokens import granting
from chatsite.tokens.models import AccessToken
from chatsite.tokens.refusals import challenge, unauthorised
from conversations.sign_in.grants import Grant, is_for_programs
from streaming.api.problems import problem
from streaming.error_messages.failures import STORAGE_SENTENCE

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST = 200


class Bearer:
    """Stands before the check of CSRF, and after nothing that it needs: views come later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, *arguments: Any
    ) -> HttpResponse | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not is_for_programs(view_func):
            return None
        try:
            token = granting.find(text.strip()) if len(text) <= LONGEST else None
        except NO_STORAGE:
            return problem(503, STORAGE_SENTENCE)
        if token is None:
            return unauthorised(sentences.WRONG_TOKEN, error="invalid_token")
        return _let_in(request, token)


def _let_in(request: HttpRequest, token: AccessToken) -> HttpResponse | None:
    may_write = token.scope == AccessToken.Scope.WRITE
    if not may_write and request.method not in SAFE:
        says = challenge(error="insufficient_scope", scope=AccessToken.Scope.WRITE)
        return problem(403, sentences.READ_ONLY_TOKEN, headers=says)
    granting.note_use(token)
    request.user = token.owner
    request.grant = Grant(granting.held_by(token), may_write)  # type: ignore[attr-defined]  # documented there
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own switch
    return None
