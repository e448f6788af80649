"""The pages of providers, for administrators; for everybody else they do not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import suppress
from functools import wraps
from typing import Any, TypeAlias, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from conversations.roles.doors import for_administrators
from conversations.sign_in.dangerous import asks_again
from streaming.audience import rules
from streaming.catalog import acts, demo_provider, model_order
from streaming.catalog.cards import cards, of_row
from streaming.catalog.connection_test import SECONDS, Candidate, try_out
from streaming.catalog.forms import ChangedMeanwhile, ProviderForm
from streaming.catalog.model_menu import UnknownModel, choose_default, default_model
from streaming.catalog.model_order import NotPossible
from streaming.catalog.own_keys import keys
from streaming.catalog.provider_store import stored
from streaming.catalog.refresh import refresh_providers
from streaming.error_messages import provider_pages
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.journal import constraints
from streaming.models import StoredProvider
from streaming.site import site

T = TypeVar("T")
View: TypeAlias = Callable[..., HttpResponse]

REFRESH_SECONDS = 3.0
DEMO_STARTS_SECONDS = 30.0


def administrators(*methods: str) -> Callable[[View], View]:
    """Others get 404, signed in or not; an administrator with another method gets 405."""

    def decorate(view: View) -> View:
        asked = require_http_methods(methods)(view)

        @for_administrators
        @login_not_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            access.administrator(request)
            return asked(request, *args, **named)

        return guarded

    return decorate


@administrators("GET")
def index(request: HttpRequest) -> HttpResponse:
    return _list(request)


@asks_again("POST")
@sensitive_post_parameters("key")
@sensitive_variables("form")
@administrators("GET", "POST")
def add(request: HttpRequest) -> HttpResponse:
    form = ProviderForm(request.POST or None)
    if request.method == "GET":
        return _form(request, form)
    if not form.is_valid() or not _saved(request, form):
        return _form(request, form, _refused(form))
    return _done("providers:edit", "added", form.row.slug)


@asks_again("POST")
@sensitive_post_parameters("key")
@sensitive_variables("form")
@administrators("GET", "POST")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = _row(slug)
    if request.method == "GET":
        return _form(request, ProviderForm(row=row))
    form = ProviderForm(request.POST, row=row)
    if not form.is_valid() or not _saved(request, form):
        return _form(request, form, _refused(form))
    return _done("providers:edit", "saved", slug)


@administrators("POST")
def test(request: HtmxRequest, slug: str) -> HttpResponse:
    """Asks the provider as it is saved, connected or not."""
    provider = _candidate(slug)
    known = site().menu.models(slug) or provider.config.models
    model = request.POST.get("model", "") or next(iter(known), "")
    trial = _on_loop(try_out(provider, model), SECONDS + 5)
    if request.htmx:
        return render(request, "providers/_connection_test.html", {"trial": trial, "slug": slug})
    return _list(request, tried=slug, trial=trial)


@administrators("POST")
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    row = _row(slug)
    was, row.enabled = row.enabled, request.POST.get("enabled") == "on"
    with transaction.atomic():
        access.save(row, "enabled")
        acts.switched(request, slug, was, row.enabled)
    _refresh()
    return _done("providers:list", "on" if row.enabled else "off")


@administrators("GET", "POST")
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    row = _row(slug)
    if request.method == "GET":
        return render(request, "providers/delete.html", {"row": row})
    with transaction.atomic():
        row.delete()
        acts.deleted(request, row)
        rules.forget(slug)
        keys.forget(slug)
    _refresh()
    return _done("providers:list", "deleted")


@administrators("POST")
def models(request: HtmxRequest, slug: str) -> HttpResponse:
    """One move in the list of models, or the whole list as typed."""
    complaint = ""
    with transaction.atomic():
        row = _row(slug, StoredProvider.objects.select_for_update())
        try:
            before, row.model_ids = row.model_ids, _requested_models(request, row)
            row.save(update_fields=["model_ids"])
            acts.chose_models(request, slug, before, row.model_ids)
        except NotPossible as trouble:
            complaint = str(trouble)
    if not complaint:
        _refresh()
    status = 400 if complaint else 200
    if request.htmx:
        context = _models_of(_row(slug)) | {"complaint": complaint}
        return render(request, "providers/_models.html", context, status=status)
    if complaint:
        form = ProviderForm(row=_row(slug))
        return _form(request, form, status, complaint=complaint)
    return SeeOther(f"{request.path.removesuffix('models/')}#models")


@administrators("POST")
def default(request: HttpRequest) -> HttpResponse:
    try:
        wanted = request.POST.get("model", "")
        choice = site().menu.of_administrators().choose(wanted) if wanted else None
    except UnknownModel as trouble:
        return _list(request, status=400, complaint=str(trouble))
    with transaction.atomic():
        before = default_model()
        choose_default(choice)
        acts.chose_default(request, before, choice)
    return _done("providers:list", "default")


@administrators("POST")
def demo(request: HttpRequest) -> HttpResponse:
    on = request.POST.get("enabled") == "on"
    with transaction.atomic():
        acts.switched(request, demo_provider.SLUG, demo_provider.is_on(), on)
        demo_provider.switch(on)
    _refresh(DEMO_STARTS_SECONDS)
    return _done("providers:list", "on" if on else "off")


def _list(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    operators, own = cards(context.get("tried", ""), context.pop("trial", None))
    chosen = default_model()
    return render(
        request,
        "providers/list.html",
        {
            "operators": operators,
            "own": own,
            "default": chosen,
            "default_is_gone": chosen is not None
            and not site().menu.of_administrators().has(chosen),
            "told": provider_pages.DONE.get(request.GET.get("done", ""), ""),
            "demo_can_be_switched": not demo_provider.is_configured(),
            "demo_is_on": demo_provider.is_on(),
            "version": settings.VERSION,
            **context,
        },
        status=status,
    )


def _form(
    request: HttpRequest, form: ProviderForm, status: int = 200, **context: Any
) -> HttpResponse:
    row = None if form.is_new else _row(form.row.slug)
    told = provider_pages.DONE.get(request.GET.get("done", ""), "")
    context |= {"form": form, "row": row, "told": told, "typed_key": bool(form.data.get("key"))}
    if row is not None:
        context |= {"card": of_row(row), **_models_of(row)}
    return render(request, "providers/form.html", context, status=status)


def _models_of(row: StoredProvider) -> dict[str, Any]:
    """What `providers/_models.html` shows."""
    shown = _shown_models(row)
    text = "\n".join(shown)
    chosen = bool(row.model_ids)
    row_facts = {"slug": row.slug, "format": row.format}
    return {**row_facts, "shown": shown, "text": text, "chosen": chosen}


def _shown_models(row: StoredProvider) -> list[str]:
    """Those that were chosen here, else all that its server lists."""
    return row.model_ids or list(site().menu.models(row.slug))


def _requested_models(request: HttpRequest, row: StoredProvider) -> list[str]:
    """The list of models that the request asks for; raises NotPossible."""
    if "all" in request.POST:
        return []
    if "typed" in request.POST:
        return model_order.typed(request.POST["typed"], with_service=row.format == "gateway")
    current = _shown_models(row)
    for move in model_order.MOVES:
        if move in request.POST:
            shown = request.POST.get("shown", "").splitlines()
            return model_order.moved(current, move, request.POST[move], shown)
    raise NotPossible(provider_pages.NO_MOVE)


def _row(slug: str, rows: Any = StoredProvider.objects) -> StoredProvider:
    found: StoredProvider | None = rows.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _candidate(slug: str) -> Candidate:
    """The operator's provider of that name, else the stored one as it would be."""
    providers = site().providers
    return providers.operators_own(slug) or providers.candidate(stored(_row(slug)))


