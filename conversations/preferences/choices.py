"""Reads and writes the choices of a person."""

from __future__ import annotations

from typing import Any

from conversations.preferences.models import Preferences


def of(owner_id: int) -> Preferences:
    """What the person chose, or what holds for everybody; not to be saved."""
    row = Preferences.objects.filter(pk=owner_id).first()
    return row or Preferences(owner_id=owner_id)


def choose(owner_id: int, **choices: Any) -> None:
    """Keep these choices, and leave the others as they are."""
    Preferences.objects.update_or_create(owner_id=owner_id, defaults=choices)
