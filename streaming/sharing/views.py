"""Sharing a conversation, all of one's shares, and a copy of somebody's."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from conversations import access, branches
from conversations.access import person
from conversations.models import Conversation, Message
from conversations.redirects import SeeOther
from conversations.requests import row_number
from conversations.roles.doors import open_to_readers
from conversations.sharing import copying, shares
from conversations.sharing.models import Share
from streaming.sharing import making
from streaming.sharing.forms import ShareForm

OFFERED = 200
"""Of the newest messages of a branch, how many can be chosen as the last one."""
START = 80
"""Characters of each that say which it is."""


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Chooses what of the branch that is shown; then the page has the link."""
    conversation = access.conversation(person(request), pk)
    if request.method == "GET":
        return _choose(request, conversation)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _choose(request, conversation, gettext("Choose again what is shared."), 400)
    try:
        _share(request, conversation, form)
    except shares.Refused as trouble:
        return _choose(request, conversation, str(trouble), 409)
    return SeeOther(f"{reverse('sharing:share', args=[pk])}#shared")


@open_to_readers
@require_http_methods(["GET", "POST"])
def shares_page(request: HttpRequest) -> HttpResponse:
    """All of one's own; POST revokes the one that `revoke` names."""
    user = person(request)
    if request.method == "POST":
        named = row_number(request.POST.get("revoke", ""))
        if named is not None:
            shares.revoke(user, named)
        return SeeOther("sharing:list")
    return render(request, "sharing/list.html", _listed(shares.own(user)))


@open_to_readers
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever had to sign in first comes back to the share, and presses there."""
    user = person(request)
    found = shares.find(token)
    if request.method == "GET":
        return SeeOther("sharing:read", token)
    return SeeOther("conversations:open", copying.copy(user, found).pk)


def _share(request: HttpRequest, conversation: Conversation, form: ShareForm) -> Share:
    user, said = person(request), form.cleaned_data
    end = access.message(user, said["up_to"] or _leaf(conversation))
    if end.conversation_id != conversation.pk:
        raise Http404
    return shares.make(
        user,
        said["key"],
        end,
        making.of_branch(end, form.parts()),
        form.parts(),
        shown_name=user.get_username() if said["with_name"] else "",
        expires_at=form.expires_at(),
    )


def _leaf(conversation: Conversation) -> int:
    if conversation.leaf_id is None:
        raise shares.Refused(gettext("Nothing is written here."))
    return conversation.leaf_id


def _choose(
    request: HttpRequest, conversation: Conversation, sentence: str = "", status: int = 200
) -> HttpResponse:
    path = branches.lineage(conversation.leaf_id, OFFERED)
    starts = Message.objects.filter(pk__in=path).annotate(start=Left("text", START))
    rows = shares.own(person(request)).filter(end__conversation=conversation)
    context = {
        "conversation": conversation,
        "ends": starts.order_by("-pk").values("pk", "role", "start"),
        "up_to": request.POST.get("up_to") or request.GET.get("up_to", ""),
        "said": request.POST,
        "days": settings.SHARE_DAYS,
        "sentence": sentence,
        **_listed(rows),
    }
    return render(request, "sharing/share.html", context, status=status)


def _listed(rows: QuerySet[Share]) -> dict[str, object]:
    open_now = set(rows.filter(shares.readable()).values_list("pk", flat=True))
    return {"shares": list(rows), "open_now": open_now, "origin": settings.PUBLIC_ORIGIN}
