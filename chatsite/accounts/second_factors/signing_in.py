"""The page that asks for the second factor, after the password."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.base.internal.flows import post_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatsite.accounts.second_factors import factors
from chatsite.accounts.second_factors.forms import CodeForm, PasskeyForm
from chatsite.accounts.second_factors.step import SecondStep
from chatsite.accounts.views import with_wait
from conversations.sign_in import next_page


@login_stage_required(SecondStep.key, "account_login")  # type: ignore[untyped-decorator]  # allauth's
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Who has no second factor any more, as it was taken away meanwhile, is let in."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]  # allauth's decorator sets it
    user = stage.login.user
    if not user.is_active:
        return redirect("account_login")
    has = factors.kinds(user)
    if not has.intersection(factors.ASKED_FOR):
        return _entered(request, stage)
    form: Any = CodeForm(user=user)
    if request.method == "POST":
        by_passkey = "credential" in request.POST
        form = (
            PasskeyForm(request.POST, user=user)
            if by_passkey
            else CodeForm(request.POST, user=user)
        )
        if form.is_valid():
            post_authentication(request, form.authenticator)
            return _entered(request, stage)
    context = {"form": form, "has_app": factors.APP in has, "has_passkey": factors.PASSKEY in has}
    return with_wait(_page(request, context, form.is_bound), form)


def _page(request: HttpRequest, context: dict[str, Any], is_refused: bool) -> HttpResponse:
    return render(request, "mfa/step.html", context, status=400 if is_refused else 200)


def _entered(request: HttpRequest, stage: Any) -> HttpResponseBase:
    reply: HttpResponseBase = stage.exit()
    next_page.forget(request, reply)
    return reply
