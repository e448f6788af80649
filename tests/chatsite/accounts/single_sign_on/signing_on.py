"""A site with a provider, and a browser's way there and back, by HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.contrib.auth.models import User
from django.test import Client

from chatsite.accounts.single_sign_on.configuration import SignOn, read_sign_on
from conversations.roles.rights import role_of
from tests.support.network.oidc import CLIENT, SECRET, OpenIDProvider, open_id_provider

NAME = "Example Inc."
BACK = "/sign-on/back/"


def configured(provider: OpenIDProvider, **more: str) -> SignOn:
    environ = {
        "OIDC_ISSUER": provider.url,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": NAME,
        "OIDC_ROLES": "chiefs=administrator,staff=member,auditors=reader",
        "LOCAL_SIGN_ON": provider.url.removeprefix("http://"),
    }
    found = read_sign_on(environ | more)
    assert found is not None
    return found


@pytest.fixture
def provider(settings: Any) -> Iterator[OpenIDProvider]:
    with open_id_provider() as provider:
        provider.person["groups"] = ["staff"]
        settings.SINGLE_SIGN_ON = configured(provider)
        yield provider


def address_in(reply: Any) -> str:
    """Where the page sends the browser, by its header and by its link alike."""
    assert reply.status_code == 200, reply.content.decode()
    address = str(reply.headers["Refresh"]).removeprefix("0; url=")
    links = re.findall(r'href="(http://127[^"]+)"', reply.content.decode())
    assert unescape(links[-1]) == address
    return address


def begin(client: Client, **fields: str) -> str:
    return address_in(client.post("/sign-on/", fields))


def asked(address: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def way_back(address: str, choice: str = "yes") -> str:
    """What the provider's page leads back to; the person signs in there, or does not."""
    page = httpx.get(address, trust_env=False).text
    found = re.search(rf'id="{choice}" href="([^"]+)"', page)
    assert found is not None, page
    back = urlsplit(unescape(found[1]))
    assert back.path == BACK
    return f"{back.path}?{back.query}"


def sign_on(client: Client, **fields: str) -> Any:
    """All the way; the reply to the way back."""
    return client.get(way_back(begin(client, **fields)))


def signed_in_as(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return None if key is None else User.objects.get(pk=key)


def role(name: str) -> str:
    return role_of(User.objects.get(username=name)).value


def assert_refused(reply: Any, status: int, words: str) -> None:
    """In a sentence on a page of ours, with the way back to the sign-in page."""
    page = reply.content.decode()
    assert reply.status_code == status, page
    assert words in unescape(page)
    assert 'href="/login/"' in page
