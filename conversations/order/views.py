"""Pinning, archiving and moving conversations. Each act is a form; htmx gets what changed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import access, sentences
from conversations.access import person
from conversations.models import Project
from conversations.order import changes, forms, projects
from conversations.order.changes import Change, ProjectIsGone
from conversations.order.forms import BadChange
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, current
from conversations.sign_in.next_page import HOME, is_here
from conversations.views import page, shown


@require_GET
def archive(request: HtmxRequest) -> HttpResponse:
    return shown(request, page(None) | {"lists": True})


@require_GET
def project(request: HtmxRequest, pk: int) -> HttpResponse:
    access.through(Project.objects.all(), person(request), "owner_id", pk)
    return shown(request, page(None) | {"lists": True})


@require_POST
def change(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """Pin, archive or move one conversation, or undo that."""
    conversation = access.conversation(person(request), pk)
    return _change(request, [conversation.pk])


@require_POST
def change_many(request: HtmxRequest) -> HttpResponse:
    """The same with those that the form names, as far as they are this person's."""
    try:
        return _change(request, forms.selected(request.POST))
    except BadChange as trouble:
        return _refused(request, str(trouble))


@require_http_methods(["GET", "POST"])
def move(request: HtmxRequest) -> HttpResponse:
    """The projects to which the named conversations can be moved: a page, for htmx a menu.

    Many are named in a form; that changes nothing either.
    """
    try:
        pks = forms.selected(request.POST if request.method == "POST" else request.GET)
    except BadChange as trouble:
        return _refused(request, str(trouble))
    own = person(request).conversations.filter(pk__in=pks)
    chosen = list(own.values_list("pk", "title", "project_id")[: len(pks)])
    if not chosen:
        return SeeOther(HOME)
    context = {
        "keys": " ".join(str(pk) for pk, _, _ in chosen),
        "title": chosen[0][1],
        "count": len(chosen),
        "kept_in": {pk for _, _, pk in chosen} if len({pk for _, _, pk in chosen}) == 1 else (),
        "projects": projects.of(person(request).pk),
        "back": _back(request, request.POST.get("back") or request.headers.get("Referer", "")),
    }
    name = "_move" if request.htmx else "move"
    return render(request, f"conversations/order/{name}.html", context)


def _change(request: HtmxRequest, pks: Sequence[UUID]) -> HttpResponse:
    try:
        asked = forms.change(person(request), request.POST)
    except BadChange as trouble:
        return _refused(request, str(trouble))
    try:
        done = changes.apply(person(request), pks, asked)
    except ProjectIsGone:
        return _refused(request, sentences.PROJECT_IS_GONE)
    if not request.htmx:
        return SeeOther(_back(request, request.POST.get("back", "")))
    context = {"done": done, "current": current(request), "place": _place(done.change)}
    return render(request, "conversations/order/changed.html", context)


def _place(change: Change) -> Project | None:
    """The project to which conversations were moved, if they were."""
    if change.column != "project_id" or change.value is None:
        return None
    return Project.objects.filter(pk=change.value).first()


def _refused(request: HtmxRequest, sentence: str) -> HttpResponse:
    name = "_done" if request.htmx else "refused"
    return render(request, f"conversations/order/{name}.html", {"sentence": sentence}, status=400)


def _back(request: HttpRequest, address: str) -> str:
    return address if address and is_here(request, address) else HOME
