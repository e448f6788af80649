"""Projects: made, renamed, deleted, found. A name is one project, so making it again makes none."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction

from conversations import access, sentences
from conversations.access import Person
from conversations.models import Project
from conversations.prepared import SOME_NUMBER, Prepared


class BadProject(Exception):
    """It cannot be made or named so; the sentence says why."""


class ProjectRow(NamedTuple):
    """A project as lists show it."""

    pk: int
    name: str


def of(owner_id: int) -> list[ProjectRow]:
    return [ProjectRow(*row) for row in _of().rows(owner_id)]


@cache
def _of() -> Prepared:
    own = Project.objects.filter(owner_id=SOME_NUMBER).order_by("name", "pk")
    return Prepared(own.values_list(*ProjectRow._fields), SOME_NUMBER)


def make(user: Person, name: str) -> Project:
    """A project of that name, or the one that there is; raises BadProject.

    Of one person's requests at once, each counts what the one before it made.
    """
    own = Project.objects.filter(owner_id=user.pk)
    with transaction.atomic():
        access.hold(user)
        found = own.filter(name=name).first()
        if found is None and own.count() >= settings.PROJECTS:
            raise BadProject(sentences.too_many_projects())
        return found or Project.objects.get_or_create(owner=user, name=name)[0]


def rename(project: Project, name: str) -> None:
    """Raises BadProject where another one has that name, or it is gone."""
    try:
        with transaction.atomic():
            is_there = Project.objects.filter(pk=project.pk).update(name=name)
    except IntegrityError as trouble:
        raise BadProject(sentences.PROJECT_EXISTS) from trouble
    if not is_there:
        raise BadProject(sentences.PROJECT_IS_GONE)
    project.name = name


def delete(project: Project) -> None:
    """The conversations stay. Whoever moves one there comes before, or finds it gone."""
    with transaction.atomic():
        if Project.objects.select_for_update().filter(pk=project.pk).first():
            project.delete()


def hold(pk: int, owner_id: int) -> bool:
    """Whether that person has it; then nobody deletes it before this transaction ends."""
    rows = Project.objects.select_for_update(no_key=True)
    return rows.filter(pk=pk, owner_id=owner_id).first() is not None
