"""What people keep under a name, and what they set for a conversation that has not begun."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from conversations import access
from conversations.access import Person
from streaming.models import Preset
from streaming.providers.parameters import Parameters


class NoRoom(Exception):
    """The person has as many presets as the site keeps."""


class NameTaken(Exception):
    """The person has one of that name."""


def named(owner_id: int) -> list[Preset]:
    return list(Preset.objects.filter(owner_id=owner_id).exclude(name=""))


def find(owner_id: int, key: str) -> Preset | None:
    """This person's preset of that key, written out."""
    try:
        return Preset.objects.filter(owner_id=owner_id, pk=UUID(key)).first()
    except ValueError:
        return None


def values(preset: Preset) -> Parameters:
    return Parameters.of(preset.parameters, preset.system_prompt)


def of_new(owner_id: int, key: str) -> Parameters | None:
    """What was set for a conversation before it began."""
    preset = find(owner_id, key) if key else None
    return values(preset) if preset else None


def keep(owner: Person, name: str, chosen: Parameters) -> Preset:
    """Under this name, in the place of what was kept there; without a name once. Raises NoRoom."""
    fields = {"system_prompt": chosen.system_prompt, "parameters": chosen.kept}
    own = Preset.objects.filter(owner=owner)
    with transaction.atomic():
        access.hold(owner)
        if name and own.filter(name=name).update(**fields):
            return own.get(name=name)
        if not name and (same := own.filter(name="", **fields).first()):
            return same
        _make_room(owner.pk, name)
        return Preset.objects.create(owner=owner, name=name, **fields)


def rename(preset: Preset, name: str) -> None:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            Preset.objects.filter(pk=preset.pk).update(name=name)
    except IntegrityError as trouble:
        raise NameTaken from trouble


def _make_room(owner_id: int, name: str) -> None:
    """Of those without a name the oldest go. Raises NoRoom."""
    own = Preset.objects.filter(owner_id=owner_id)
    if name and own.exclude(name="").count() >= settings.PRESETS:
        raise NoRoom
    if not name:
        old = own.filter(name="").order_by("-created_at").values_list("pk", flat=True)
        own.filter(pk__in=list(old[settings.PRESETS - 1 :])).delete()
