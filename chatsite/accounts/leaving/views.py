"""The page that deletes one's own account."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatsite import sentences
from chatsite.accounts import sign_ins
from chatsite.accounts.leaving.forms import LeaveForm
from chatsite.accounts.views import seconds_to_wait
from conversations.access import Person, person
from conversations.redirects import SeeOther
from conversations.roles.doors import open_to_readers
from conversations.roles.giving import LastAdministrator
from conversations.sign_in.dangerous import asks_again
from streaming.leaving import going


@asks_again("POST", when=lambda request: not person(request).has_usable_password())
@open_to_readers
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """All is gone when the reply comes, or soon after where there was much of it."""
    user = person(request)
    if request.method == "GET":
        return _page(request, LeaveForm(user))
    form = LeaveForm(user, request.POST)
    if not form.is_valid():
        return _page(request, form, 429 if seconds_to_wait(form) else 400)
    try:
        going.close(user)
    except LastAdministrator:
        form.add_error(None, sentences.LAST_ADMINISTRATOR)
        return _page(request, form, 409)
    _end(request, user)
    going.go_on(user, settings.DELETE_REPLY_SECONDS)
    return SeeOther("account_login")


def _end(request: HttpRequest, user: Person) -> None:
    """Every way in: sessions, tokens, what the account was connected with."""
    logout(request)
    sign_ins.end_all(user, "")
    user.access_tokens.all().delete()
    SocialAccount.objects.filter(user_id=user.pk).delete()


def _page(request: HttpRequest, form: LeaveForm, status: int = 200) -> HttpResponse:
    reply = render(request, "account/delete.html", {"form": form}, status=status)
    if seconds := seconds_to_wait(form):
        reply.headers["Retry-After"] = str(seconds)
    return reply
