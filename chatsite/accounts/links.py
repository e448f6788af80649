"""Links that let a person set a password, once: a new one, or one in place of a forgotten one."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Void once the password was set, the person signed in, or the account was disabled."""

    key_salt = "chatsite.accounts.links"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"


def password_link(person: User) -> str:
    token = PasswordLinkTokens().make_token(person)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), token])
    return f"{settings.PUBLIC_ORIGIN}{path}"
