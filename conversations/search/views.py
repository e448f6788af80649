"""The page of the search: a box, filters, hits."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET

from conversations.access import person
from conversations.order import projects
from conversations.requests import HtmxRequest, prefetches
from conversations.search import finding
from conversations.search.finding import Found, Place
from conversations.search.hits import hit
from conversations.search.index.facets import CODE, FAILED, INTERRUPTED, STATES, STOPPED
from conversations.search.query import Query, parse

PROJECTS = 8
"""So many are offered as filters."""

STATE_NAMES = {
    INTERRUPTED: gettext_noop("interrupted"),
    STOPPED: gettext_noop("stopped"),
    FAILED: gettext_noop("failed"),
}
"""As readers are told them; the words of the filters are the same in every language."""

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is added by a click, or taken out again if it is `on`."""

    label: str
    address: str
    on: bool


@require_GET
def search(request: HtmxRequest) -> HttpResponse:
    """What the person's texts hold of `q`, from the place `from` on."""
    began = time.perf_counter()
    query = parse(request.GET.get("q", ""))
    place = Place.read(request.GET.get("from", ""))
    found = finding.find(person(request).pk, query, place)
    hits = [hit(entry, query) for entry in found.entries]
    context = {
        "searching": True,
        "query": query,
        "found": found,
        "hits": hits,
        "first_page": place == Place(),
        "chips": list(chips(query, found, person(request).pk)),
        "following": address(query.text, found.following) if found.following else "",
        "milliseconds": round((time.perf_counter() - began) * 1000),
    }
    status = 400 if query.trouble else 200
    reply = render(request, "conversations/search/search.html", context, status=status)
    prefetches(reply)
    return reply


def address(text: str, place: Place | None = None) -> str:
    asked = {"q": text} | ({"from": str(place)} if place else {})
    return f"{reverse('conversations:search')}?{urlencode(asked)}"


def chips(query: Query, found: Found, owner_id: int) -> Iterator[Chip]:
    """The filters that are on, then those that can be added."""
    offered = {f"is:{state}": gettext(STATE_NAMES[state]) for state in STATES}
    offered |= {f"has:{CODE}": gettext("has code")}
    for word in query.filters:
        yield Chip(offered.get(word, word), address(query.toggled(word)), on=True)
    today = localdate()
    if query.since is None and query.until is None:
        offered |= {
            f"after:{today - WEEK}": gettext("last 7 days"),
            f"after:{today - MONTH}": gettext("last 30 days"),
        }
    if not query.models:
        offered |= {f"model:{name}": name for name in models(found)}
    if not query.projects:
        offered |= {filter_of(row.name): row.name for row in projects.of(owner_id)[:PROJECTS]}
    for word, label in offered.items():
        if word not in query.filters:
            yield Chip(label, address(query.toggled(word)), on=False)


def filter_of(project: str) -> str:
    """The filter that finds what is in a project of that name."""
    name = project.replace('"', " ")
    return f'project:"{name}"' if " " in name else f"project:{name}"


def models(found: Found) -> Sequence[str]:
    """The models that wrote what is shown, if there are several."""
    names = sorted({entry.model for entry in found.entries if entry.model})
    return [name for name in names if " " not in name] if len(names) > 1 else []
