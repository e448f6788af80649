"""Reads and writes the choices of a person."""

from __future__ import annotations

from functools import cache
from typing import Any

from conversations.preferences.models import Preferences
from conversations.prepared import SOME_NUMBER, Prepared


def of(owner_id: int) -> Preferences:
    """What the person chose, or what holds for everybody; not to be saved."""
    row = Preferences.objects.filter(pk=owner_id).first()
    return row or Preferences(owner_id=owner_id)


def has_keys(owner_id: int) -> bool:
    """Every page asks for it."""
    return all(on for (on,) in _one("keyboard").rows(owner_id))


def title_model(owner_id: int) -> str:
    """The value of the model that titles new conversations; every new one asks for it."""
    return "".join(value for (value,) in _one("title_model").rows(owner_id))


@cache
def _one(choice: str) -> Prepared:
    return Prepared(Preferences.objects.filter(pk=SOME_NUMBER).values_list(choice), SOME_NUMBER)


def choose(owner_id: int, **choices: Any) -> None:
    """Keep these choices, and leave the others as they are."""
    Preferences.objects.update_or_create(owner_id=owner_id, defaults=choices)
