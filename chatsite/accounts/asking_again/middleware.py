"""Every request for a marked view comes past here, after what says who asks and what they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from chatsite.accounts.asking_again import carrying, proof
from chatsite.accounts.asking_again.forms import WAYS
from chatsite.accounts.views import with_wait
from chatsite.middleware import NO_STORAGE, storage_trouble
from chatsite.sentences import ASKED_AGAIN
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from conversations.roles.doors import is_for_administrators
from conversations.roles.rights import Right, may
from conversations.sign_in.dangerous import danger_of

PACKED, WAY = "asked_again_about", "asked_again"
"""The fields of the page that asks."""


class AskAgain:
    """What is not there for somebody is not asked about: its own view says that it is not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HtmxRequest, view_func: Any, *arguments: Any
    ) -> HttpResponseBase | None:
        danger = danger_of(view_func)
        if danger is None:
            return None
        try:
            user = request.user
            if not isinstance(user, User):
                return None
            if is_for_administrators(view_func) and not may(user, Right.ADMINISTER):
                return None
            if request.method == "POST" and PACKED in request.POST:
                return _answered(request, user)
            return _asked(request, user) if danger.concerns(request) else None
        except NO_STORAGE as trouble:
            return storage_trouble(request, trouble)


def _asked(request: HtmxRequest, user: User) -> HttpResponseBase | None:
    if proof.is_fresh(request, user) or not (ways := proof.ways(user)):
        return None
    if request.htmx:
        told = {"notice": {"text": ASKED_AGAIN, "tone": "red"}}
        notice = render_to_string("streaming/composer/_notice.html", told)
        return HttpResponse(notice, status=403, headers={"HX-Reswap": "none"})
    return _page(request, ways, carrying.pack(request, user))


def _answered(request: HttpRequest, user: User) -> HttpResponseBase | None:
    """Where it is proved the view gets the request as it was, else the page asks once more."""
    packed = request.POST[PACKED]
    method, typed = carrying.unpack(request, user, packed)
    ways = proof.ways(user)
    if ways and not proof.is_fresh(request, user):
        form = WAYS.get(request.POST.get(WAY, ""), WAYS["password"])(request.POST, user=user)
        if not form.is_valid():
            return with_wait(_page(request, ways, packed, form), form)
        proof.note(request, user, getattr(form, "authenticator", None))
    if method != "POST":
        return SeeOther(request.get_full_path())
    request.POST = typed  # type: ignore[assignment]  # what it was before the question
    return None


def _page(request: HttpRequest, ways: proof.Ways, packed: str, form: Any = None) -> HttpResponse:
    context = {"ways": ways, "packed": packed, "form": form, "way": request.POST.get(WAY, "")}
    return render(request, "account/ask_again.html", context, status=400 if form else 200)
