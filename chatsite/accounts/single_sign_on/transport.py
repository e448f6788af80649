"""The session that django-allauth makes its requests with: all of them go by the guarded client.

A secret is sent to the issuer's own host, or to one that the operator named, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from asgiref.sync import async_to_sync
from django.conf import settings
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from chatsite.accounts.single_sign_on.configuration import SignOn
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.whole.exchange import Bounds, NoReply, Question, exchange

OWN_HEADERS = frozenset({"accept", "authorization", "content-type"})
"""What of a request's headers is sent on; the client has its own for the rest."""


class NotSent(requests.RequestException):
    """The request was not made, or had no reply that can be used."""


class GuardedAdapter(BaseAdapter):
    def __init__(self, sign_on: SignOn, plain: Any = None) -> None:
        super().__init__()
        self._sign_on = sign_on
        self._policy = AddressPolicy(sign_on.local)
        self._plain = plain

    def send(
        self, request: requests.PreparedRequest, *arguments: Any, **named: Any
    ) -> requests.Response:
        """Limits and trust are this adapter's own, whatever the caller says of them."""
        url = str(request.url)
        if not self._sign_on.trusts(url):
            raise NotSent("This is not a host of the provider.")
        body = request.body or b""
        if not isinstance(body, (str, bytes)):
            raise NotSent("The body is a stream.")
        asked = Question(
            str(request.method),
            url,
            {name: _text(value) for name, value in request.headers.items() if _is_own(name)},
            body.encode() if isinstance(body, str) else body,
        )
        bounds = Bounds(settings.SIGN_ON_SECONDS, settings.SIGN_ON_REPLY_BYTES)
        try:
            reply = async_to_sync(exchange)(self._policy, asked, bounds, self._plain)
        except NoReply as trouble:
            raise NotSent(str(trouble)) from None
        return _response(request, reply.status, reply.headers, reply.body)

    def close(self) -> None:
        pass


def guarded_session(sign_on: SignOn, plain: Any = None) -> requests.Session:
    """It reads no proxy, password or certificate from the environment; `plain` is for tests."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    session.headers = CaseInsensitiveDict({"Accept": "application/json"})
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, GuardedAdapter(sign_on, plain))
    return session


def _is_own(name: str) -> bool:
    return name.lower() in OWN_HEADERS


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.headers.setdefault("Content-Type", "")
    response.url = str(request.url)
    response.request = request
    response.encoding = "utf-8"
    response._content = body
    return response
