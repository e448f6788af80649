"""Making, renaming and deleting projects: pages with a form each."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.access import person
from conversations.models import Project
from conversations.order import projects
from conversations.order.forms import ProjectForm
from conversations.order.projects import BadProject
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, current


@require_http_methods(["GET", "POST"])
def make(request: HtmxRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = projects.make(person(request), form.cleaned_data["title"])
        except BadProject as trouble:
            form.add_error("title", str(trouble))
        else:
            return SeeOther("order:project", made.pk)
    return _form(request, {"form": form, "project": None})


@require_http_methods(["GET", "POST"])
def rename(request: HtmxRequest, pk: int) -> HttpResponse:
    project = _own(request, pk)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            projects.rename(project, form.cleaned_data["title"])
        except BadProject as trouble:
            form.add_error("title", str(trouble))
        else:
            return _renamed(request, project)
    return _form(request, {"form": form, "project": _own(request, pk)})


@require_http_methods(["GET", "POST"])
def delete(request: HtmxRequest, pk: int) -> HttpResponse:
    """Asks, and says what stays: the conversations."""
    project = _own(request, pk)
    if request.method == "POST":
        projects.delete(project)
        return SeeOther("conversations:new")
    context = {"project": project, "count": project.conversations.count()}
    return render(request, "conversations/order/delete_project.html", context)


def _own(request: HtmxRequest, pk: int) -> Project:
    return access.through(Project.objects.all(), person(request), "owner_id", pk)


def _renamed(request: HtmxRequest, project: Project) -> HttpResponse:
    if not request.htmx:
        return SeeOther("order:project", project.pk)
    context = {"current": current(request)}
    return render(request, "conversations/order/changed.html", context)


def _form(request: HtmxRequest, context: dict[str, object]) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    return render(request, "conversations/order/project_form.html", context, status=status)
