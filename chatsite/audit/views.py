"""The log of acts, newest first; for everybody but administrators it does not exist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from conversations.audit import listing
from conversations.audit.models import NAME_CHARACTERS
from conversations.requests import row_number
from streaming.catalog.views import administrators


@administrators("GET")
def index(request: HttpRequest) -> HttpResponse:
    person = request.GET.get("person", "").replace("\0", "").strip()[:NAME_CHARACTERS]
    before = row_number(request.GET.get("before", ""))
    page = listing.page(person, before)
    return render(request, "audit/log.html", {"page": page, "person": person, "before": before})
