"""The ID token: verified by the provider's keys, its claims checked. No request is made here."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures by a public key. With HS256 the secret would sign, and "none" signs nothing."""
LEEWAY_SECONDS = 60
"""How far two clocks may be apart."""
LONGEST_SUBJECT = 191
"""Characters that django-allauth keeps of one."""

Claims = Mapping[str, Any]


class NotVerified(Exception):
    """This is not a token of this provider, for this site, for this sign-in, now. It says why."""


def verified(token: str, keys: object, *, issuer: str, client_id: str, nonce: str) -> Claims:
    """The claims; raises NotVerified. `keys` is the provider's key set as JSON said it."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(token, keys),
            algorithms=sorted(ALGORITHMS),
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "enforce_minimum_key_length": True,
            },
        )
    except jwt.PyJWTError as refusal:
        raise NotVerified(type(refusal).__name__) from None
    if not nonce or not _same(claims.get("nonce"), nonce):
        raise NotVerified("another nonce")
    shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (shared or "azp" in claims) and claims.get("azp") != client_id:
        raise NotVerified("made for another party")
    if not is_subject(claims["sub"]):
        raise NotVerified("no usable subject")
    return claims


def is_subject(said: object) -> bool:
    """What accounts are linked by: plain characters, and not too many."""
    return (
        isinstance(said, str)
        and 0 < len(said) <= LONGEST_SUBJECT
        and said.isascii()
        and said.isprintable()
    )


def _key(token: str, keys: object) -> jwt.PyJWK:
    """The one that the token names; the only one there is, where it names none."""
    header = jwt.get_unverified_header(token)
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise NotVerified("a signature of no kind that is allowed")
    listed = keys.get("keys") if isinstance(keys, dict) else None
    usable = [
        key
        for key in (listed if isinstance(listed, list) else ())
        if isinstance(key, dict)
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") == name)
    ]
    if len(usable) != 1:
        raise NotVerified("signed by a key that the provider does not list")
    return jwt.PyJWK(usable[0], algorithm)


def _same(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected.encode())
