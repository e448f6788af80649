"""The list of all branches of a conversation."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations import access
from conversations.access import person
from conversations.branching import listing
from conversations.requests import HtmxRequest, row_number


@require_GET
def branches(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """As a page, or for htmx what it holds."""
    conversation = access.conversation(person(request), pk)
    before = row_number(request.GET.get("before", ""))
    listed = listing.branches(conversation, listing.NEWEST if before is None else before)
    context = {"conversation": conversation, "listed": listed, "key": uuid4()}
    template = "_branches" if request.htmx else "branches"
    return render(request, f"conversations/branching/{template}.html", context)
