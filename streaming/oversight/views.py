"""The page of everybody's use, for administrators; for everybody else it does not exist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from conversations import access
from conversations.languages.texts import lazy_text
from conversations.redirects import SeeOther
from conversations.requests import row_number
from streaming.catalog.views import administrators
from streaming.costs.months import chosen
from streaming.oversight import month, running

TOLD = {
    "stopped": lazy_text("Stopped."),
    "ended": lazy_text("That answer had ended already."),
}


@administrators("GET")
def usage(request: HttpRequest) -> HttpResponse:
    said = request.GET
    wanted, after = said.get("month", ""), said.get("after", "").replace("\0", "")
    months = chosen(wanted, wanted, timezone.now().date())
    context = {
        "months": months,
        "people": month.people(months, after),
        "models": month.models(months),
        "running": running.page(row_number(said.get("running", "")) or 0),
        "told": TOLD.get(said.get("done", ""), ""),
    }
    return render(request, "oversight/usage.html", context)


@administrators("POST")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    done = "stopped" if running.stop(access.person(request), pk) else "ended"
    reply = SeeOther("oversight:usage")
    reply.headers["Location"] += f"?done={done}#running"
    return reply
