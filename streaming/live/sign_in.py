"""Who opens a socket: read as for a page, by the cookie, in one go to a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import parse_cookie

from conversations.languages import texts
from conversations.roles.rights import Role, role_of
from streaming.db_threads import in_thread

Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


def with_person(application: Application) -> Application:
    """The application with the session, its person, their role and its language in the scope.

    Also of whoever is not signed in. The language is that of the page: its cookies say it.
    """

    async def known(scope: Any, receive: Any, send: Any) -> None:
        store = import_module(settings.SESSION_ENGINE).SessionStore
        session = store(_cookie(scope))
        user, role = await in_thread(_person)(session)
        spoken = texts.asked_for(
            _cookies(scope), {"HTTP_ACCEPT_LANGUAGE": _said(scope, b"accept-language")}
        )
        known_by = {"session": session, "user": user, "role": role, "language": spoken}
        await application({**scope, **known_by}, receive, send)

    return known


def _cookie(scope: Any) -> str | None:
    """The key of the session that the browser says is its own."""
    return _cookies(scope).get(settings.SESSION_COOKIE_NAME)


def _cookies(scope: Any) -> dict[str, str]:
    return parse_cookie(_said(scope, b"cookie", "; "))


def _said(scope: Any, header: bytes, between: str = ",") -> str:
    return between.join(
        value.decode("latin-1") for name, value in scope["headers"] if name == header
    )


def _person(session: Any) -> tuple[User | AnonymousUser, Role | None]:
    request: Any = SimpleNamespace(session=session)
    user = get_user(request)
    if isinstance(user, User):
        return user, role_of(user)
    assert isinstance(user, AnonymousUser)
    return user, None
