"""The page of a project's files, which each of its conversations can take."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.access import person
from conversations.files import drafts, sentences
from conversations.files.models import File
from conversations.files.reading import Refused
from conversations.models import Project
from conversations.redirects import SeeOther
from conversations.requests import key_of


def listed(project_id: int | None) -> list[File]:
    """The files of a project, the first one first; no query where there is no project."""
    if project_id is None:
        return []
    return list(File.objects.filter(project_id=project_id, doomed_at=None))


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """POST adds those that come with the form, or takes the one that `remove` names out."""
    project = access.through(Project.objects.all(), person(request), "owner_id", pk)
    if request.method == "GET":
        return _page(request, project)
    if named := request.POST.get("remove"):
        _take_out(project, named)
        return SeeOther("files:project", pk)
    complaints = []
    for file in request.FILES.getlist("files"):
        try:
            drafts.added(project.owner_id, key_of(request), file, project)
        except Refused as trouble:
            complaints.append(sentences.of_file(file.name or "", trouble.sentence))
    if not request.FILES:
        complaints.append(str(sentences.NONE_CHOSEN))
    if complaints:
        return _page(request, project, complaints, 400)
    return SeeOther("files:project", pk)


def _take_out(project: Project, named: str) -> None:
    """It stays on the messages that it hangs on; if there are none, it is swept."""
    try:
        own = File.objects.filter(project=project, pk=UUID(named))
    except ValueError:
        return
    own.update(project=None)


def _page(
    request: HttpRequest, project: Project, complaints: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"project": project, "files": listed(project.pk), "complaints": complaints or ()}
    return render(request, "files/project.html", context, status=status)
