"""Forms that take a code or a passkey. Each try counts as a failure until it proves right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.internal import flows as account_flows
from allauth.account.models import Login
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from chatsite import sentences
from chatsite.accounts import failures
from chatsite.accounts.adapter import counted
from chatsite.accounts.client_address import client_address
from chatsite.accounts.protection import sign_in_log
from chatsite.accounts.second_factors import passkeys
from chatsite.accounts.second_factors.adapter import purpose_of
from streaming.catalog import sealed_keys
from streaming.catalog.sealed_keys import Unreadable

CODE_CHARACTERS = 40
NAME_CHARACTERS = 80
CREDENTIAL_CHARACTERS = 20_000
STEP_SECONDS = 30
"""How long an app shows a code."""


class CodeForm(BaseAuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code of the app, or a recovery code: each is accepted once."""

    code = forms.CharField(max_length=CODE_CHARACTERS)
    authenticator: Authenticator

    def clean_code(self) -> str:
        with _attempt(self.user):
            try:
                code = str(super().clean_code())
            except Unreadable:
                raise ValidationError(sentences.FACTOR_UNREADABLE) from None
            if self.authenticator.type == Authenticator.Type.TOTP and not self._is_first_use(code):
                raise get_adapter().validation_error("incorrect_code")
        return code

    def _is_first_use(self, code: str) -> bool:
        """As long as the code would be accepted again; allauth remembers it for one step only."""
        key = f"second-factor-used-{self.user.pk}-{normalize_user_code(code)}"
        seconds = STEP_SECONDS * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        return bool(cache.add(key, "used", seconds))


class CredentialField(forms.CharField):
    """What a browser says about a passkey, as JSON of an object."""

    def __init__(self) -> None:
        super().__init__(
            max_length=CREDENTIAL_CHARACTERS, error_messages={"required": sentences.WRONG_PASSKEY}
        )

    def clean(self, value: object) -> dict[str, Any]:
        try:
            said = json.loads(str(super().clean(value)))
        except (ValueError, RecursionError, ValidationError):
            raise ValidationError(sentences.WRONG_PASSKEY) from None
        if not isinstance(said, dict):
            raise ValidationError(sentences.WRONG_PASSKEY)
        return said


class PasskeyForm(forms.Form):
    """One of a person who is known already."""

    credential = CredentialField()
    authenticator: Authenticator

    def __init__(self, data: Any = None, *, user: User | None = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_credential(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data["credential"]
        with _attempt(self.user):
            self.authenticator = passkeys.verified(self.user, said)
        return said


class SignInByPasskey(PasskeyForm):
    """In the place of the form with name and password: the passkey says whose it is."""

    def __init__(self, data: Any = None, *, request: HttpRequest | None = None, **_: Any) -> None:
        super().__init__(data)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        post_authentication(request, self.authenticator, passwordless=True)
        login = Login(user=self.authenticator.user, redirect_url=redirect_url)
        reply: HttpResponse = account_flows.login.perform_login(request, login)
        return reply


class AppForm(forms.Form):
    """Sets an app up: it knows the key once it shows the right code.

    The key travels sealed with the form, so that nothing is kept until then.
    """

    sealed = forms.CharField(max_length=1000)
    code = forms.CharField(max_length=CODE_CHARACTERS)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self._purpose = f"new {purpose_of(user)}"
        self.secret = self._sent() or generate_totp_secret()

    @property
    def sealed_secret(self) -> str:
        return sealed_keys.seal(self.secret, self._purpose)

    def _sent(self) -> str:
        try:
            return sealed_keys.unseal(str(self.data.get("sealed", "")), self._purpose)
        except Unreadable:
            return ""

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not validate_totp_code(self.secret, code):
            raise ValidationError(sentences.WRONG_NEW_CODE)
        return code


class NewPasskeyForm(forms.Form):
    """The name is not required: the device keeps the passkey already, so it must not be lost."""

    name = forms.CharField(max_length=NAME_CHARACTERS, required=False)
    credential = CredentialField()

    def clean_credential(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data["credential"]
        passkeys.refuse_unless_made(said)
        return said


class NameForm(forms.Form):
    name = forms.CharField(max_length=NAME_CHARACTERS)


@contextmanager
def _attempt(user: User | None) -> Iterator[None]:
    """Counts as a failure, and is one line of the log, unless it ends without a complaint."""
    address = client_address(context.request)
    with counted():
        if user is None:
            attempt = failures.begin_unnamed(address)
        else:
            attempt = failures.begin_second(user.get_username(), address)
    try:
        yield
    except ValidationError:
        sign_in_log.note_refused(context.request, user)
        raise
    attempt.succeeded()
