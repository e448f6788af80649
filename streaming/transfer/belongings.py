"""What a person has besides conversations: projects, presets, saved prompts, choices, notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from conversations import access
from conversations.access import Person
from conversations.models import Project
from conversations.preferences.models import Preferences
from conversations.prompts.models import SavedPrompt
from conversations.prompts.names import is_name
from conversations.transfer import archive, plain
from conversations.transfer.plain import Json
from streaming.models import ModelNote, Preset

PROJECT = ("name", "instructions", "parameters", "created_at")
PRESET = ("name", "system_prompt", "parameters", "created_at")
PROMPT = ("name", "description", "text", "shared", "changed_at")
NOTE = ("provider", "model", "favourite", "window")
CHOICES = tuple(field.name for field in Preferences._meta.concrete_fields if field.name != "owner")


def written(owner: Person) -> str:
    """All of it as one piece of JSON."""
    chosen = Preferences.objects.filter(owner_id=owner.pk).first()
    value = {
        "format": archive.ACCOUNT,
        "version": archive.VERSION,
        "projects": _listed(Project.objects.filter(owner_id=owner.pk).order_by("pk"), PROJECT),
        "presets": _listed(
            Preset.objects.filter(owner_id=owner.pk).exclude(name="").order_by("name"), PRESET
        ),
        "prompts": _listed(
            SavedPrompt.objects.filter(owner_id=owner.pk, deleted_at=None).order_by("name"), PROMPT
        ),
        "models": _listed(
            ModelNote.objects.filter(owner_id=owner.pk).order_by("provider", "model"), NOTE
        ),
        "preferences": {name: getattr(chosen, name) for name in CHOICES} if chosen else None,
    }
    return f"{archive.dumps(archive.said(value))}\n"


def take(owner: Person, value: dict[str, Json]) -> None:
    """Add what is not there: nothing of what a person has here is changed. Raises Refused."""
    archive.refuse_newer(value)
    with transaction.atomic():
        access.hold(owner)
        for raw in plain.objects(value.get("projects")):
            _project(owner, raw)
        for raw in plain.objects(value.get("presets")):
            _preset(owner, raw)
        for raw in plain.objects(value.get("prompts")):
            _prompt(owner, raw)
        for raw in plain.objects(value.get("models")):
            _note(owner, raw)
        if isinstance(value.get("preferences"), dict):
            _choices(owner, value["preferences"])


def _listed(rows: models.QuerySet[Any], names: tuple[str, ...]) -> list[dict[str, Json]]:
    return [archive.said({name: getattr(row, name) for name in names}) for row in rows]


def _project(owner: Person, raw: dict[str, Json]) -> None:
    name = plain.text(raw.get("name")).strip()[: settings.PROJECT_CHARACTERS]
    own = Project.objects.filter(owner_id=owner.pk)
    if not name or own.filter(name=name).exists() or own.count() >= settings.PROJECTS:
        return
    row = Project.objects.create(
        owner=owner,
        name=name,
        instructions=plain.text(raw.get("instructions")),
        parameters=plain.cleaned(plain.fields(raw.get("parameters"))),
    )
    _made_at(row, "created_at", raw)


def _preset(owner: Person, raw: dict[str, Json]) -> None:
    name = plain.text(raw.get("name")).strip()[: settings.PRESET_CHARACTERS]
    own = Preset.objects.filter(owner_id=owner.pk)
    if not name or own.filter(name=name).exists() or own.count() >= settings.PRESETS:
        return
    row = Preset.objects.create(
        owner=owner,
        name=name,
        system_prompt=plain.text(raw.get("system_prompt")),
        parameters=plain.cleaned(plain.fields(raw.get("parameters"))),
    )
    _made_at(row, "created_at", raw)


def _prompt(owner: Person, raw: dict[str, Json]) -> None:
    name, words = plain.text(raw.get("name")), plain.text(raw.get("text"))
    own = SavedPrompt.objects.filter(owner_id=owner.pk, deleted_at=None)
    is_odd = not is_name(name) or len(words.encode()) > settings.PROMPT_FILE_BYTES
    if is_odd or own.filter(name=name).exists() or own.count() >= settings.PROMPTS:
        return
    longest = SavedPrompt._meta.get_field("description").max_length
    row = SavedPrompt.objects.create(
        owner=owner,
        name=name,
        description=plain.text(raw.get("description"))[:longest],
        text=words,
        shared=raw.get("shared") is True,
    )
    _made_at(row, "changed_at", raw)


def _note(owner: Person, raw: dict[str, Json]) -> None:
    window = raw.get("window")
    is_size = isinstance(window, int) and not isinstance(window, bool) and 0 < window < 2**31
    ModelNote.objects.get_or_create(
        owner=owner,
        provider=plain.text(raw.get("provider"))[:64],
        model=plain.text(raw.get("model"))[:200],
        defaults={
            "favourite": raw.get("favourite") is True,
            "window": window if is_size else None,
        },
    )


def _choices(owner: Person, raw: dict[str, Json]) -> None:
    """Only for a person who has chosen nothing here."""
    values: dict[str, Any] = {}
    for name in CHOICES:
        field: Any = Preferences._meta.get_field(name)
        said = raw.get(name)
        if isinstance(field, models.BooleanField):
            values[name] = said is True
        elif isinstance(field, models.JSONField):
            values[name] = plain.cleaned(plain.fields(said))
        else:
            value = plain.text(said)[: field.max_length]
            known = [choice for choice, _ in field.choices or ()]
            values[name] = value if not known or value in known else ""
    Preferences.objects.get_or_create(owner=owner, defaults=values)


def _made_at(row: models.Model, name: str, raw: dict[str, Json]) -> None:
    """In a column that is filled in when a row is saved."""
    at: datetime | None = plain.moment(raw.get(name))
    if at is not None:
        type(row)._default_manager.filter(pk=row.pk).update(**{name: at})
