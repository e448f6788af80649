"""Secrets at rest: encrypted, and bound to what they are for.

What a secret is for stands inside, next to it: a token that was copied into another row, or whose
row was given another address, does not open there.

What encrypts takes 10 MB, so it is loaded with the first secret: most sites have none.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Unreadable(Exception):
    """The token does not open here. Only the one who knows the secret can help."""


def seal(secret: str, purpose: str) -> str:
    """A token that only this site opens, and only for this purpose."""
    return _box().encrypt(json.dumps([purpose, secret]).encode()).decode("ascii")


def unseal(token: str, purpose: str) -> str:
    """The secret; raises Unreadable."""
    from cryptography.fernet import InvalidToken

    try:
        held = json.loads(_box().decrypt(token.encode()))
        meant, secret = held
    except (InvalidToken, ValueError, TypeError):
        raise Unreadable from None
    if meant != purpose or not isinstance(secret, str):
        raise Unreadable
    return secret


def reseal(token: str) -> str:
    """The same secret, sealed with the first of the current keys; raises Unreadable."""
    from cryptography.fernet import InvalidToken

    try:
        return _box().rotate(token.encode()).decode("ascii")
    except InvalidToken:
        raise Unreadable from None


def opens(token: str) -> bool:
    """Whether one of the current keys opens it, for whatever purpose it was sealed."""
    return _opens(_box(), token)


def is_under_the_first(token: str) -> bool:
    """Whether it would still open if all keys but the first were gone."""
    return _opens(_box_of(tuple(settings.FIELD_KEYS[:1])), token)


def _opens(box: MultiFernet, token: str) -> bool:
    from cryptography.fernet import InvalidToken

    try:
        box.decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _box() -> MultiFernet:
    return _box_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key) for key in keys])
