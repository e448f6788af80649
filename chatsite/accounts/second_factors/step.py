"""The step after the password, as django-allauth has such steps."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from chatsite.accounts.second_factors import factors


class SecondStep(LoginStage):  # type: ignore[misc]  # allauth has no types
    """Who came by a passkey alone has shown two factors; who has no second one is let in."""

    key = urlname = "mfa_authenticate"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or self._came_by_passkey() or not factors.has_second(user):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True

    def _came_by_passkey(self) -> bool:
        records = get_authentication_records(self.request, self.login.user)
        return any(record.get("passwordless") for record in records)
