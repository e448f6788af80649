"""Typed readers of environment variables: a bad value is named, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
USUAL_PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")


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
    """An origin as browsers send it: scheme, host, and the port unless it is the scheme's own."""
    value = environ.get(name) or default
    try:
        parts = urlsplit(value.rstrip("/").lower())
        port = parts.port
        rest = parts.path or parts.query or parts.fragment or parts.username
    except ValueError:
        parts, port, rest = urlsplit(""), None, ""
    host = parts.hostname or ""
    if parts.scheme not in USUAL_PORTS or not HOST.fullmatch(host) or port == 0 or rest:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write scheme, host and port only, like https://chat.example.org."
        )
    if parts.scheme == "http" and host not in {"127.0.0.1", "localhost", "::1"}:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; plain http is for this machine only, use https elsewhere."
        )
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (
        "" if port in {None, USUAL_PORTS[parts.scheme]} else f":{port}"
    )


def read_choice(environ: Mapping[str, str], name: str, default: str, choices: Sequence[str]) -> str:
    """One of the choices, which are in capitals; the value may be in any case."""
    value = environ.get(name) or default
    if value.upper() in choices:
        return value.upper()
    raise ImproperlyConfigured(f"{name} is {value!r}; write one of {', '.join(choices)}.")


def read_folder(environ: Mapping[str, str], name: str) -> Path | None:
    """The path of a folder, from the root; none where the variable is empty."""
    value = environ.get(name) or ""
    folder = Path(value).expanduser()
    if value and not folder.is_absolute():
        raise ImproperlyConfigured(f"{name} is {value!r}; write the whole path, like /backups.")
    return folder if value else None


def read_time_zone(environ: Mapping[str, str], name: str, default: str) -> str:
    value = environ.get(name) or default
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ImproperlyConfigured(
            f"{name} is {value!r}, which is no time zone; write one like Europe/Berlin."
        ) from None
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


def read_networks(environ: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks: `10.0.0.7, 10.1.0.0/16, fd00::/8`."""
    found = []
    for entry in environ.get(name, "").replace(",", " ").split():
        try:
            found.append(ip_network(entry))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds {entry!r}; write addresses or networks, such as 10.1.0.0/16."
            ) from None
    return tuple(found)
