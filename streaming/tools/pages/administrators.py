"""The pages of servers, for administrators; for everybody else they do not exist."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as StillWaiting
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from conversations import access
from conversations.audit.acts import What
from conversations.audit.recording import on_or_off, record, record_change
from conversations.languages.texts import lazy_text
from conversations.redirects import SeeOther
from conversations.requests import key_of, row_number
from conversations.sign_in.dangerous import asks_again
from streaming.catalog.views import administrators
from streaming.site import site
from streaming.tools.models import ToolServer
from streaming.tools.pages.forms import ServerForm
from streaming.tools.servers import listing
from streaming.tools.servers.address import Unreachable, address_of, operators

T = TypeVar("T")

DONE = {
    "added": lazy_text("Added. Look at its tools, and choose which of them are offered."),
    "saved": lazy_text("Saved."),
    "looked": lazy_text("These are its tools now."),
    "connected": lazy_text("Connected. These are its tools now."),
    "strange": lazy_text("This sign-in was not begun here, or too long ago. Begin again."),
    "on": lazy_text("Switched on."),
    "off": lazy_text("Switched off."),
    "deleted": lazy_text("Deleted."),
}


@administrators("GET")
def index(request: HttpRequest) -> HttpResponse:
    rows = {row.slug: row for row in ToolServer.objects.all()}
    own = [row for row in rows.values() if not row.is_operators]
    theirs = [rows.get(slug) or _unlooked(slug) for slug in operators()]
    return render(
        request, "tools/list.html", {"own": own, "operators": theirs, "told": _told(request)}
    )


@asks_again("POST")
@sensitive_post_parameters("token")
@sensitive_variables("form")
@administrators("GET", "POST")
def add(request: HttpRequest) -> HttpResponse:
    form = ServerForm(request.POST or None)
    full = ToolServer.objects.count() >= settings.TOOL_SERVERS
    if request.method == "POST" and full:
        form.add_error(None, gettext("These are as many servers as this site keeps."))
    if request.method == "GET" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return render(request, "tools/server.html", {"form": form}, status=status)
    return done("tools:edit", "added", form.save(access.person(request)).slug)


@asks_again("POST")
@sensitive_post_parameters("token")
@sensitive_variables("form")
@administrators("GET", "POST")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = row_of(slug)
    if request.method == "GET":
        return _server(request, row, ServerForm(row=row))
    form = ServerForm(request.POST, row=row)
    if row.is_operators or not form.is_valid():
        return _server(request, row, form, status=400)
    form.save(access.person(request))
    return done("tools:edit", "saved", slug)


@administrators("POST")
def look(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks the server what tools it has, and keeps the answer: the only moment when it is asked."""
    row = row_of(slug)
    note_asking(request, slug)
    if row._state.adding:
        row, _ = ToolServer.objects.get_or_create(
            slug=slug, defaults={"name": row.name, "is_operators": True}
        )
    try:
        found = on_loop(listing.look(address_of(row)), settings.TOOL_LIST_SECONDS + 10)
        listing.keep(row, found)
    except (Unreachable, listing.CannotLook, StillWaiting) as trouble:
        row.trouble = str(trouble)[:600] or "It did not answer."
        access.save(row, "trouble")
        return SeeOther("tools:edit", slug)
    return done("tools:edit", "looked", slug)


@administrators("POST")
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    row = _kept(slug)
    said = map(row_number, request.POST.getlist("offer"))
    chosen = [number for number in said if number is not None]
    with transaction.atomic():
        before = _offered(row)
        row.tools.exclude(pk__in=chosen).update(offered=False)
        row.tools.filter(pk__in=chosen).update(offered=True)
        _changed(request, slug, before, _offered(row))
    return done("tools:edit", "saved", slug)


@administrators("POST")
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    row = _kept(slug)
    was, row.enabled = on_or_off(row.enabled), request.POST.get("enabled") == "on"
    with transaction.atomic():
        access.save(row, "enabled")
        _changed(request, slug, was, on_or_off(row.enabled))
    return done("tools:edit", "on" if row.enabled else "off", slug)


@administrators("GET", "POST")
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    row = _kept(slug)
    if request.method == "GET":
        return render(request, "tools/delete.html", {"row": row})
    with transaction.atomic():
        row.delete()
        chief, before = access.person(request), f"{row.name}, {row.url}"
        record(chief, What.SERVER_DELETED, thing=slug, before=before)
    return done("tools:list", "deleted")


def note_asking(request: HttpRequest, slug: str) -> None:
    """Into the log, before the server is asked: it may take long, or never answer."""
    with transaction.atomic():
        record(access.person(request), What.SERVER_ASKED, thing=slug, key=key_of(request))


def _changed(request: HttpRequest, slug: str, before: str, after: str) -> None:
    record_change(access.person(request), What.SERVER_CHANGED, before, after, thing=slug)


def _offered(row: ToolServer) -> str:
    names = row.tools.filter(offered=True).values_list("name", flat=True)
    return ", ".join(names) or "no tools"


def _server(
    request: HttpRequest, row: ToolServer, form: ServerForm, status: int = 200
) -> HttpResponse:
    tools = [] if row._state.adding else list(row.tools.all())
    for tool in tools:
        tool.schema_text = json.dumps(tool.schema, indent=2, ensure_ascii=False)  # type: ignore[attr-defined]
    trouble = gettext(row.trouble) if row.trouble else ""
    context = {"form": form, "row": row, "tools": tools, "trouble": trouble}
    context["told"] = _told(request)
    return render(request, "tools/server.html", context, status=status)


def row_of(slug: str) -> ToolServer:
    """One of the operator's that nobody has looked at has no row yet, but a page."""
    row = ToolServer.objects.filter(slug=slug).first()
    if row is None and slug in operators():
        return _unlooked(slug)
    if row is None:
        raise Http404
    return row


def _kept(slug: str) -> ToolServer:
    row = row_of(slug)
    if row._state.adding:
        raise Http404
    return row


def _unlooked(slug: str) -> ToolServer:
    return ToolServer(slug=slug, name=operators()[slug].name, is_operators=True)


def _told(request: HttpRequest) -> str:
    return DONE.get(request.GET.get("done", ""), "")


def done(page: str, what: str, *args: str) -> HttpResponse:
    reply = SeeOther(page, *args)
    reply.headers["Location"] += f"?done={what}"
    return reply


def on_loop(work: Coroutine[Any, Any, T], seconds: float) -> T:
    return asyncio.run_coroutine_threadsafe(work, site().loop).result(seconds)
