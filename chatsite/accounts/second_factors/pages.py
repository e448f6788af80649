"""The page of a person's second factors, and the app and recovery codes among them."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as code_flows
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import flows as app_flows
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatsite import sentences
from chatsite.accounts.second_factors import factors, passkeys
from chatsite.accounts.second_factors.forms import AppForm
from chatsite.accounts.second_factors.qr_code import qr_code
from conversations import access
from conversations.access import person
from conversations.redirects import SeeOther
from conversations.requests import key_of
from streaming.catalog.sealed_keys import Unreadable

TOLD = {
    "app": sentences.APP_ADDED,
    "app-removed": sentences.APP_REMOVED,
    "passkey": sentences.PASSKEY_ADDED,
    "renamed": sentences.PASSKEY_RENAMED,
    "removed": sentences.PASSKEY_REMOVED,
    "codes": sentences.CODES_MADE,
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    rows = Authenticator.objects.filter(user_id=person(request).pk).order_by("pk")
    context = {
        "app": next((row for row in rows if row.type == factors.APP), None),
        "passkeys": [row for row in rows if row.type == factors.PASSKEY],
        "has_codes": any(row.type == factors.CODES for row in rows),
        "passkeys_work": passkeys.work_here(request),
        "told": told(request),
    }
    return render(request, "mfa/index.html", context)


@require_http_methods(["GET", "POST"])
def add_app(request: HttpRequest) -> HttpResponse:
    """Shows a new key; the app that has it is asked for a code, as proof that it has."""
    user = person(request)
    if _row(request, factors.APP) is not None:
        return SeeOther("second_factors:index")
    form = AppForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with transaction.atomic():
            access.hold(user)
            if _row(request, factors.APP) is not None:
                return SeeOther("second_factors:index")
            _, codes = app_flows.activate_totp(request, form)
        return done("app", codes is not None)
    address = get_adapter().build_totp_url(user, form.secret)
    context = {"form": form, "address": address, "picture": qr_code(address)}
    context["pieces"] = [form.secret[start : start + 4] for start in range(0, len(form.secret), 4)]
    return render(request, "mfa/app.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def remove_app(request: HttpRequest) -> HttpResponse:
    row = _row(request, factors.APP)
    if row is None:
        return SeeOther("second_factors:index")
    if request.method == "GET":
        return render(request, "mfa/remove_app.html")
    app_flows.deactivate_totp(request, row)
    return done("app-removed")


@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """Those that were not used yet."""
    row = _row(request, factors.CODES)
    if row is None:
        return SeeOther("second_factors:index")
    try:
        unused: list[str] | None = RecoveryCodes(row).get_unused_codes()
    except Unreadable:
        unused = None
    return render(request, "mfa/codes.html", {"codes": unused, "told": told(request)})


@require_GET
def codes_file(request: HttpRequest) -> HttpResponse:
    row = _row(request, factors.CODES)
    try:
        unused = RecoveryCodes(row).get_unused_codes() if row is not None else []
    except Unreadable:
        unused = []
    if not unused:
        return SeeOther("second_factors:codes")
    text = "".join(f"{code}\n" for code in unused)
    named = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
    return HttpResponse(text, "text/plain; charset=utf-8", headers=named)


@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """A form makes them once: sent again it shows those that it made."""
    user, form = person(request), str(key_of(request))
    if not factors.has_second(user):
        return SeeOther("second_factors:index")
    with transaction.atomic():
        access.hold(user)
        before = _row(request, factors.CODES)
        if before is None or before.data.get("form") != form:
            made = code_flows.generate_recovery_codes(request)
            made.data["form"] = form
            made.save(update_fields=["data"])
    return done("codes", shows_codes=True)


def told(request: HttpRequest) -> str:
    return TOLD.get(request.GET.get("done", ""), "")


def done(what: str, shows_codes: bool = False) -> HttpResponse:
    """To the list; to the recovery codes, if there are new ones."""
    reply = SeeOther("second_factors:codes" if shows_codes else "second_factors:index")
    reply.headers["Location"] += f"?done={what}"
    return reply


def _row(request: HttpRequest, kind: str) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=person(request).pk, type=kind).first()
