"""The page of a person's own keys: one for each provider that lets people bring them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from conversations.access import person
from conversations.redirects import SeeOther
from conversations.roles.doors import open_to_readers
from conversations.sign_in.dangerous import asks_again
from streaming.audience.permits import permits_of
from streaming.catalog.own_keys import keys
from streaming.catalog.own_keys.forms import OwnKeyForm
from streaming.catalog.own_keys.models import OwnKey, OwnKeyRule
from streaming.error_messages import provider_pages
from streaming.providers.key_mask import masked
from streaming.site import site


@dataclass(frozen=True, slots=True)
class Place:
    """A provider and the person's key for it. `mask` is empty where there is none that opens;
    `lost`: it has to be entered again. One that is not `open` takes no key at present.
    """

    slug: str
    name: str
    address: str
    only: bool = False
    open: bool = True
    mask: str = ""
    lost: bool = False

    @property
    def stamp(self) -> str:
        """Tells the addresses apart that pages showed, without telling them."""
        return hashlib.sha256(self.address.encode()).hexdigest()[:16]

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def has_key(self) -> bool:
        return bool(self.mask) or self.lost


@asks_again("POST")
@sensitive_post_parameters("key")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """POST takes a key in, for the address that the form showed."""
    if request.method == "GET":
        return _page(request)
    form = OwnKeyForm(request.POST)
    named = request.POST.get("provider", "")
    place = next((each for each in _places(person(request).pk) if each.slug == named), None)
    if place is None or not place.open:
        form.add_error(None, provider_pages.TAKES_NO_KEY)
    elif form.is_valid() and form.cleaned_data["stamp"] != place.stamp:
        form.add_error(None, provider_pages.ADDRESS_CHANGED)
    if not form.is_valid() or place is None:
        return _page(request, form, 400)
    keys.give(person(request).pk, place.slug, place.address, form.cleaned_data["key"])
    return _done("saved")


@open_to_readers
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    keys.remove(person(request).pk, request.POST.get("provider", ""))
    return _done("removed")


def _done(what: str) -> HttpResponse:
    reply = SeeOther("own_keys:page")
    reply.headers["Location"] += f"?done={what}"
    return reply


def _page(request: HttpRequest, form: OwnKeyForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "places": _places(person(request).pk),
        "refused": form,
        "told": provider_pages.OWN_KEYS_DONE.get(request.GET.get("done", ""), ""),
    }
    return render(request, "own_keys/keys.html", context, status=status)


def _places(person_id: int) -> list[Place]:
    """Those that take a key of this person, then those for which there is one that is not used."""
    permits, found = permits_of(person_id), []
    brought = {row.provider: row for row in OwnKey.objects.filter(owner_id=person_id)}
    rules = {row.provider: row for row in OwnKeyRule.objects.all()}
    for slug, provider in site().providers.items():
        if slug in rules and permits.provider(slug):
            config, row = provider.config, brought.pop(slug, None)
            place = Place(slug, config.name, config.base_url, rules[slug].only)
            found.append(_with_key(place, person_id, row) if row else place)
    unused = sorted(brought.items())
    return [
        *found,
        *(
            _with_key(Place(slug, slug, row.address, open=False), person_id, row)
            for slug, row in unused
        ),
    ]


def _with_key(place: Place, person_id: int, row: OwnKey) -> Place:
    key = keys.opened(person_id, row.provider, row.address, row.sealed_key)
    lost = bool(key.trouble_at(place.address))
    return Place(
        place.slug,
        place.name,
        place.address,
        place.only,
        place.open,
        "" if lost else masked(key.secret),
        lost,
    )
