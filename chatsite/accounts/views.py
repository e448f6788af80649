"""django-allauth's pages, with what it leaves to the site."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from chatsite import sentences
from chatsite.accounts import failures, mail
from chatsite.accounts.adapter import TOO_MANY_FAILURES
from chatsite.accounts.second_factors import passkeys
from chatsite.accounts.second_factors.forms import SignInByPasskey
from conversations.sign_in import next_page

TOLD = {"changed": sentences.CHANGED}


def seconds_to_wait(form: Any) -> int:
    """How long to wait, if too many failures are what is wrong with the form; else 0."""
    for complaints in form.errors.as_data().values():
        for complaint in complaints:
            if complaint.code == TOO_MANY_FAILURES:
                return int(complaint.params["seconds"])
    return 0


def with_wait(reply: HttpResponseBase, form: Any) -> HttpResponseBase:
    """With 429 and how long to wait, where too many sign-ins failed."""
    if seconds := seconds_to_wait(form):
        reply.status_code = 429
        reply.headers["Retry-After"] = str(seconds)
    return reply


class WithWait:
    """Replies with 429 and how long to wait, where too many sign-ins failed."""

    def form_invalid(self, form: Any) -> HttpResponseBase:
        return with_wait(super().form_invalid(form), form)  # type: ignore[misc]  # allauth's


class SignIn(WithWait, views.LoginView):  # type: ignore[misc]  # allauth has no types
    """The form keeps where somebody wanted to go; a cookie does for those who use a link.

    A passkey signs in here, too, in the place of a name and a password.
    """

    def get_form_class(self) -> Any:
        by_passkey = self.request.method == "POST" and "credential" in self.request.POST
        return SignInByPasskey if by_passkey else super().get_form_class()

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        works = passkeys.work_here(self.request)
        context: dict[str, Any] = super().get_context_data(passkeys_work=works, **named)
        return context

    def get(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        wanted = next_page.wanted(request)
        if wanted and request.user.is_authenticated:
            return HttpResponseRedirect(wanted)
        reply: HttpResponseBase = super().get(request, *args, **named)
        next_page.remember(request, reply)
        return reply

    def form_valid(self, form: Any) -> HttpResponseBase:
        reply: HttpResponseBase = super().form_valid(form)
        next_page.forget(self.request, reply)
        return reply


class SignOut(views.LogoutView):  # type: ignore[misc]  # as above
    """What a browser asked for ahead of a click is forgotten with the session."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"prefetchCache"'
        return response


class ChangePasswordPage(WithWait, views.PasswordChangeView):  # type: ignore[misc]  # as above
    def get_context_data(self, **named: Any) -> dict[str, Any]:
        told = TOLD.get(self.request.GET.get("done", ""), "")
        context: dict[str, Any] = super().get_context_data(told=told, **named)
        return context


class AskForLink(views.PasswordResetView):  # type: ignore[misc]  # as above
    """Sends a link by mail where the site can; else the page says whom to ask."""

    def post(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not mail.can_send():
            raise Http404
        reply: HttpResponseBase = super().post(request, *args, **named)
        return reply

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(can_send=mail.can_send(), **named)
        return context


class FollowLink(views.PasswordResetFromKeyView):  # type: ignore[misc]  # as above
    """Sets a new password by way of a link, and signs in."""

    def render_to_response(self, context: dict[str, Any], **named: Any) -> HttpResponseBase:
        status = 403 if context.get("token_fail") else 200
        reply: HttpResponseBase = super().render_to_response(context, status=status, **named)
        return reply

    def form_valid(self, form: Any) -> HttpResponseBase:
        reply: HttpResponseBase = super().form_valid(form)
        failures.forget(self.reset_user.get_username())
        return reply
