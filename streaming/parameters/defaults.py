"""The pages of what holds where a conversation says nothing: a person's own, and a project's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.access import person
from conversations.models import Project
from conversations.preferences import choices
from conversations.redirects import SeeOther
from streaming.parameters import effective
from streaming.parameters.forms import OF_ALL_MODELS, ParametersForm, ProjectForm
from streaming.providers.parameters import Parameters


@require_http_methods(["GET", "POST"])
def of_person(request: HttpRequest) -> HttpResponse:
    owner_id = person(request).pk
    data = request.POST if request.method == "POST" else None
    stored = Parameters.of(choices.of(owner_id).parameters)
    form = ParametersForm(data, offer=OF_ALL_MODELS, stored=stored)
    if data is not None and form.is_valid():
        choices.choose(owner_id, parameters=form.result.kept)
        return SeeOther("preferences:settings")
    return _page(request, "person", form)


@require_http_methods(["GET", "POST"])
def of_project(request: HttpRequest, pk: int) -> HttpResponse:
    """With what models are told in its conversations."""
    project = access.through(Project.objects.all(), person(request), "owner_id", pk)
    data = request.POST if request.method == "POST" else None
    form = ProjectForm(
        data,
        offer=OF_ALL_MODELS,
        stored=Parameters.of(project.parameters),
        below=effective.below(project.owner_id, None, OF_ALL_MODELS),
        instructions=project.instructions,
    )
    if data is not None and form.is_valid():
        project.instructions = form.cleaned_data["instructions"]
        project.parameters = form.result.kept
        access.save(project, "instructions", "parameters")
        return SeeOther("order:project", project.pk)
    return _page(request, "project", form, project)


def _page(
    request: HttpRequest, of: str, form: ParametersForm, project: Project | None = None
) -> HttpResponse:
    context = {"project": project, "form": form}
    status = 400 if form.errors else 200
    return render(request, f"streaming/parameters/{of}.html", context, status=status)
