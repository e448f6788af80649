"""The gauge of the message box, the page that makes room, and taking back what was left out."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import access
from conversations.access import person
from conversations.models import Conversation
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, row_number
from streaming.catalog.model_menu import ModelChoice, UnknownModel
from streaming.context import leaving_out, summing_up, weighing
from streaming.context.gauge import Gauge, gauge
from streaming.forms import KeyForm, PromptField
from streaming.picker import notes
from streaming.runs.refusals import Refused
from streaming.site import site
from streaming.thread_replies import back, changed

MOST_FILES = 100


SUMMARY = gettext_noop(
    "Sum up our conversation so far, so that we can continue from your summary alone: what I "
    "asked, what we decided, the names and numbers that matter, and what is still open."
)


class SummaryForm(forms.Form):
    """How a model is asked for the summary with which a branch starts."""

    prompt = PromptField()


class WindowForm(forms.Form):
    """How many tokens a model reads, as the person says; nothing: it is not known."""

    window = forms.IntegerField(required=False, min_value=100, max_value=100_000_000)


@require_GET
def shown(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The gauge for the model that the address names."""
    found = _gauge(request, access.conversation(person(request), pk))
    return render(request, "context/_gauge.html", {"gauge": found, "conversation_id": pk})


@require_GET
def weight(request: HttpRequest) -> HttpResponse:
    """What the files that the address names have, for the model that it names."""
    files = weighing.own(person(request), request.GET.getlist("file")[:MOST_FILES])
    context: dict[str, object] = {}
    with suppress(UnknownModel):
        menu = site().menu.of(person(request).pk)
        choice = menu.choose(request.GET.get("model", ""))
        context["weight"] = weighing.weigh(menu, choice, files)
        context["model_name"] = menu.name(*choice)
    return render(request, "context/_weight.html", context)


@require_http_methods(["GET", "POST"])
def room(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What can be done where the conversation does not fit; with `do` it is done."""
    conversation = access.conversation(person(request), pk)
    leaf = _leaf(request, conversation)
    found = _gauge(request, conversation, leaf)
    if request.method == "GET":
        return _page(request, conversation, found, WindowForm(_initial(found)))
    if request.POST.get("do") == "window":
        return _note_window(request, conversation, found)
    if request.POST.get("do") == "sum-up":
        return _sum_up(request, conversation, found, leaf)
    try:
        window, seen = (
            found.window if found else None,
            row_number(request.POST.get("sent_from", "")),
        )
        first = leaving_out.leave_out(conversation, window, leaf, seen)
    except Refused as trouble:
        return _page(request, conversation, found, WindowForm(_initial(found)), str(trouble))
    if first is None:
        sentence = _("There is nothing older to leave out: the last prompt is all that is sent.")
        return _page(request, conversation, found, WindowForm(_initial(found)), sentence)
    return back(conversation.pk, first.pk)


@require_POST
def take_back(request: HtmxRequest, pk: int) -> HttpResponse:
    message = access.message(person(request), pk)
    leaving_out.take_back(message)
    return changed(request, message.conversation, message.conversation.leaf_id, message.pk)


def _sum_up(
    request: HttpRequest, conversation: Conversation, found: Gauge | None, leaf: int | None
) -> HttpResponse:
    form, key = SummaryForm(request.POST), KeyForm(request.POST)
    shown = WindowForm(_initial(found))
    if found is None or not form.is_valid() or not key.is_valid():
        return _page(request, conversation, found, shown, summary=form)
    try:
        summing_up.start(
            person(request),
            key.cleaned_data["key"],
            conversation,
            form.cleaned_data["prompt"],
            found.choice,
            leaf_id=leaf,
            window=found.window,
        )
    except Refused as trouble:
        return _page(request, conversation, found, shown, str(trouble), summary=form)
    return back(conversation.pk, None)


def _note_window(
    request: HttpRequest, conversation: Conversation, found: Gauge | None
) -> HttpResponse:
    form = WindowForm(request.POST)
    if not form.is_valid() or found is None:
        return _page(request, conversation, found, form)
    notes.note(conversation.owner_id, found.choice, window=form.cleaned_data["window"])
    address = reverse("context:room", args=[conversation.pk])
    return SeeOther(f"{address}?{urlencode({'model': found.choice.value})}")


def _page(
    request: HttpRequest,
    conversation: Conversation,
    found: Gauge | None,
    form: WindowForm,
    sentence: str = "",
    summary: SummaryForm | None = None,
) -> HttpResponse:
    leaf = _leaf(request, conversation)
    context = {
        "conversation": conversation,
        "gauge": found,
        "model_name": site().menu.name(*found.choice) if found else "",
        "form": form,
        "summary": summary or SummaryForm(initial={"prompt": _(SUMMARY)}),
        "key": uuid4(),
        "sentence": sentence,
        "leaf": leaf,
        "sent_from": leaving_out.first_sent(conversation, leaf),
    }
    is_refused = form.errors or (summary is not None and summary.errors)
    status = 409 if sentence else 400 if is_refused else 200
    return render(request, "context/room.html", context, status=status)


def _initial(found: Gauge | None) -> dict[str, object] | None:
    return {"window": found.window} if found and found.own else None


def _leaf(request: HttpRequest, conversation: Conversation) -> int | None:
    """The message that the address names, down to which it is asked what is sent."""
    number = row_number(request.POST.get("message") or request.GET.get("message", ""))
    if number is None:
        return None
    return conversation.messages.filter(pk=number).values_list("pk", flat=True).first()


def _gauge(
    request: HttpRequest, conversation: Conversation, leaf_id: int | None = None
) -> Gauge | None:
    """For the model that is named, else the conversation's; None if it is not offered."""
    said = request.POST.get("model") or request.GET.get("model")
    value = said or ModelChoice(conversation.provider, conversation.model).value
    menu = site().menu.of(person(request).pk)
    try:
        return gauge(menu, conversation, menu.choose(value), leaf_id)
    except UnknownModel:
        return None
