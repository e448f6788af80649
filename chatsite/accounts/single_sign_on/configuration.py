"""What the operator says about single sign-on, read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from chatsite.environment import read_choice, read_pairs
from streaming.providers.http.addresses import AddressPolicy, AddressRefused

LONGEST_ISSUER = 200
"""Characters: the issuer is part of what an account is linked by."""
LONGEST_NAME = 40
ROLES = {
    "administrator": "administrator",
    "member": "member",
    "reader": "read-only",
    "read-only": "read-only",
}
"""How a role may be written, and its value."""
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
NEEDED = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")

Origin = tuple[str, str, int]
"""Scheme, host and port."""


@dataclass(frozen=True, slots=True)
class SignOn:
    """One provider. `accounts`: who gets an account at the first sign-in.

    "groups": those of whom a group maps to a role; "all": everybody who may come in; "none".
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scopes: tuple[str, ...] = ("openid", "profile")
    groups_claim: str = "groups"
    roles: tuple[tuple[str, str], ...] = ()
    role_of_others: str | None = None
    accounts: str = "groups"
    hosts: frozenset[tuple[str, int]] = frozenset()
    local: frozenset[tuple[str, int]] = frozenset()

    def trusts(self, url: str) -> bool:
        """Whether secrets may go there: where the issuer is, or by TLS to a host of `hosts`."""
        there = origin_of(url)
        if there is None:
            return False
        scheme, host, port = there
        return there == origin_of(self.issuer) or (scheme == "https" and (host, port) in self.hosts)


def origin_of(url: str) -> Origin | None:
    """None where this is no address of a web server."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, parts.hostname.lower(), port


def read_sign_on(environ: Mapping[str, str]) -> SignOn | None:
    """None where nothing of it is set; raises ImproperlyConfigured."""
    said = {name for name, value in environ.items() if name.startswith("OIDC_") and value}
    if not said:
        return None
    local = read_pairs(environ, "LOCAL_SIGN_ON")
    issuer = _issuer(environ.get("OIDC_ISSUER", ""), min(said), local)
    for name in NEEDED:
        if name not in said:
            raise ImproperlyConfigured(f"{name} is missing; the provider gives it to its clients.")
    roles = _roles(environ.get("OIDC_ROLES", ""))
    others = environ.get("OIDC_ROLE_OF_OTHERS", "")
    if others and others.lower() not in ROLES:
        raise ImproperlyConfigured(
            f"OIDC_ROLE_OF_OTHERS is {others!r}; write administrator, member or reader, "
            "or leave it empty to keep them out."
        )
    if not roles and not others:
        raise ImproperlyConfigured(
            "OIDC_ROLES is missing, and so nobody may come in; map groups to roles, such as "
            "chat-admins=administrator,chat-users=member, or set OIDC_ROLE_OF_OTHERS."
        )
    name = environ.get("OIDC_NAME", "").strip() or str(urlsplit(issuer).hostname)
    if len(name) > LONGEST_NAME:
        raise ImproperlyConfigured(
            f"OIDC_NAME is {name!r}; write up to {LONGEST_NAME} characters, such as Example Inc."
        )
    return SignOn(
        issuer=issuer,
        client_id=environ["OIDC_CLIENT_ID"],
        client_secret=environ["OIDC_CLIENT_SECRET"],
        name=name,
        scopes=_scopes(environ.get("OIDC_SCOPES", "")),
        groups_claim=environ.get("OIDC_GROUPS_CLAIM", "").strip() or "groups",
        roles=roles,
        role_of_others=ROLES[others.lower()] if others else None,
        accounts=read_choice(environ, "OIDC_ACCOUNTS", "GROUPS", ("GROUPS", "ALL", "NONE")).lower(),
        hosts=_hosts(environ),
        local=local,
    )


def _issuer(issuer: str, other: str, local: frozenset[tuple[str, int]]) -> str:
    if not issuer:
        raise ImproperlyConfigured(f"OIDC_ISSUER is missing, and {other} is of no use without it.")
    origin = origin_of(issuer)
    if origin is None or "?" in issuer or "#" in issuer or len(issuer) > LONGEST_ISSUER:
        raise ImproperlyConfigured(
            f"OIDC_ISSUER is {issuer!r}; write the issuer's address as the provider names it, "
            f"such as https://id.example.org/realms/staff, up to {LONGEST_ISSUER} characters."
        )
    if "/.well-known/" in issuer:
        raise ImproperlyConfigured(f"OIDC_ISSUER is {issuer!r}; write it up to /.well-known/ only.")
    if origin[0] == "http" and origin[1] not in HERE:
        raise ImproperlyConfigured(
            f"OIDC_ISSUER is {issuer!r}; plain http is for this machine only, use https elsewhere."
        )
    try:
        AddressPolicy(local).check_url(issuer)
    except AddressRefused:
        raise ImproperlyConfigured(
            f"OIDC_ISSUER is {issuer!r}, which is not in the public Internet; if it is your own, "
            f"list its host:port in LOCAL_SIGN_ON."
        ) from None
    return issuer


def _roles(said: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a group and a role; with semicolons between them a group's name may have commas."""
    found = []
    for entry in said.split(";" if ";" in said else ","):
        if not entry.strip():
            continue
        group, _, role = (part.strip() for part in entry.rpartition("="))
        if not group or role.lower() not in ROLES:
            raise ImproperlyConfigured(
                f"OIDC_ROLES holds {entry.strip()!r}; write group=role, the role being "
                "administrator, member or reader."
            )
        found.append((group, ROLES[role.lower()]))
    return tuple(found)


def _scopes(said: str) -> tuple[str, ...]:
    scopes = said.replace(",", " ").split() or ["openid", "profile"]
    return tuple(dict.fromkeys(["openid", *scopes]))


def _hosts(environ: Mapping[str, str]) -> frozenset[tuple[str, int]]:
    """Hosts, with a port unless it is that of https."""
    entries = environ.get("OIDC_HOSTS", "").replace(",", " ").split()
    with_port = [entry if ":" in entry.rpartition("]")[2] else f"{entry}:443" for entry in entries]
    return read_pairs({"OIDC_HOSTS": " ".join(with_port)}, "OIDC_HOSTS")
