"""OAuth for a server: to its authorization server, and back with a code."""

from __future__ import annotations

from concurrent.futures import TimeoutError as StillWaiting
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from conversations import access
from conversations.audit.acts import What
from conversations.audit.recording import record
from conversations.redirects import SeeOther
from streaming.catalog.views import administrators
from streaming.tools.models import ToolServer
from streaming.tools.pages.administrators import done, note_asking, on_loop, row_of
from streaming.tools.servers import listing
from streaming.tools.servers.address import Unreachable, address_of
from streaming.tools.servers.calls import loaded

STATES = "tool_states"
"""In the session: which servers this browser was sent away for, by their states."""
MOST_STATES = 10


@administrators("POST")
def connect(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks the server whom to ask; the page that follows leads there."""
    row = row_of(slug)
    note_asking(request, slug)
    try:
        url, found = on_loop(_begin(address_of(row)), settings.TOOL_LIST_SECONDS + 10)
    except (Unreachable, listing.CannotLook, StillWaiting) as trouble:
        return _failed(row, trouble)
    if not url:
        listing.keep(row, found)
        return done("tools:edit", "looked", slug)
    if urlsplit(url).scheme not in ("https", "http"):
        return _failed(row, listing.CannotLook("It does not answer as MCP servers do."))
    states = dict(list(request.session.get(STATES, {}).items())[1 - MOST_STATES :])
    states[_state_of(url)] = slug
    request.session[STATES] = states
    context = {"row": row, "url": url, "host": urlsplit(url).netloc}
    return render(request, "tools/connect.html", context)


@administrators("GET", "POST")
def callback(request: HttpRequest) -> HttpResponse:
    """Where the administrator comes back: only the browser that was sent away is let on."""
    said = request.POST if request.method == "POST" else request.GET
    state = said.get("state", "")
    slug = request.session.get(STATES, {}).get(state)
    if slug is None:
        return done("tools:list", "strange")
    row = row_of(slug)
    if request.method == "GET" and said.get("code"):
        context = {"row": row, "code": said["code"], "state": state, "iss": said.get("iss", "")}
        return render(request, "tools/callback.html", context)
    states = request.session[STATES]
    del states[state]
    request.session[STATES] = states
    if not said.get("code"):
        return _failed(row, listing.CannotLook("It did not let this site in."))
    try:
        work = _finish(said["code"], state, said.get("iss") or None)
        found = on_loop(work, settings.TOOL_LIST_SECONDS + 10)
    except (Unreachable, listing.CannotLook, TimeoutError, StillWaiting) as trouble:
        return _failed(row, trouble)
    if found is None:
        return done("tools:list", "strange")
    with transaction.atomic():
        listing.keep(row, found)
        record(access.person(request), What.SERVER_CONNECTED, thing=slug)
    return done("tools:edit", "connected", slug)


async def _begin(address: Any) -> Any:
    oauth = await loaded("oauth")
    return await oauth.begin(address, settings.TOOL_LIST_SECONDS)


async def _finish(code: str, state: str, issuer: str | None) -> Any:
    oauth = await loaded("oauth")
    return await oauth.finish(oauth.Answer(code, state, issuer), settings.TOOL_LIST_SECONDS)


def _state_of(url: str) -> str:
    from streaming.tools.servers.oauth import state_of  # loaded by now

    return state_of(url)


def _failed(row: ToolServer, trouble: BaseException) -> HttpResponse:
    row.trouble = str(trouble)[:600] or "It did not answer."
    access.save(row, "trouble")
    return SeeOther("tools:edit", row.slug)
