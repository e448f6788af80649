"""The list of all branches of a conversation."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations import access
from conversations.access import person
from conversations.branching import listing
from conversations.requests import HtmxRequest

LONGEST_NUMBER = 18


@require_GET
def branches(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """As a page, or for htmx what it holds."""
    conversation = access.conversation(person(request), pk)
    said = request.GET.get("before", "")
    fits = said.isascii() and said.isdecimal() and len(said) <= LONGEST_NUMBER
    listed = listing.branches(conversation, int(said) if fits else listing.NEWEST)
    context = {"conversation": conversation, "listed": listed, "key": uuid4()}
    template = "_branches" if request.htmx else "branches"
    return render(request, f"conversations/branching/{template}.html", context)
