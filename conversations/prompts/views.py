"""The page of saved prompts: made, changed, deleted, restored, imported and exported there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import access
from conversations.access import person
from conversations.prompts import archive, library
from conversations.prompts.archive import BadFile
from conversations.prompts.forms import ImportForm, PromptForm
from conversations.prompts.library import Imported, Refused
from conversations.prompts.markdown_files import PromptFile
from conversations.prompts.models import SavedPrompt
from conversations.redirects import SeeOther

FIELDS = ("name", "description", "text", "shared")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form may come filled from an address: `name` and `text`."""
    if request.method == "GET":
        return _form(request, PromptForm(initial=request.GET.dict()))
    form = PromptForm(request.POST)
    if form.is_valid():
        try:
            library.add(person(request), **form.cleaned_data)
        except Refused as trouble:
            form.add_error(trouble.field, str(trouble))
        else:
            return SeeOther("prompts:list")
    return _form(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    prompt = _own(request, pk)
    if request.method == "GET":
        values = {name: getattr(prompt, name) for name in FIELDS}
        return _form(request, PromptForm(initial=values), prompt)
    form = PromptForm(request.POST)
    if form.is_valid():
        try:
            library.change(prompt, **form.cleaned_data)
        except Refused as trouble:
            form.add_error(trouble.field, str(trouble))
        else:
            return SeeOther("prompts:list")
    return _form(request, form, prompt)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """At once: the page that follows offers to undo it."""
    prompt = access.through(SavedPrompt.objects.all(), person(request), "owner_id", pk)
    library.delete(prompt)
    return SeeOther(f"{reverse('prompts:list')}?deleted={prompt.pk}")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    prompt = access.through(SavedPrompt.objects.all(), user, "owner_id", pk)
    try:
        library.restore(user, prompt)
    except Refused as trouble:
        return _page(request, complaint=str(trouble))
    return SeeOther(f"{reverse('prompts:list')}#prompt-{prompt.pk}")


@require_POST
def import_(request: HttpRequest) -> HttpResponse:
    """What can be read is added; the page says what was not, and why."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return SeeOther("prompts:list")  # nothing was chosen, which browsers ask for
    file = form.cleaned_data["file"]
    try:
        files = archive.unpacked(file.file, file.name)
    except BadFile as trouble:
        return _page(request, complaint=str(trouble))
    return _page(request, imported=library.take_in(person(request), files))


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """All of the person's own, as a ZIP archive of Markdown files."""
    rows = library.own(person(request))
    data = archive.packed(PromptFile(row.name, row.description, row.text) for row in rows)
    headers = {"Content-Disposition": 'attachment; filename="prompts.zip"'}
    return HttpResponse(data, content_type="application/zip", headers=headers)


def _own(request: HttpRequest, pk: int) -> SavedPrompt:
    return access.through(library.own(person(request)), person(request), "owner_id", pk)


def _page(
    request: HttpRequest, *, complaint: str = "", imported: Imported | None = None
) -> HttpResponse:
    user = person(request)
    deleted = list(library.deleted(user))
    number = request.GET.get("deleted", "")
    context: dict[str, Any] = {
        "own": library.own(user),
        "others": library.of_others(user),
        "deleted": deleted,
        "just_deleted": next((row for row in deleted if str(row.pk) == number), None),
        "days": settings.TRASH_DAYS,
        "complaint": complaint,
        "imported": imported,
    }
    return render(request, "prompts/list.html", context, status=400 if complaint else 200)


def _form(
    request: HttpRequest, form: PromptForm, prompt: SavedPrompt | None = None
) -> HttpResponse:
    context = {"form": form, "prompt": prompt}
    return render(request, "prompts/form.html", context, status=400 if form.errors else 200)
