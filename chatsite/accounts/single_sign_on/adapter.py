"""What django-allauth asks of this site about sign-ins by a provider."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.http import HttpRequest

from chatsite.accounts.single_sign_on.configuration import SignOn


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The one provider of the environment; rows of providers in the database are not read.

    Nobody signs up by it: whoever gets an account has it before allauth looks for one.
    """

    def get_requests_session(self) -> Any:
        from chatsite.accounts.single_sign_on.transport import guarded_session

        return guarded_session(_configured())

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Any:
        from chatsite.accounts.single_sign_on.provider import Provider

        return Provider(request, _configured())

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> Any:
        return []


def _configured() -> SignOn:
    found = settings.SINGLE_SIGN_ON
    if not isinstance(found, SignOn):
        raise SocialApp.DoesNotExist
    return found
