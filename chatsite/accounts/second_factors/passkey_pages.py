"""Pages of passkeys, and the challenge that a browser asks for before it uses or makes one."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.stagekit import get_pending_stage
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal import flows
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from chatsite import sentences
from chatsite.accounts import sign_ins
from chatsite.accounts.second_factors import factors, passkeys
from chatsite.accounts.second_factors.forms import NAME_CHARACTERS, NameForm, NewPasskeyForm
from chatsite.accounts.second_factors.pages import done
from conversations import access
from conversations.access import person


def challenge(request: HttpRequest) -> HttpResponse:
    """For a person who is signed in or about to be, else for anybody's passkey."""
    user = request.user if isinstance(request.user, User) else _coming(request)
    if request.POST.get("for") == "making" and request.user.is_authenticated:
        return JsonResponse(passkeys.begin_making(person(request)))
    if user is None and not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
        return JsonResponse({}, status=429)
    return JsonResponse(passkeys.begin_check(user))


def add(request: HttpRequest) -> HttpResponse:
    usual = {"name": _usual_name(request)}
    form = NewPasskeyForm(request.POST if "credential" in request.POST else None, initial=usual)
    if form.is_valid():
        with transaction.atomic():
            access.hold(person(request))
            if _rows(request).count() < settings.PASSKEYS:
                name = form.cleaned_data["name"] or usual["name"]
                _, codes = flows.add_authenticator(request, name, form.cleaned_data["credential"])
                return done("passkey", codes is not None)
        form.add_error(None, sentences.too_many_passkeys(settings.PASSKEYS))
    context = {"form": form, "passkeys_work": passkeys.work_here(request)}
    return render(request, "mfa/passkey.html", context, status=400 if form.is_bound else 200)


def rename(request: HttpRequest, pk: int) -> HttpResponse:
    row = access.through(_rows(request), person(request), "user_id", pk)
    form = NameForm(request.POST if request.method == "POST" else {"name": row.data["name"]})
    if request.method == "GET" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return render(request, "mfa/rename.html", {"form": form, "row": row}, status=status)
    flows.rename_authenticator(request, row, form.cleaned_data["name"])
    return done("renamed")


def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = access.through(_rows(request), person(request), "user_id", pk)
    if request.method == "GET":
        return render(request, "mfa/remove_passkey.html", {"row": row})
    flows.remove_authenticator(request, row)
    return done("removed")


def _coming(request: HttpRequest) -> User | None:
    """Who has given the password and is asked for the second factor."""
    stage = get_pending_stage(request)
    user = stage.login.user if stage is not None else None
    return user if isinstance(user, User) else None


def _rows(request: HttpRequest) -> QuerySet[Any]:
    return factors.passkeys_of(person(request))


def _usual_name(request: HttpRequest) -> str:
    return sign_ins.browser_of(request)[:NAME_CHARACTERS] or gettext("Passkey")
