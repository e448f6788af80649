"""The page of a person's own choices, and saving a section of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chatsite.preferences.sections import SECTIONS, Section, SectionForm
from conversations.access import person
from conversations.preferences import choices
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from conversations.roles.doors import open_to_readers


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    return _page(request)


@open_to_readers
@require_POST
def save(request: HtmxRequest, name: str) -> HttpResponse:
    """With htmx the reply is a line that says how it went; the fields are as they were left."""
    if (section := SECTIONS.get(name)) is None:
        raise Http404
    form = section.form(request.POST, person_id=person(request).pk)
    if form.is_valid():
        choices.choose(person(request).pk, **form.cleaned_data)
    if request.htmx:
        context = {"section": section, "complaint": form.complaint, "saved": form.is_valid()}
        status = 200 if form.is_valid() else 400
        reply = render(request, "preferences/_told.html", context, status=status)
        if form.is_valid() and "language" in form.cleaned_data:
            reply.headers["HX-Refresh"] = "true"  # all of the page is in another one now
        return reply
    if not form.is_valid():
        return _page(request, section, form)
    return SeeOther(f"{reverse('preferences:settings')}?saved={section.name}#{section.name}")


def _page(
    request: HttpRequest, refused: Section | None = None, form: SectionForm | None = None
) -> HttpResponse:
    chosen = choices.of(person(request).pk)
    parts = [
        (each, form if form is not None and each is refused else each.filled(chosen))
        for each in SECTIONS.values()
    ]
    context = {"parts": parts, "refused": refused, "saved": request.GET.get("saved", "")}
    status = 200 if refused is None else 400
    return render(request, "preferences/settings.html", context, status=status)
