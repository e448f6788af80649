"""Addresses of second factors. django-allauth asks for its own step by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from chatsite.accounts.second_factors import pages
from chatsite.accounts.second_factors.signing_in import second_step
from conversations.roles.doors import open_to_readers
from conversations.sign_in.dangerous import asks_again


def _of_passkeys(name: str, *methods: str) -> Callable[..., HttpResponse]:
    """A view of `passkey_pages`, which loads the libraries when somebody comes."""

    @open_to_readers
    @require_http_methods(methods)
    def view(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        room = import_module("chatsite.accounts.second_factors.passkey_pages")
        reply: HttpResponse = getattr(room, name)(request, *args, **named)
        return reply

    return view


own = [
    path("", pages.index, name="index"),
    path("app/", asks_again("GET", "POST")(open_to_readers(pages.add_app)), name="add-app"),
    path("app/remove/", asks_again("POST")(open_to_readers(pages.remove_app)), name="remove-app"),
    path("codes/", asks_again("GET")(pages.codes), name="codes"),
    path("codes/file/", asks_again("GET")(pages.codes_file), name="codes-file"),
    path("codes/new/", asks_again("POST")(open_to_readers(pages.new_codes)), name="new-codes"),
    path(
        "passkeys/add/",
        asks_again("GET", "POST")(_of_passkeys("add", "GET", "POST")),
        name="add-passkey",
    ),
    path("passkeys/<int:pk>/", _of_passkeys("rename", "GET", "POST"), name="rename"),
    path(
        "passkeys/<int:pk>/remove/",
        asks_again("POST")(_of_passkeys("remove", "GET", "POST")),
        name="remove-passkey",
    ),
    path(
        "passkeys/challenge/",
        login_not_required(_of_passkeys("challenge", "POST")),
        name="challenge",
    ),
]
urlpatterns = [
    path("login/second/", second_step, name="mfa_authenticate"),
    path("second-factors/", include((own, "second_factors"))),
]
