"""The page of a person's tokens: what there are, a new one, and an end for each."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chatsite import sentences
from chatsite.tokens import granting
from chatsite.tokens.forms import TokenForm
from chatsite.tokens.models import AccessToken
from conversations.access import person
from conversations.redirects import SeeOther
from conversations.requests import row_number
from conversations.roles.doors import open_to_readers
from conversations.sign_in.dangerous import asks_again


@asks_again("POST", when=lambda request: not request.POST.get("revoke"))
@open_to_readers
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """POST makes one, or revokes the one that `revoke` names."""
    if request.method == "GET":
        return _page(request, TokenForm())
    if named := request.POST.get("revoke", ""):
        number = row_number(named)
        if number is not None:
            granting.revoke(person(request), number)
        return SeeOther("tokens:page")
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    asked = form.cleaned_data
    try:
        made = granting.make(person(request), asked["key"], asked["name"], asked["scope"])
    except granting.TooMany:
        form.add_error(None, sentences.too_many_tokens(settings.TOKENS))
        return _page(request, form, status=409)
    return _page(request, TokenForm(), made=made)


def _page(
    request: HttpRequest, form: TokenForm, *, made: granting.Made | None = None, status: int = 200
) -> HttpResponse:
    tokens = AccessToken.objects.filter(owner_id=person(request).pk).order_by("-pk")
    context = {"form": form, "tokens": tokens, "made": made}
    return render(request, "tokens/tokens.html", context, status=status)
