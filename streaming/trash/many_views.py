"""Deleting and restoring what a person selected in the list, or all of it, at once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from conversations.access import person
from conversations.order import forms
from conversations.order.forms import BadChange
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, current, key_of, row_number
from streaming.trash import many


@require_POST
def delete(request: HtmxRequest) -> HttpResponse:
    try:
        pks = forms.selected(request.POST)
    except BadChange as trouble:
        return _refused(request, str(trouble))
    deletions = many.delete(person(request), key_of(request), pks)
    if not request.htmx:
        return SeeOther("trash:list")
    context = {"deletions": deletions, "current": current(request)}
    return render(request, "trash/selected.html", context)


@require_POST
def restore(request: HtmxRequest) -> HttpResponse:
    said = map(row_number, request.POST.get("deletions", "").split())
    many.restore(person(request), [number for number in said if number is not None])
    if not request.htmx:
        return SeeOther("conversations:new")
    return render(request, "trash/selected.html", {"current": current(request)})


@require_http_methods(["GET", "POST"])
def delete_all(request: HttpRequest) -> HttpResponse:
    """Asks, and asks again for what is left; what begins after the question stays."""
    user = person(request)
    if request.method == "POST":
        up_to = _moment(request.POST.get("up_to", ""))
        if up_to and many.delete_all(user, up_to, settings.DELETE_REPLY_SECONDS):
            return SeeOther("trash:list")
        return SeeOther("trash:delete-all")
    up_to = timezone.now()
    count = many.everything(user, up_to).count()
    if not count:
        return SeeOther("trash:list")
    context = {"count": count, "up_to": up_to, "days": settings.TRASH_DAYS}
    return render(request, "trash/delete_all.html", context)


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _refused(request: HtmxRequest, sentence: str) -> HttpResponse:
    name = "_done" if request.htmx else "refused"
    return render(request, f"conversations/order/{name}.html", {"sentence": sentence}, status=400)
