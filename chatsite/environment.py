"""Typed readers of environment variables: a bad value is named, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def read_flag(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    value = environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise ImproperlyConfigured(f"{name} is {value!r}; write on or off.")


def read_integer(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = environ.get(name, "")
    if not value:
        return default
    if value.isdecimal() and least <= int(value) <= most:
        return int(value)
    raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number, {least} to {most}.")


def read_origin(environ: Mapping[str, str], name: str, default: str) -> str:
    """An origin as browsers send it: scheme, host and, where it is not the usual one, port."""
    value = (environ.get(name) or default).rstrip("/")
    try:
        parts = urlsplit(value)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        rest = parts.path or parts.query or parts.fragment or parts.username
    except ValueError:
        fits, rest = False, ""
    if not fits or rest:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write scheme, host and port only, like https://chat.example.org."
        )
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; plain http is for this machine only, use https elsewhere."
        )
    return value


def read_pairs(environ: Mapping[str, str], name: str) -> frozenset[tuple[str, int]]:
    """Hosts, each with a port: `127.0.0.1:11434, [::1]:8080, gpu.lan:8000`."""
    pairs = set()
    for entry in environ.get(name, "").replace(",", " ").split():
        try:
            parts = urlsplit(f"//{entry}")
            host, port = parts.hostname, parts.port
            rest = parts.path or parts.query or parts.fragment or parts.username
        except ValueError:
            host = port = rest = None
        if not host or not port or rest:
            raise ImproperlyConfigured(
                f"{name} holds {entry!r}; write host:port, such as 127.0.0.1:11434."
            )
        pairs.add((host, port))
    return frozenset(pairs)