def _saved(request: HttpRequest, form: ProviderForm) -> bool:
    try:
        form.save(access.person(request))
    except ChangedMeanwhile:
        form.add_error(None, provider_pages.CHANGED_MEANWHILE)
        return False
    except DatabaseError as trouble:
        if isinstance(trouble, IntegrityError) and constraints.is_double(trouble):
            if form.is_made():
                return True
            form.add_error("name", provider_pages.NAME_TAKEN)
            return False
        form.add_error(None, STORAGE_SENTENCE)
        return False
    _refresh()
    return True


def _refused(form: ProviderForm) -> int:
    return 503 if STORAGE_SENTENCE in form.non_field_errors() else 400


def _done(page: str, what: str, *args: str) -> HttpResponse:
    reply = SeeOther(page, *args)
    reply.headers["Location"] += f"?done={what}"
    return reply


def _refresh(seconds: float = REFRESH_SECONDS) -> None:
    """Let this process serve what was changed; the others notice it soon."""

    async def refresh() -> None:
        await asyncio.wait([await refresh_providers(site())], timeout=REFRESH_SECONDS)

    with suppress(StillWaiting):
        _on_loop(refresh(), seconds + 1)


def _on_loop(work: Coroutine[Any, Any, T], seconds: float) -> T:
    return asyncio.run_coroutine_threadsafe(work, site().loop).result(seconds)
