"""Forms about the order: which conversations, and what shall be done to them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from conversations import sentences
from conversations.access import Person
from conversations.invisible import is_blank
from conversations.order import projects, scope
from conversations.order.changes import Change
from conversations.order.projects import BadProject

ON = {"on": True, "off": False}
NONE = "none"


class BadChange(Exception):
    """The form asks for nothing that there is; the sentence says why."""


class ProjectForm(forms.Form):
    """The name of a project; the field is called as that of a conversation's title is."""

    title = forms.CharField(
        max_length=settings.PROJECT_CHARACTERS,
        error_messages={
            "required": sentences.PROJECT_IS_MISSING,
            "max_length": sentences.PROJECT_IS_TOO_LONG,
        },
    )

    def clean_title(self) -> str:
        name = " ".join(str(self.cleaned_data["title"]).split())
        if is_blank(name):
            raise ValidationError(sentences.PROJECT_IS_MISSING)
        return name


def selected(said: QueryDict) -> list[UUID]:
    """The conversations that a form or an address names; raises BadChange if they are too many."""
    names = [*said.getlist("selected"), *said.getlist("conversation")]
    names += str(said.get("conversations", "")).split()
    found = {pk: None for name in names if (pk := _number(name))}
    if len(found) > settings.SELECTED:
        raise BadChange(sentences.too_many_selected(len(found)))
    return list(found)


def change(user: Person, said: QueryDict) -> Change:
    """What shall be done; raises BadChange."""
    for column in ("pinned", "archived"):
        if (wish := str(said.get(column, ""))) in ON:
            return Change(column, ON[wish])
    if "project" in said:
        return Change("project_id", _project(user, str(said["project"])))
    if "title" in said:
        return Change("project_id", _made(user, said))
    raise BadChange(sentences.NOTHING_ASKED)


def _project(user: Person, name: str) -> int | None:
    if name == NONE:
        return None
    project = scope.project_named(name, user.pk)
    if project is None:
        raise BadChange(sentences.PROJECT_IS_GONE)
    return project.pk


def _made(user: Person, said: QueryDict) -> int:
    form = ProjectForm(said)
    if not form.is_valid():
        raise BadChange(" ".join(map(str, form.errors["title"])))
    try:
        return projects.make(user, form.cleaned_data["title"]).pk
    except BadProject as trouble:
        raise BadChange(str(trouble)) from trouble


def _number(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
