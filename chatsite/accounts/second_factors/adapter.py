"""How this site uses django-allauth's second factors: its adapter."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import User

from chatsite import sentences
from streaming.catalog import sealed_keys


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets are sealed for their person: copied into another's row, one does not open."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": sentences.WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return sealed_keys.seal(text, purpose_of(_whose()))

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Unreadable."""
        return sealed_keys.unseal(encrypted_text, purpose_of(_whose()))

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def _get_user_identifier(self, user: User) -> str:
        """Apps and devices show the name with which somebody signs in."""
        return user.get_username()


def purpose_of(user: User) -> str:
    return f"second factor of person {user.pk}"


def _whose() -> User:
    """Who is signed in, or who is about to be and has given the password."""
    request = context.request
    user = request.user
    found = user if user.is_authenticated else request._login_stage.login.user
    assert isinstance(found, User)
    return found
