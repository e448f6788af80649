"""No password that somebody could guess from the site itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from chatsite import sentences

LEAST = 4
"""Shorter words of an address, such as "www" or "com", are part of too many others."""


class OwnWordsValidator:
    """A password has to be long enough without the site's words and the person's own."""

    def __init__(self, rest: int = 8) -> None:
        self._rest = rest

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError. What is left without those words counts, in characters."""
        left = password.lower()
        for word in sorted(words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if left != password.lower() and len(left) < self._rest:
            raise ValidationError(sentences.PASSWORD_OF_OWN_WORDS, code="password_of_own_words")

    def get_help_text(self) -> str:
        return str(sentences.PASSWORD_OF_OWN_WORDS)


def words(user: User | None) -> set[str]:
    """Those of this site's address, its name, and what the person is called."""
    host = urlsplit(settings.PUBLIC_ORIGIN).hostname or ""
    found = {"chatsite", *host.split(".")}
    if user is not None:
        mailbox, _, domain = user.email.lower().partition("@")
        found |= {user.username.lower(), mailbox, *domain.split(".")}
    return {word for word in found if len(word) >= LEAST}
