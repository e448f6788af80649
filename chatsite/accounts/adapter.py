"""How this site uses django-allauth: its adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
from chatsite.accounts.client_address import client_address, client_ip
from conversations.sign_in import next_page

TOO_MANY_FAILURES = "too_many_failures"
"""The code of the error after too many failures; its `seconds` say how long to wait."""
SECOND_STEP = "chatsite.accounts.second_factors.step.SecondStep"


@contextmanager
def counted() -> Iterator[None]:
    """Where an attempt begins: too many failures become an error of the form."""
    try:
        yield
    except failures.TooManyFailures as refusal:
        told = sentences.too_many_failed(refusal.seconds)
        raise ValidationError(told, TOO_MANY_FAILURES, {"seconds": refusal.seconds}) from refusal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up, failed sign-ins lead to waits, and mail names the site's public address."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": sentences.WRONG_NAME_OR_PASSWORD,
        "enter_current_password": sentences.WRONG_PASSWORD,
        "incorrect_password": sentences.WRONG_PASSWORD,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Every reply of allauth is a page, none is JSON."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Redirects lead to no other host, port or scheme."""
        return bool(url) and next_page.is_here(context.request, str(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        with counted():
            self._attempt = failures.begin(credentials["username"], client_address(request))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Names match in any case; a disabled account is refused."""
        credentials["username"] = stored_name(credentials["username"])
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            self._attempt.succeeded()
        return user

    def get_login_stages(self) -> list[str]:
        """After the password this site's own step; allauth's would load passkeys for everybody."""
        return [SECOND_STEP]

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Never by allauth: `chatsite.accounts.asking_again` asks, in one place for all doors."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return f"{reverse('account_change_password')}?done=changed"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the site's public address: the request may have come to another port."""
        person, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", args=[person, token])
        return f"{settings.PUBLIC_ORIGIN}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Later, so that the time a reply takes does not reveal whether an address is known."""
        mail.send_soon(self.render_mail(template_prefix, email, context))


def stored_name(typed: str) -> str:
    """The name of the one person who has it in any case, else the name as it was typed.

    Databases differ in which letters they take for the same; failures are counted by Python's rule.
    """
    names = User.objects.filter(username__iexact=typed).values_list("username", flat=True)
    same = [name for name in names[:2] if name.lower() == typed.lower()]
    return same[0] if len(same) == 1 else typed
