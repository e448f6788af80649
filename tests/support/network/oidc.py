"""A small provider of OpenID Connect on loopback: real HTTP, a page to sign in on, RS256 tokens.

What it does wrong, a test decides: by `spoil`, which changes the next tokens, and by `down`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "chatsite-client", "a secret of the client"
Claims = dict[str, Any]


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """One a name, made once: that takes time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(name: str) -> Mapping[str, Any]:
    described = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key()))
    return {**described, "kid": name, "use": "sig", "alg": "RS256"}


def unpadded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class OpenIDProvider:
    """Its one person has `person`'s claims. `requests` are the paths asked for, in order."""

    url: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "1815", "preferred_username": "ada"})
    signs_with: str = "first"
    lists: tuple[str, ...] = ("first",)
    description: Claims = field(default_factory=dict)
    userinfo: Claims = field(default_factory=dict)
    spoil: Callable[[Claims], None] | None = None
    sign: Callable[[Claims], str] | None = None
    replies: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)

    def describe(self) -> Claims:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.description,
        }

    def code_for(self, asked: Mapping[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(asked)
        return code

    def token_for(self, form: Mapping[str, str], authorization: str) -> Claims | None:
        """None where the client is not who it says, the code is unknown, or was used."""
        asked = self.codes.pop(form.get("code", ""), None)
        who = unquote(b64decode(authorization.removeprefix("Basic ")).decode())
        challenge = unpadded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        wrong = [
            what
            for what, right in {
                "code": asked is not None,
                "client": who == f"{CLIENT}:{SECRET}",
                "verifier": asked is not None
                and asked.get("code_challenge_method") == "S256"
                and hmac.compare_digest(asked.get("code_challenge", ""), challenge),
                "redirect": asked is not None
                and asked.get("redirect_uri") == form.get("redirect_uri"),
                "grant": form.get("grant_type") == "authorization_code",
            }.items()
            if not right
        ]
        if wrong or asked is None:
            self.refusals += wrong
            return None
        access = secrets.token_urlsafe(16)
        self.tokens.add(access)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(asked),
        }

    def id_token(self, asked: Mapping[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce", ""),
            **self.person,
        }
        if self.spoil is not None:
            self.spoil(claims)
        if self.sign is not None:
            return self.sign(claims)
        headers = {"kid": self.signs_with}
        return jwt.encode(claims, key(self.signs_with), "RS256", headers)


class _Handler(BaseHTTPRequestHandler):
    provider: OpenIDProvider

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.provider.requests.append(f"GET {urlsplit(self.path).path}")
        path, asked = urlsplit(self.path).path, self._said(urlsplit(self.path).query)
        if path in self.provider.replies:
            self._reply(*self.provider.replies[path])
        elif path == "/.well-known/openid-configuration":
            self._json(self.provider.describe())
        elif path == "/jwks":
            self._json({"keys": [public(name) for name in self.provider.lists]})
        elif path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            known = token in self.provider.tokens
            self._json({"sub": self.provider.person["sub"], **self.provider.userinfo}, known)
        elif path == "/authorize":
            self._page(asked)
        else:
            self._reply(404, {}, b"")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        self.provider.requests.append(f"POST {path}")
        form = self._said(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
        if path in self.provider.replies:
            self._reply(*self.provider.replies[path])
        elif path == "/token":
            token = self.provider.token_for(form, self.headers.get("Authorization", ""))
            self._json(token or {"error": "invalid_grant"}, token is not None)
        else:
            self._reply(404, {}, b"")

    def _said(self, text: str) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(text).items()}

    def _page(self, asked: Mapping[str, str]) -> None:
        """Where a person signs in: one link comes back with a code, the other without."""
        back, state = asked["redirect_uri"], asked["state"]
        code = self.provider.code_for(asked)
        yes = f"{back}?{urlencode({'code': code, 'state': state, 'iss': self.provider.url})}"
        no = f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
        page = (
            f'<!doctype html><title>Example Inc.</title><link rel="icon" href="data:,">'
            f'<h1>Example Inc.</h1><a id="yes" href="{yes.replace("&", "&amp;")}">Sign in</a> '
            f'<a id="no" href="{no.replace("&", "&amp;")}">Go back</a>'
        )
        self._reply(200, {"Content-Type": "text/html"}, page.encode())

    def _json(self, said: Any, is_right: bool = True) -> None:
        headers = {"Content-Type": "application/json"}
        self._reply(200 if is_right else 400, headers, json.dumps(said).encode())

    def _reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # who asked may have left
            self.end_headers()
            self.wfile.write(body)


@contextmanager
def open_id_provider() -> Iterator[OpenIDProvider]:
    provider = OpenIDProvider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
