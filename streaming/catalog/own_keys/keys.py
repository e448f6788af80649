"""Whose key an answer is asked with: found anew for each, so that a change holds everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal, TypeAlias

from django.db import transaction

from conversations.prepared import SOME_NUMBER, SOME_TEXT, Prepared
from streaming.catalog.own_keys.models import OwnKey, OwnKeyRule
from streaming.catalog.sealed_keys import Unreadable, seal, unseal
from streaming.providers.base import Provider
from streaming.providers.http.upstream import Upstream
from streaming.providers.unusable import Unusable

Trouble: TypeAlias = Literal["", "own_key_missing", "own_key_unreadable"]
"""Codes of the catalogue of failures."""


@dataclass(frozen=True, slots=True)
class PersonsKey:
    """A key that one person brought for one provider; with a `trouble` nothing may be asked."""

    secret: str = field(default="", repr=False)
    address: str = ""
    trouble: Trouble = ""

    def trouble_at(self, address: str) -> Trouble:
        """Why a provider that is addressed so cannot be asked with it."""
        if self.trouble or self.address == address:
            return self.trouble
        return "own_key_unreadable"


def rule_of(provider: str) -> OwnKeyRule | None:
    """None where everybody uses the site's key."""
    return OwnKeyRule.objects.filter(provider=provider).first()


def set_rule(provider: str, *, allowed: bool, only: bool) -> None:
    """Keys that were brought stay, and are not used while that is not allowed."""
    if allowed:
        OwnKeyRule.objects.update_or_create(provider=provider, defaults={"only": only})
    else:
        OwnKeyRule.objects.filter(provider=provider).delete()


def key_for(person_id: int, provider: str) -> PersonsKey | None:
    """What this person's answers of that provider are asked with; None: with the site's key."""
    for (only,) in _rules().rows(provider):
        found = _keys().rows(person_id, provider)
        if found:
            return opened(person_id, provider, *found[0])
        return PersonsKey(trouble="own_key_missing") if only else None
    return None


def opened(person_id: int, provider: str, address: str, sealed: str) -> PersonsKey:
    try:
        return PersonsKey(unseal(sealed, _purpose(person_id, provider, address)), address)
    except Unreadable:
        return PersonsKey(trouble="own_key_unreadable")


def asked_with(provider: Provider, key: PersonsKey | None) -> Provider:
    """The provider, asked with this key instead of the site's; one that says why not, if it may
    not be sent there.
    """
    if key is None or not isinstance(provider, Upstream):
        return provider
    if trouble := key.trouble_at(provider.config.base_url):
        return Unusable(provider.config, trouble)
    return provider.with_key(key.secret)


def give(person_id: int, provider: str, address: str, key: str) -> None:
    """In the place of the one that is there; the same one again stays sealed as it is."""
    for row in OwnKey.objects.filter(owner_id=person_id, provider=provider, address=address):
        if opened(person_id, provider, address, row.sealed_key).secret == key:
            return
    sealed = seal(key, _purpose(person_id, provider, address))
    OwnKey.objects.update_or_create(
        owner_id=person_id,
        provider=provider,
        defaults={"address": address, "sealed_key": sealed},
    )


def remove(person_id: int, provider: str) -> None:
    OwnKey.objects.filter(owner_id=person_id, provider=provider).delete()


def forget_person(person_id: int) -> None:
    OwnKey.objects.filter(owner_id=person_id).delete()


@transaction.atomic
def forget(provider: str) -> None:
    """The provider is deleted: no key waits for one that takes its name."""
    OwnKeyRule.objects.filter(provider=provider).delete()
    OwnKey.objects.filter(provider=provider).delete()


def _purpose(person_id: int, provider: str, address: str) -> str:
    """A key is for this person, this provider and this address alone."""
    return f"own key of {person_id} for {provider} at {address}"


@cache
def _rules() -> Prepared:
    """Every answer asks; most sites have no rule."""
    return Prepared(OwnKeyRule.objects.filter(provider=SOME_TEXT).values_list("only"), SOME_TEXT)


@cache
def _keys() -> Prepared:
    own = OwnKey.objects.filter(owner_id=SOME_NUMBER, provider=SOME_TEXT)
    return Prepared(own.values_list("address", "sealed_key"), SOME_NUMBER, SOME_TEXT)
