"""Which conversations a list shows: all but those in the archive, or those, or a project's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from conversations.models import Project
from conversations.requests import row_number

ARCHIVE = "archive"
PARAMETER = "list"
"""The name of a list in an address."""

HEADER = "Chat-List"
"""In which a page says it, for its address may have changed since it was loaded."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A list of conversations. `title` is what people call it where it is a project."""

    archived: bool = False
    project: int | None = None
    title: str = ""

    @property
    def name(self) -> str:
        """How addresses and sockets call it; empty for the first of all."""
        return ARCHIVE if self.archived else str(self.project or "")

    @property
    def suffix(self) -> str:
        """What the address of a page ends with that shows this list."""
        return f"?{PARAMETER}={self.name}" if self.name else ""


EVERYTHING = Scope()


def named(name: str, owner_id: int) -> Scope:
    """This person's list of that name; the first of all if there is none."""
    if name == ARCHIVE:
        return Scope(archived=True)
    project = project_named(name, owner_id)
    return Scope(project=project.pk, title=project.name) if project else EVERYTHING


def project_named(spelled: str, owner_id: int) -> Project | None:
    """This person's project with that number, written out; None if there is none."""
    number = row_number(spelled)
    return Project.objects.filter(owner_id=owner_id, pk=number).first() if number else None


def name_in(address: str) -> str:
    """The list that the page with this address shows, by its name."""
    parts = urlsplit(address)
    said = parse_qs(parts.query).get(PARAMETER)
    if said:
        return said[-1]
    try:
        found = resolve(parts.path)
    except Resolver404:
        return ""
    if found.view_name == "order:project":
        return str(found.kwargs["pk"])
    return ARCHIVE if found.view_name == "order:archive" else ""


def of(request: HttpRequest) -> Scope:
    """The list that the page shows which is asked for, or which asks."""
    htmx = getattr(request, "htmx", None)
    name = request.GET.get(PARAMETER, request.headers.get(HEADER))
    if name is None:
        name = name_in((htmx and htmx.current_url) or request.path)
    return named(name, request.user.pk or 0)
