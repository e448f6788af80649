"""Quotas of a role and of a person, for administrators; for everybody else they do not exist."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from chatsite import sentences
from chatsite.quotas.forms import QuotaForm
from conversations import access
from conversations.quotas import holding, setting
from conversations.quotas.models import Quota
from conversations.quotas.rules import Quotas
from conversations.redirects import SeeOther
from conversations.roles.rights import Role, role_of
from streaming.catalog.views import administrators


@administrators("GET", "POST")
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    rows = User.objects.filter(pk=pk, leaving=None).select_related("standing")
    person = rows.first()
    if person is None:
        raise Http404
    row, role = Quota.objects.filter(person=person).first(), role_of(person)
    return _page(request, person, row, holding.of_role(role), {"person": person, "role": role})


@administrators("GET", "POST")
def of_role(request: HttpRequest, name: str) -> HttpResponse:
    if name not in Role:
        raise Http404
    role = Role(name)
    row = Quota.objects.filter(role=role.value).first()
    return _page(request, role, row, holding.of_site(), {"role": role})


def _page(
    request: HttpRequest,
    whose: User | Role,
    row: Quota | None,
    otherwise: Quotas,
    context: dict[str, Any],
) -> HttpResponse:
    form = QuotaForm(row, otherwise, request.POST if request.method == "POST" else None)
    if form.is_valid():
        setting.give(access.person(request), whose, form.numbers)
        reply = SeeOther(request.path)
        reply.headers["Location"] += "?done=saved"
        return reply
    told = sentences.SAVED if request.GET.get("done") == "saved" else ""
    context |= {"form": form, "told": told, "roles": Role}
    return render(request, "quotas/form.html", context, status=400 if form.is_bound else 200)
