"""Where a person is signed in: django-allauth's rows, one a session; the page that ends them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from chatsite.accounts.client_address import NOWHERE, client_ip
from conversations.access import Person, person
from conversations.redirects import SeeOther
from conversations.requests import row_number
from conversations.roles.doors import open_to_readers

_BROWSERS = {
    "Edge": r"Edg(?:e|A|iOS)?/",
    "Opera": r"OPR/",
    "Samsung Internet": r"SamsungBrowser/",
    "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/|HeadlessChrome/",
    "Safari": r"Safari/",
}
_SYSTEMS = {
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "Android": r"Android",
    "Windows": r"Windows",
    "macOS": r"Mac OS X|Macintosh",
    "ChromeOS": r"CrOS",
    "Linux": r"Linux|X11",
}
"""What a browser's own name for itself holds; the first that fits counts."""


class SignedIn(NamedTuple):
    """A session as the page shows it; `browser`, `system` and `address` are "" if unknown."""

    row: UserSession
    browser: str
    system: str
    address: str
    is_current: bool


def record(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    """Receives Django's signal of every sign-in, by whichever way."""
    if key := request.session.session_key:
        values = {"user": user, "ip": client_ip(request), "user_agent": _agent(request)}
        UserSession.objects.update_or_create(session_key=key, defaults=values)


@open_to_readers
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Those that hold, newest first; POST ends one, or all but this one."""
    user, current = person(request), str(request.session.session_key)
    if request.method == "POST":
        _end(user, request.POST.get("session", ""), current)
        return SeeOther("account_sign_ins")
    return render(request, "account/sign_ins.html", {"sign_ins": _held(request, user, current)})


def _held(request: HttpRequest, user: Person, current: str) -> list[SignedIn]:
    """Rows without a session go; a session that is older than the table gets its row here."""
    rows = UserSession.objects.filter(user_id=user.pk)
    if not rows.filter(session_key=current).exists():
        record(None, request, user)
    keys = [row.session_key for row in rows]
    lasting = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    lasting_keys = set(lasting.values_list("session_key", flat=True))
    rows.exclude(session_key__in=lasting_keys).delete()
    return [
        SignedIn(
            row,
            _named(_BROWSERS, row.user_agent),
            _named(_SYSTEMS, row.user_agent),
            "" if row.ip == NOWHERE else row.ip,
            row.session_key == current,
        )
        for row in rows.order_by("-created_at")
        if row.session_key in lasting_keys
    ]


def _end(user: Person, chosen: str, current: str) -> int:
    """How many were ended. Their sockets end within SIGN_INS_EVERY_SECONDS."""
    rows = UserSession.objects.filter(user_id=user.pk).exclude(session_key=current)
    if chosen != "others":
        rows = rows.filter(pk=row_number(chosen) or 0)
        keys = list(rows.values_list("session_key", flat=True))
    else:
        keys = [key for key in _sessions_of(user) if key != current]
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user_id=user.pk, session_key__in=keys).delete()
    return ended


def end_all(user: Person, current: str) -> int:
    """Every session of this person, but for the one that asks, if it is theirs; how many."""
    return _end(user, "others", current)


def _sessions_of(user: Person) -> list[str]:
    """Those without a row, too: who signed in before there was a table has none."""
    lasting = Session.objects.filter(expire_date__gt=timezone.now())
    return [
        session.session_key
        for session in lasting.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]


def browser_of(request: HttpRequest) -> str:
    """As its user would call it, such as Firefox on Windows; "" if it does not say."""
    agent = _agent(request)
    said = {"browser": _named(_BROWSERS, agent), "system": _named(_SYSTEMS, agent)}
    if all(said.values()):
        return gettext("%(browser)s on %(system)s") % said
    return said["browser"] or said["system"]


def _agent(request: HttpRequest) -> str:
    longest = UserSession._meta.get_field("user_agent").max_length
    return request.headers.get("User-Agent", "").replace("\0", "")[:longest]


def _named(names: dict[str, str], agent: str) -> str:
    return next((name for name, sign in names.items() if re.search(sign, agent)), "")
