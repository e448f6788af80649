"""To the provider and back; and the page on which a person connects an account with it."""

from __future__ import annotations

import logging

from allauth.core import ratelimit
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatsite import sentences
from chatsite.accounts.client_address import client_ip
from chatsite.accounts.single_sign_on.configuration import SignOn
from chatsite.accounts.single_sign_on.failures import SignOnFailed
from conversations.access import Person, person
from conversations.redirects import SeeOther
from conversations.requests import row_number
from conversations.roles.doors import open_to_readers
from conversations.sign_in import next_page
from conversations.sign_in.dangerous import asks_again

logger = logging.getLogger(__name__)
TOLD = {
    "connected": sentences.SIGN_ON_CONNECTED,
    "disconnected": sentences.SIGN_ON_DISCONNECTED,
    "password": sentences.SIGN_ON_NEEDS_PASSWORD,
}


@login_not_required
@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """To the provider, by a page: browsers hold the redirects of a form to `form-action`."""
    sign_on = _configured()
    if refusal := ratelimit.consume_or_429(request, action="sign_on"):
        return refusal  # type: ignore[no-any-return]  # allauth has no types
    wanted = request.POST.get("next", "")
    wanted = wanted if next_page.is_here(request, wanted) else next_page.recall(request)
    return _to_provider(request, sign_on, process="login", next_url=wanted)


@login_not_required
@require_GET
def back(request: HttpRequest) -> HttpResponseBase:
    """What the provider sends a browser to. It works once, in the browser that began."""
    sign_on = _configured()
    from chatsite.accounts.single_sign_on import returning

    try:
        reply = returning.finish(request, sign_on)
    except SignOnFailed as failure:
        return _failed(request, sign_on, failure)
    next_page.forget(request, reply)
    return reply


@asks_again("POST")
@open_to_readers
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponseBase:
    """What the account is connected with; POST connects or disconnects."""
    user = person(request)
    if request.method == "GET":
        return _page(request, user)
    if request.POST.get("do") == "disconnect":
        return _disconnect(request, user)
    if request.POST.get("do") != "connect":
        return _page(request, user, 400)
    return _to_provider(
        request,
        _configured(),
        process="connect",
        next_url=f"{reverse('sign_on:page')}?done=connected",
        person=str(user.pk),
    )


def _configured() -> SignOn:
    """Without a provider there are no such pages."""
    found = settings.SINGLE_SIGN_ON
    if not isinstance(found, SignOn):
        raise Http404
    return found


def _to_provider(request: HttpRequest, sign_on: SignOn, **state: str) -> HttpResponse:
    from chatsite.accounts.single_sign_on.provider import Provider

    try:
        address = Provider(request, sign_on).begin(**state)
    except SignOnFailed as failure:
        return _failed(request, sign_on, failure)
    context = {"name": sign_on.name, "address": address}
    reply = render(request, "socialaccount/leaving.html", context)
    reply.headers["Refresh"] = f"0; url={address}"
    return reply


def _failed(request: HttpRequest, sign_on: SignOn, failure: SignOnFailed) -> HttpResponse:
    """Said plainly, with the way back to the sign-in page."""
    kind, place = type(failure).__name__, client_ip(request)
    logger.warning("Single sign-on: %s: %s, from %s", kind, failure.reason, place)
    context = {"name": sign_on.name, "sentence": failure.sentence}
    return render(request, "socialaccount/failed.html", context, status=failure.status)


def _disconnect(request: HttpRequest, user: Person) -> HttpResponse:
    """Not where nothing else lets this person in."""
    if not user.has_usable_password():
        return SeeOther(f"{reverse('sign_on:page')}?done=password")
    link = row_number(request.POST.get("link", "")) or 0
    found, _ = SocialAccount.objects.filter(user_id=user.pk, pk=link).delete()
    if not found:
        raise Http404
    return SeeOther(f"{reverse('sign_on:page')}?done=disconnected")


def _page(request: HttpRequest, user: Person, status: int = 200) -> HttpResponse:
    sign_on = settings.SINGLE_SIGN_ON
    issuer, name = (sign_on.issuer, sign_on.name) if sign_on else ("", "")
    links = list(SocialAccount.objects.filter(user_id=user.pk).order_by("pk"))
    context = {
        "links": [(link, name if link.provider == issuer else link.provider) for link in links],
        "name": name,
        "may_connect": bool(issuer) and all(link.provider != issuer for link in links),
        "told": TOLD.get(request.GET.get("done", ""), ""),
    }
    return render(request, "socialaccount/connections.html", context, status=status)
