"""What django-allauth asks of a site, answered for this one."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from chatsite import sentences
from chatsite.accounts import failures, mail
from chatsite.accounts.client_address import client_address
from conversations.sign_in import next_page

HELD = "held"
"""The code of a complaint about too many failures; its `seconds` tell how long to wait."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up; failures make who fails wait; mail names the site as it is known."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": sentences.WRONG_NAME_OR_PASSWORD,
        "enter_current_password": sentences.WRONG_PASSWORD,
        "incorrect_password": sentences.WRONG_PASSWORD,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages are all there is: no answer of allauth is JSON."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """No address of another host, port or scheme is led to."""
        return bool(url) and next_page.is_here(context.request, str(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            self._attempt = failures.begin(credentials["username"], client_address(request))
        except failures.Held as held:
            told = sentences.too_many_failed(held.seconds)
            raise ValidationError(told, HELD, {"seconds": held.seconds}) from held

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Names are found however their letters are written; who is disabled is not let in."""
        credentials["username"] = stored_name(credentials["username"])
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            self._attempt.succeeded()
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return f"{reverse('account_change_password')}?done=changed"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """By the site's public address: a request may name it with another port."""
        person, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", args=[person, token])
        return f"{settings.PUBLIC_ORIGIN}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Later, so that nobody can tell by the time it takes whether an address is known."""
        mail.send_soon(self.render_mail(template_prefix, email, context))


def stored_name(typed: str) -> str:
    """The name of the one person who has it in any case of its letters, else as it was typed.

    Databases have their own ideas of what is the same letter; failures are counted by ours.
    """
    names = User.objects.filter(username__iexact=typed).values_list("username", flat=True)
    same = [name for name in names[:2] if name.lower() == typed.lower()]
    return same[0] if len(same) == 1 else typed
