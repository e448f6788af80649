"""The prompts of a person: found, saved, deleted, restored, imported.

A name is one prompt of its owner. Of one person's requests at once, each sees what the one before
it made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations import access
from conversations.access import Person
from conversations.invisible import is_blank
from conversations.prompts import names, sentences
from conversations.prompts.markdown_files import PromptFile
from conversations.prompts.models import LONGEST_DESCRIPTION, SavedPrompt

USUAL_NAME = "prompt"


class Refused(Exception):
    """It cannot be saved so; `field` is at fault, and the sentence says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(slots=True)
class Imported:
    """What came of an import: names that were added, how many were there, and what was refused."""

    added: list[str] = field(default_factory=list)
    known: int = 0
    refused: list[str] = field(default_factory=list)


def own(user: Person) -> QuerySet[SavedPrompt]:
    return SavedPrompt.objects.filter(owner_id=user.pk, deleted_at=None)


def of_others(user: Person) -> QuerySet[SavedPrompt]:
    shared = SavedPrompt.objects.filter(shared=True, deleted_at=None, owner__is_active=True)
    return shared.exclude(owner_id=user.pk).select_related("owner")


def usable(user: Person) -> QuerySet[SavedPrompt]:
    """Those of the person, and those that others share."""
    others = Q(shared=True, owner__is_active=True)
    return SavedPrompt.objects.filter(Q(owner_id=user.pk) | others, deleted_at=None)


def deleted(user: Person) -> QuerySet[SavedPrompt]:
    rows = SavedPrompt.objects.filter(owner_id=user.pk, deleted_at__gt=_oldest())
    return rows.order_by("-deleted_at", "-pk")


def add(user: Person, name: str, description: str, text: str, *, shared: bool) -> SavedPrompt:
    """The same sent again is the one that there is; raises Refused."""
    with transaction.atomic():
        access.hold(user)
        there = own(user).filter(name=name).first()
        if there is None:
            _expect_room(user)
            return SavedPrompt.objects.create(
                owner=user, name=name, description=description, text=text, shared=shared
            )
    if (there.description, there.text, there.shared) == (description, text, shared):
        return there
    raise Refused("name", str(sentences.NAME_IS_TAKEN))


def change(prompt: SavedPrompt, name: str, description: str, text: str, *, shared: bool) -> None:
    """Raises Refused where another one has that name, or it was deleted meanwhile."""
    rows = SavedPrompt.objects.filter(pk=prompt.pk, deleted_at=None)
    values = {"name": name, "description": description, "text": text, "shared": shared}
    try:
        with transaction.atomic():
            if rows.filter(**values).exists():
                return
            is_there = rows.update(**values, changed_at=timezone.now())
    except IntegrityError as trouble:
        raise Refused("name", str(sentences.NAME_IS_TAKEN)) from trouble
    if not is_there:
        raise Refused("text", str(sentences.IS_GONE))


def delete(prompt: SavedPrompt) -> None:
    """What was deleted longer ago than the trash keeps things goes for good."""
    SavedPrompt.objects.filter(owner_id=prompt.owner_id, deleted_at__lte=_oldest()).delete()
    rows = SavedPrompt.objects.filter(pk=prompt.pk, deleted_at=None)
    rows.update(deleted_at=timezone.now(), shared=False)


def restore(user: Person, prompt: SavedPrompt) -> SavedPrompt:
    """Under another name where its own is taken; raises Refused where there are too many."""
    with transaction.atomic():
        access.hold(user)
        prompt.refresh_from_db()
        if prompt.deleted_at is not None:
            _expect_room(user)
            prompt.name = _free(prompt.name, _names(user))
            prompt.deleted_at = None
            prompt.save(update_fields=["name", "deleted_at"])
    return prompt


def take_in(user: Person, files: Iterable[PromptFile]) -> Imported:
    """Add what is not there yet, each under a name that is free. Nothing that is there changes."""
    result = Imported()
    with transaction.atomic():
        access.hold(user)
        texts = {prompt.name: prompt.text for prompt in own(user)}
        for file in files:
            name = names.near(file.name, USUAL_NAME)
            text = file.text.replace("\0", "\N{REPLACEMENT CHARACTER}")
            if is_blank(text):
                result.refused.append(sentences.empty(file.name))
            elif any(texts.get(each) == text for each in _candidates(name)):
                result.known += 1
            elif len(texts) >= settings.PROMPTS:
                result.refused.append(sentences.too_many_prompts())
                break
            else:
                name = _free(name, texts.keys())
                texts[name] = text
                _make(user, name, file.description, text)
                result.added.append(name)
    return result


def _make(user: Person, name: str, description: str, text: str) -> None:
    line = " ".join(description.replace("\0", "").split())[:LONGEST_DESCRIPTION]
    SavedPrompt.objects.create(owner=user, name=name, description=line, text=text)


def _expect_room(user: Person) -> None:
    if own(user).count() >= settings.PROMPTS:
        raise Refused("name", sentences.too_many_prompts())


def _names(user: Person) -> set[str]:
    return set(own(user).values_list("name", flat=True))


def _candidates(name: str) -> list[str]:
    return [name, *(names.numbered(name, number) for number in range(2, settings.PROMPTS + 2))]


def _free(name: str, taken: Iterable[str]) -> str:
    held = set(taken)
    return next(each for each in _candidates(name) if each not in held)


def _oldest() -> object:
    """What was deleted before it cannot be restored any more."""
    return timezone.now() - timedelta(days=settings.TRASH_DAYS)
