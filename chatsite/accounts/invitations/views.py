"""Pages: administrators invite and take back; whoever has the link makes an account."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatsite import sentences
from chatsite.accounts.invitations import inviting
from chatsite.accounts.invitations.forms import DAYS, InvitationForm, JoinForm
from chatsite.accounts.models import Invitation
from conversations.access import person
from conversations.redirects import SeeOther
from conversations.requests import key_of
from conversations.roles.rights import Role
from conversations.sign_in.dangerous import asks_again
from streaming.catalog.views import administrators


@asks_again("POST")
@administrators("GET", "POST")
def invite(request: HttpRequest) -> HttpResponse:
    """The page with the link is the only one that shows it."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "roles": Role.choices, "days": DAYS}
        return render(request, "people/invite.html", context, status=400 if form.is_bound else 200)
    asked = form.cleaned_data
    role, key = Role(asked["role"]), key_of(request)
    made = inviting.invite(person(request), key, role, asked["days"], asked["note"])
    return render(request, "people/invitation.html", {"made": made, "role": role.label})


@administrators("POST")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    inviting.take_back(pk, person(request))
    reply = SeeOther("people:list")
    reply.headers["Location"] += "?done=back"
    return reply


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the account and signs in. Who is signed in already is told to sign out first."""
    invitation = inviting.find(token)
    if invitation is None:
        return _void(request)
    if request.user.is_authenticated:
        return render(request, "people/join.html", {"signed_in": True})
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = inviting.take(invitation, form.save)
        except Invitation.DoesNotExist:
            return _void(request)
        if made is not None:
            return _entered(request, made)
    status = 400 if form.is_bound else 200
    return render(request, "people/join.html", {"form": form}, status=status)


def _entered(request: HttpRequest, made: User) -> HttpResponse:
    login(request, made, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(settings.LOGIN_REDIRECT_URL)


def _void(request: HttpRequest) -> HttpResponse:
    """One that never was, one that was taken and one that is too old are the same."""
    return render(request, "people/join.html", {"void": sentences.INVITATION_IS_VOID}, status=404)
