"""Refusals as programs read them: problem objects (RFC 9457) with a sentence for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int, sentence: str, *, headers: dict[str, str] | None = None, **more: Any
) -> JsonResponse:
    """`title` is that of the status, `detail` says what to do; `more` are further members."""
    body = {"title": HTTPStatus(status).phrase, "status": int(status), "detail": str(sentence)}
    return JsonResponse(
        body | more,
        status=status,
        content_type=CONTENT_TYPE,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )
