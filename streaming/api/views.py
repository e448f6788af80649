"""The JSON API: who asks."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from conversations.access import person
from conversations.sign_in.grants import grant_of, takes_tokens


@takes_tokens
@require_GET
def root(request: HttpRequest) -> JsonResponse:
    """Who asks, and whether they may write."""
    scope = "write" if grant_of(request).may_write else "read"
    return JsonResponse({"person": person(request).get_username(), "scope": scope})
