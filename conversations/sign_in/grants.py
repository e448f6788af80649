"""What a request may do in its person's name, and by what: a session, or an access token.

Who signs a request in without a browser sets `request.grant` and `request.user`; without it the
request is a browser's, which may do all that its person may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

TOKEN = "token:"  # noqa: S105 (the beginning of a name)
"""How `Grant.held_by` begins where it names a token; no key of a session has a colon."""

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Grant:
    """`held_by` is the key of the session, or names the token: once that has ended, so has this."""

    held_by: str
    may_write: bool = True


def grant_of(request: HttpRequest) -> Grant:
    found = getattr(request, "grant", None)
    if isinstance(found, Grant):
        return found
    return Grant(request.session.session_key or "")


def takes_tokens(view: View) -> View:
    """Marks a view for programs: it can be reached with a token, and refuses in their language."""
    view.takes_tokens = True  # type: ignore[attr-defined]  # read by `is_for_programs`
    return view


def is_for_programs(view: object) -> bool:
    return bool(getattr(view, "takes_tokens", False))
