"""The form of system prompt and parameters: a page, or for htmx the content of a dialog."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import replace_url, reswap, trigger_client_event

from conversations import access
from conversations.access import person
from conversations.models import Conversation
from conversations.order import scope
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from streaming import thread_replies
from streaming.catalog.model_menu import ModelChoice, UnknownModel, default_model
from streaming.cluster.bus import Topic
from streaming.models import Preset
from streaming.parameters import chips, effective, presets, preview
from streaming.parameters.forms import EVERYTHING, NameForm, ParametersForm
from streaming.providers.parameters import Parameters
from streaming.site import site


@require_http_methods(["GET", "POST"])
def of_conversation(request: HtmxRequest, pk: UUID) -> HttpResponse:
    conversation = access.conversation(person(request), pk)
    stored = Parameters.of(conversation.parameters, conversation.system_prompt)
    return _form(request, conversation, stored)


@require_http_methods(["GET", "POST"])
def of_new(request: HtmxRequest) -> HttpResponse:
    """For a conversation that has not begun: they are kept aside, and go with its first prompt."""
    key = request.POST.get("parameters") or request.GET.get("parameters", "")
    return _form(request, None, presets.of_new(person(request).pk, key) or Parameters())


def _form(
    request: HtmxRequest, conversation: Conversation | None, stored: Parameters
) -> HttpResponse:
    choice = _choice(request, conversation)
    offer = (effective.offer_of(choice) if choice else None) or EVERYTHING
    below = effective.below(person(request).pk, _project(request, conversation), offer)
    do = request.POST.get("do", "save") if request.method == "POST" else ""
    if do in ("", "apply"):
        preset = presets.find(person(request).pk, request.POST.get("preset", "")) if do else None
        shown = presets.values(preset) if preset else stored
        form = ParametersForm(None, offer=offer, stored=shown, below=below)
        return _page(request, conversation, form, choice)
    form = ParametersForm(request.POST, offer=offer, stored=stored, below=below)
    if not form.is_valid():
        return _page(request, conversation, form, choice, status=400)
    if do == "preview" and choice is not None:
        return _page(request, conversation, form, choice, previewed=True)
    if do == "keep":
        return _keep(request, conversation, form, choice)
    if conversation is None:
        return _kept_aside(request, form.result)
    opened_with = request.POST.get("revision") or _revision(stored)
    if opened_with != _revision(stored) or not _save(conversation, stored, form.result):
        conversation = access.conversation(person(request), conversation.pk)
        now = Parameters.of(conversation.parameters, conversation.system_prompt)
        changed: dict[str, Any] = {"revision": _revision(now), "current": chips.chips(now)}
        return _page(request, conversation, form, choice, status=409, **changed)
    return _saved(request, conversation)


def _revision_of(conversation: Conversation) -> str:
    return _revision(Parameters.of(conversation.parameters, conversation.system_prompt))


def _revision(stored: Parameters) -> str:
    """Tells two states of what is stored apart, so that a form knows what it was opened with."""
    told = json.dumps([stored.system_prompt, stored.kept], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _save(conversation: Conversation, stored: Parameters, chosen: Parameters) -> bool:
    """In the place of what is stored; False if somebody else changed that since it was read."""
    if stored == chosen:
        return True
    rows = Conversation.objects.filter(
        pk=conversation.pk, parameters_revision=conversation.parameters_revision
    )
    if not rows.update(
        system_prompt=chosen.system_prompt,
        parameters=chosen.kept,
        parameters_revision=F("parameters_revision") + 1,
    ):
        return False
    conversation.system_prompt, conversation.parameters = chosen.system_prompt, chosen.kept
    site().bus.publish_soon(Topic.THREAD.of(conversation.pk))
    return True


def _saved(request: HtmxRequest, conversation: Conversation) -> HttpResponse:
    if not request.htmx:
        return SeeOther("conversations:open", conversation.pk)
    told = thread_replies.news(request, conversation) + _chips(conversation, None, request)
    return _closing(HttpResponse(told))


def _kept_aside(request: HtmxRequest, chosen: Parameters) -> HttpResponse:
    key = str(presets.keep(person(request), "", chosen).pk) if chosen != Parameters() else ""
    address = _place_of_new(request, key)
    if not request.htmx:
        return SeeOther(address)
    return replace_url(_closing(HttpResponse(_chips(None, key, request))), address)


def _place_of_new(request: HtmxRequest, key: str) -> str:
    """The page of a conversation that has not begun, as far as it has been filled in."""
    named = {
        scope.PARAMETER: scope.of(request).name,
        "parameters": key,
        "temporary": _is_temporary(request),
    }
    said = urlencode({name: value for name, value in named.items() if value})
    return reverse("conversations:new") + (f"?{said}" if said else "")


def _is_temporary(request: HttpRequest) -> str:
    said = request.POST.get("temporary") or request.GET.get("temporary")
    return "on" if said == "on" else ""


def _closing(reply: HttpResponse) -> HttpResponse:
    """What it brings is swapped out of band; the dialog closes."""
    return trigger_client_event(reswap(reply, "none"), "parameters-saved", {})


def _chips(conversation: Conversation | None, key: str | None, request: HttpRequest) -> str:
    context = {"conversation": conversation, "parameters_key": key, "oob": "true"}
    return render_to_string("streaming/parameters/_chips.html", context, request)


def _keep(
    request: HtmxRequest,
    conversation: Conversation | None,
    form: ParametersForm,
    choice: ModelChoice | None,
) -> HttpResponse:
    """As a preset, in the place of one of that name; the form stays as it is."""
    name = " ".join(request.POST.get("preset_name", "").split())
    named = NameForm({"name": name})
    if not named.is_valid():
        said = _("Give the preset a name of at most 80 characters.")
        return _page(request, conversation, form, choice, status=400, preset_error=said)
    try:
        presets.keep(person(request), name, form.result)
    except presets.NoRoom:
        said = _("There is no room for another preset. Delete one first.")
        return _page(request, conversation, form, choice, status=400, preset_error=said)
    told = _("Saved as “%(name)s”.") % {"name": name}
    return _page(request, conversation, form, choice, preset_told=told)


def _choice(request: HttpRequest, conversation: Conversation | None) -> ModelChoice | None:
    """The model that the message box shows, else the one of the conversation, else the default."""
    menu = site().menu.of(person(request).pk)
    said = [request.POST.get("model") or request.GET.get("model", "")]
    if conversation is not None:
        said.append(f"{conversation.provider}/{conversation.model}")
    elif usual := default_model():
        said.append(usual.value)
    for value in said:
        try:
            return menu.choose(value)
        except UnknownModel:
            continue
    return next((each for _config, choices in menu.offers() for each in choices), None)


def _page(
    request: HtmxRequest,
    conversation: Conversation | None,
    form: ParametersForm,
    choice: ModelChoice | None,
    *,
    previewed: bool = False,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    key = request.POST.get("parameters") or request.GET.get("parameters", "")
    prompt = request.POST.get("prompt", "")
    project = _project(request, conversation)
    context = {
        "conversation": conversation,
        "form": form,
        "choice": choice,
        "model_name": site().menu.name(*choice) if choice else "",
        "key": key,
        "prompt": prompt,
        "project": project,
        "scope": scope.of(request) if conversation is None else None,
        "temporary": conversation is None and _is_temporary(request),
        "back": (
            reverse("conversations:open", args=[conversation.pk])
            if conversation
            else _place_of_new(request, key)
        ),
        "revision": request.POST.get("revision")
        or (_revision_of(conversation) if conversation else ""),
        "presets": presets.named(person(request).pk),
        **said,
    }
    if previewed and choice is not None:
        owner = person(request).pk
        whole = preview.of(form.result, owner, project, conversation, choice, prompt)
        context["preview"] = whole
    name = "_form" if request.htmx else "page"
    return render(request, f"streaming/parameters/{name}.html", context, status=status)


def _project(request: HttpRequest, conversation: Conversation | None) -> int | None:
    if conversation is not None:
        return conversation.project_id
    named = request.POST.get("project") or request.GET.get("project", "")
    own = scope.project_named(named, person(request).pk)
    return own.pk if own else scope.of(request).project


@require_http_methods(["GET"])
def presets_page(request: HtmxRequest) -> HttpResponse:
    return _presets(request)


@require_POST
def change_preset(request: HtmxRequest, key: UUID) -> HttpResponse:
    """Rename or delete it; done twice is done once."""
    own = Preset.objects.exclude(name="")
    if request.POST.get("do") == "delete":
        access.through(own, person(request), "owner_id", key).delete()
        return SeeOther("parameters:presets")
    preset = access.through(own, person(request), "owner_id", key)
    form = NameForm({"name": " ".join(request.POST.get("name", "").split())})
    if not form.is_valid():
        return _presets(request, preset, _("Give it a name of at most 80 characters."))
    try:
        presets.rename(preset, form.cleaned_data["name"])
    except presets.NameTaken:
        return _presets(request, preset, _("You have a preset of that name."))
    return SeeOther("parameters:presets")


def _presets(
    request: HtmxRequest, refused: Preset | None = None, sentence: str = ""
) -> HttpResponse:
    context = {
        "presets": presets.named(person(request).pk),
        "refused": refused,
        "written": request.POST.get("name", ""),
        "sentence": sentence,
    }
    status = 400 if refused else 200
    return render(request, "streaming/parameters/presets.html", context, status=status)
