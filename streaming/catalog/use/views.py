"""Who may use a provider and its models: a page for administrators, of any provider there is."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from conversations.redirects import SeeOther
from streaming.audience import rules
from streaming.audience.rules import Chosen
from streaming.catalog import acts
from streaming.catalog.own_keys import keys
from streaming.catalog.use.forms import AudienceForm, KeysForm
from streaming.catalog.views import administrators
from streaming.error_messages import provider_pages
from streaming.models import StoredProvider
from streaming.site import site


class Provider(NamedTuple):
    """`stored` can be changed on a page of its own."""

    slug: str
    name: str
    stored: StoredProvider | None


class Rule(NamedTuple):
    """A model that is not for all who may use its provider."""

    model: str
    chosen: Chosen


@administrators("GET", "POST")
def use(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the provider, or of the `model` that the address names."""
    provider, model = _provider(slug), request.GET.get("model", "")
    of_models = rules.of_models(slug)
    models = _models(provider)
    if model and model not in models and model not in of_models:
        raise Http404
    form = AudienceForm(chosen=rules.chosen(slug, model))
    own_keys = KeysForm(rule=keys.rule_of(slug))
    if request.method == "POST" and "own" in request.POST:
        own_keys = KeysForm(request.POST)
        if own_keys.is_valid():
            return _save_keys(request, slug, own_keys)
    elif request.method == "POST":
        form = AudienceForm(request.POST)
        if form.is_valid():
            return _save_audience(request, slug, model, form)
    context = {
        "provider": provider,
        "model": model,
        "form": form,
        "own_keys": own_keys,
        "own_rules": [Rule(*each) for each in of_models.items()],
        "models": [each for each in models if each not in of_models],
        "told": provider_pages.DONE.get(request.GET.get("done", ""), ""),
    }
    status = 400 if form.errors or own_keys.errors else 200
    return render(request, "providers/use.html", context, status=status)


@transaction.atomic
def _save_audience(request: HttpRequest, slug: str, model: str, form: AudienceForm) -> HttpResponse:
    before = rules.chosen(slug, model)
    form.save(slug, model)
    acts.chose_audience(request, slug, model, before, rules.chosen(slug, model))
    return _saved(slug, model)


@transaction.atomic
def _save_keys(request: HttpRequest, slug: str, form: KeysForm) -> HttpResponse:
    before = keys.rule_of(slug)
    form.save(slug)
    acts.chose_own_keys(request, slug, before, keys.rule_of(slug))
    return _saved(slug, "")


def _saved(slug: str, model: str) -> HttpResponse:
    said = {"model": model, "done": "saved"} if model else {"done": "saved"}
    return SeeOther(f"{reverse('providers:use', args=[slug])}?{urlencode(said)}")


def _provider(slug: str) -> Provider:
    """The one that goes by that name: the operator's before one of the database."""
    row = StoredProvider.objects.filter(slug=slug).first()
    if (operators := site().providers.operators_own(slug)) is not None:
        return Provider(slug, operators.config.name, None)
    if row is None:
        raise Http404
    return Provider(slug, row.name, row)


def _models(provider: Provider) -> list[str]:
    chosen = provider.stored.model_ids if provider.stored else []
    return chosen or list(site().menu.models(provider.slug))
