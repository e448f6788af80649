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
from streaming.catalog.use.forms import AudienceForm
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
    if request.method == "GET":
        form = AudienceForm(chosen=rules.chosen(slug, model))
    else:
        form = AudienceForm(request.POST)
        if form.is_valid():
            with transaction.atomic():
                before = rules.chosen(slug, model)
                form.save(slug, model)
                acts.chose_audience(request, slug, model, before, rules.chosen(slug, model))
            said = {"model": model} if model else {}
            here = f"{reverse('providers:use', args=[slug])}?{urlencode(said | {'done': 'saved'})}"
            return SeeOther(here)
    context = {
        "provider": provider,
        "model": model,
        "form": form,
        "own_rules": [Rule(*each) for each in of_models.items()],
        "models": [each for each in models if each not in of_models],
        "told": provider_pages.DONE.get(request.GET.get("done", ""), ""),
    }
    return render(request, "providers/use.html", context, status=400 if form.errors else 200)


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
