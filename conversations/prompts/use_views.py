"""Using a prompt: the list below a slash, the form of its variables, its text in a message box."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from conversations.access import person
from conversations.prompts import library, variables
from conversations.prompts.forms import TextField
from conversations.prompts.markdown_files import PromptFile, written
from conversations.prompts.models import SavedPrompt
from conversations.requests import HtmxRequest
from conversations.views import page


@require_GET
def menu(request: HtmxRequest) -> HttpResponse:
    """All that the person can use, for the script that offers them."""
    user = person(request)
    rows = library.usable(user).defer("text")
    own_first = sorted(rows, key=lambda row: row.owner_id != user.pk)
    return render(request, "prompts/_menu.html", {"prompts": own_first, "user_id": user.pk})


@require_http_methods(["GET", "POST"])
def use(request: HtmxRequest, pk: int) -> HttpResponse:
    """The text in the box of a new conversation, or for htmx the text; before it, a form if the
    prompt has variables. It changes nothing.
    """
    prompt = _usable(request, pk)
    names = variables.names(prompt.text)
    if request.method == "GET" and names:
        context = {"prompt": prompt, "names": list(enumerate(names))}
        form = "prompts/_variables.html" if request.htmx else "prompts/use.html"
        return render(request, form, context)
    clean = TextField().to_python
    values = {name: clean(request.POST.get(f"value-{number}")) for number, name in enumerate(names)}
    text = variables.filled(prompt.text, values)
    if request.htmx:
        return render(request, "prompts/_filled.html", {"text": text})
    return render(request, "conversations/conversation.html", page(None) | {"quoted": text})


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The prompt as a Markdown file."""
    prompt = _usable(request, pk)
    text = written(PromptFile(prompt.name, prompt.description, prompt.text))
    named = content_disposition_header(True, f"{prompt.name}.md")
    headers = {"Content-Disposition": named or "attachment"}
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)


def _usable(request: HttpRequest, pk: int) -> SavedPrompt:
    """The person's own, or one that is shared; else a 404."""
    prompt = library.usable(person(request)).filter(pk=pk).first()
    if prompt is None:
        raise Http404
    return prompt
