"""Which tools are on in a conversation, and what may run unasked."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.access import person
from conversations.models import Conversation
from conversations.redirects import SeeOther
from conversations.requests import row_number
from streaming.tools import builtin
from streaming.tools.models import Approval, SwitchedTool, Tool
from streaming.tools.offered import callable_tools


@require_http_methods(["GET", "POST"])
def of_conversation(request: HttpRequest, pk: UUID) -> HttpResponse:
    conversation = access.conversation(person(request), pk)
    if request.method == "POST":
        chosen = request.POST.getlist("on")
        if len(chosen) > settings.TOOLS_SWITCHED_ON:
            most = gettext("At most %(count)d tools can be on.")
            complaint = most % {"count": settings.TOOLS_SWITCHED_ON}
            return _page(request, conversation, set(chosen), complaint)
        _switch(conversation, set(chosen))
        reply = SeeOther("tools:of-conversation", pk)
        reply.headers["Location"] += "?done=saved"
        return reply
    rows = SwitchedTool.objects.filter(conversation=conversation).select_related("tool")
    return _page(request, conversation, {str(row) for row in rows})


@require_http_methods(["GET", "POST"])
def allowed(request: HttpRequest) -> HttpResponse:
    """The approvals of a person; a POST revokes one, or all."""
    rows = Approval.objects.filter(owner=person(request))
    if request.method == "POST":
        said = request.POST.get("approval", "")
        number = row_number(said)
        if said == "all":
            rows.delete()
        elif number is not None:
            rows.filter(pk=number).delete()
        return SeeOther("tools:allowed")
    shown = rows.select_related("tool__server", "conversation").order_by("-made_at", "-pk")
    return render(request, "tools/allowed.html", {"approvals": list(shown[:500])})


@transaction.atomic
def _switch(conversation: Conversation, names: set[str]) -> None:
    """These are on now, of what there is; an unknown name changes nothing."""
    Conversation.objects.held(conversation.pk)
    SwitchedTool.objects.filter(conversation=conversation).exclude(
        own__in=[name for name in names if name in builtin.TOOLS], tool=None
    ).exclude(tool__wire_name__in=names).delete()
    known = SwitchedTool.objects.filter(conversation=conversation).select_related("tool")
    on = {str(row) for row in known}
    for name in sorted(names - on):
        if name in builtin.TOOLS:
            SwitchedTool.objects.create(conversation=conversation, own=name)
    for tool in Tool.objects.filter(callable_tools(), wire_name__in=names - on):
        SwitchedTool.objects.create(conversation=conversation, tool=tool)


def _page(
    request: HttpRequest, conversation: Conversation, on: set[str], complaint: str = ""
) -> HttpResponse:
    own = [
        {"name": name, "title": tool.title, "description": tool.description, "on": name in on}
        for name, tool in builtin.TOOLS.items()
    ]
    tools = Tool.objects.filter(callable_tools()).select_related("server")
    others = [
        {
            "name": tool.wire_name,
            "title": tool.title or tool.name,
            "server": tool.server.name,
            "description": tool.description,
            "on": tool.wire_name in on,
        }
        for tool in tools.order_by("server__created_at", "server", "place")
    ]
    context = {
        "conversation": conversation,
        "own": own,
        "others": others,
        "complaint": complaint,
        "is_saved": request.GET.get("done") == "saved",
    }
    status = 400 if complaint else 200
    return render(request, "tools/conversation.html", context, status=status)
