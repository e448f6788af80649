"""What a program says, and how every view for programs refuses: never with a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponseBase

from conversations.requests import row_number
from conversations.sign_in.grants import takes_tokens
from streaming.api.problems import problem
from streaming.error_messages import replies
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.runs.refusals import Refused
from streaming.site import NotServing

View = Callable[..., HttpResponseBase]

FILES = "files"
"""The one member that is a list: of the numbers of files."""


class BadRequest(Exception):
    """What was said cannot be understood; the sentence says why."""


def for_programs(*methods: str) -> Callable[[View], View]:
    """A view that takes tokens and these methods, and whose refusals are problem objects."""

    def decorate(view: View) -> View:
        @wraps(view)
        def respond(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            if (request.method if request.method != "HEAD" else "GET") not in methods:
                return problem(405, replies.WRONG_METHOD, headers={"Allow": ", ".join(methods)})
            try:
                return view(request, *arguments, **named)
            except Http404:
                return problem(404, replies.NOTHING_HERE)
            except BadRequest as trouble:
                return problem(400, str(trouble))
            except Refused as trouble:
                wait = {} if trouble.wait is None else {"Retry-After": str(trouble.wait)}
                return problem(trouble.status, str(trouble), headers=wait)
            except (DatabaseError, NotServing):
                return problem(503, STORAGE_SENTENCE, headers={"Retry-After": "5"})

        return takes_tokens(respond)

    return decorate


def said(request: HttpRequest) -> Mapping[str, Any]:
    """The members of a JSON object, or the fields of a form; with the key, one of its own if none.

    A request with an Idempotency-Key can be sent again: it is done once. Raises BadRequest.
    """
    key = request.headers.get("Idempotency-Key", "")
    body = _json(request) if request.content_type == "application/json" else request.POST.dict()
    return {"key": _key(key) if key else str(uuid4())} | body


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise BadRequest(replies.NO_JSON) from None
    if not isinstance(body, dict):
        raise BadRequest(replies.NO_JSON)
    others = {name: value for name, value in body.items() if name != FILES}
    if wrong := [name for name, value in others.items() if not isinstance(value, str | bool)]:
        raise BadRequest(replies.neither_text_nor_truth(str(wrong[0])))
    return body


def file_ids(said: Mapping[str, Any]) -> list[str]:
    """Raises BadRequest."""
    ids = said.get(FILES, [])
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise BadRequest(replies.NO_FILE_IDS)
    return ids


def _key(spelled: str) -> str:
    try:
        return str(UUID(spelled))
    except ValueError:
        raise BadRequest(replies.NO_KEY) from None


def number(request: HttpRequest, name: str) -> int | None:
    """A number after the question mark; raises BadRequest."""
    spelled = request.GET.get(name, "")
    if not spelled:
        return None
    found = row_number(spelled)
    if found is None:
        raise BadRequest(replies.no_number(name))
    return found
