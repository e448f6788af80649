"""Deleting and restoring what a person selected in the list, at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from conversations.access import person
from conversations.order import forms
from conversations.order.forms import BadChange
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, current
from streaming.trash import many
from streaming.trash.views import LONGEST_NUMBER, key_of


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
    names = request.POST.get("deletions", "").split()
    numbers = [int(name) for name in names if name.isdecimal() and len(name) <= LONGEST_NUMBER]
    many.restore(person(request), numbers)
    if not request.htmx:
        return SeeOther("conversations:new")
    return render(request, "trash/selected.html", {"current": current(request)})


def _refused(request: HtmxRequest, sentence: str) -> HttpResponse:
    name = "_done" if request.htmx else "refused"
    return render(request, f"conversations/order/{name}.html", {"sentence": sentence}, status=400)
