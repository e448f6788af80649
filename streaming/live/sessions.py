"""Whether sign-ins still hold: a session that ended, a person disabled, a password changed.

Or an access token that was revoked: who keeps those is named by a setting. And whether people still
have the role that they had.

A socket is let in once and may stay open for days; Django looks at a session only when a
request comes. So every process asks for the sessions of its sockets again and again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from conversations.roles.rights import Role, role_of
from conversations.sign_in.grants import TOKEN

T = TypeVar("T")

ROWS_A_QUERY = 500


class _Grounds(NamedTuple):
    """By what a session was found good: while neither changes it need not be read again."""

    session: str
    password: str


class SessionCheck:
    """Tells which sessions hold no more. Call `ended` from one thread at a time."""

    def __init__(self) -> None:
        self._good: dict[str, _Grounds] = {}

    def ended(self, held: Mapping[str, int]) -> set[str]:
        """Those of the sessions, each with the person it is to sign in, that do so no more."""
        tokens = {key: person for key, person in held.items() if key.startswith(TOKEN)}
        ended = self._ended({key: held[key] for key in held.keys() - tokens.keys()})
        if tokens:
            ended |= import_string(settings.HELD_BY_TOKENS_ENDED)(tokens)
        return ended

    def _ended(self, held: Mapping[str, int]) -> set[str]:
        sessions = {row.session_key: row for row in _sessions(held)}
        people = {user.pk: user for user in _people(set(held.values()))}
        good: dict[str, _Grounds] = {}
        for key, person in held.items():
            session, user = sessions.get(key), people.get(person)
            if session is None or user is None:
                continue
            grounds = _Grounds(session.session_data, user.password)
            if self._good.get(key) == grounds or _signs_in(session, user):
                good[key] = grounds
        self._good = good
        return held.keys() - good.keys()


def roles_of(people: Collection[int]) -> dict[int, Role]:
    """The role that each of them has now."""
    found: dict[int, Role] = {}
    for some in _parts(people):
        rows = User.objects.filter(pk__in=some).select_related("standing")
        found.update({user.pk: role_of(user) for user in rows})
    return found


def _signs_in(session: Session, user: User) -> bool:
    said = session.get_decoded()
    proof = str(said.get(HASH_SESSION_KEY, ""))
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return said.get(SESSION_KEY) == str(user.pk) and any(
        constant_time_compare(proof, each) for each in hashes
    )


def _sessions(keys: Collection[str]) -> Iterator[Session]:
    for some in _parts(keys):
        yield from Session.objects.filter(session_key__in=some, expire_date__gt=timezone.now())


def _people(keys: Collection[int]) -> Iterator[User]:
    for some in _parts(keys):
        yield from User.objects.filter(pk__in=some, is_active=True).only("pk", "password")


def _parts(keys: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(keys)
    while some := list(islice(rest, ROWS_A_QUERY)):
        yield some
