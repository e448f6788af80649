"""Where a server is, and with what secrets it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

from streaming.catalog.provider_registry import provider_config
from streaming.catalog.sealed_keys import Unreadable, seal, unseal
from streaming.tools.models import ToolServer
from streaming.tools.servers.grants import Grant, grant_of

Pair = tuple[str, int]


class Unreachable(Exception):
    """The server cannot be asked, in a sentence: it was not reached, so nothing ran."""


@dataclass(frozen=True, slots=True)
class Program:
    """A server that is started for each use and spoken to by its stdin and stdout."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Either a `url` or a `program`; `local` are private addresses that may be dialled."""

    name: str
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    program: Program | None = None
    local: frozenset[Pair] = frozenset()
    grant: Grant | None = field(default=None, compare=False)


def address_of(server: ToolServer) -> ServerAddress:
    """Raises Unreachable where its secrets cannot be read, or the operator took it away."""
    if server.is_operators:
        found = operators().get(server.slug)
        if found is None:
            raise Unreachable(gettext("The operator has taken this server away."))
        return found
    try:
        headers = headers_of(server)
    except Unreadable:
        raise Unreachable(gettext("Its token cannot be read any more: type it again.")) from None
    local = settings.LOCAL_TOOL_SERVERS
    return ServerAddress(server.name, server.url, headers, None, local, grant_of(server))


def operators() -> Mapping[str, ServerAddress]:
    """The servers of the operator's file, by their slugs. They may be anywhere."""
    found = _demo()
    for slug, said in settings.OPERATORS_TOOL_SERVERS.items():
        program = None
        if said.get("command"):
            env = said.get("env", {})
            program = Program(said["command"], tuple(said.get("args", ())), env)
        url = said.get("url", "")
        local = frozenset({pair_of(url)}) if url else frozenset()
        found[slug] = ServerAddress(said["name"], url, said.get("headers", {}), program, local)
    return found


def _demo() -> dict[str, ServerAddress]:
    """The tools of the demo, while this process answers with it."""
    config = provider_config("demo")
    if config is None or not config.demo:
        return {}
    url = f"{config.base_url.removesuffix('/v1')}/mcp"
    return {"demo": ServerAddress("Demo", url, local=frozenset({pair_of(url)}))}


def not_allowed(refused: Exception) -> str:
    """Why an address is refused, and how whoever runs the site allows it."""
    if "Internet" not in str(refused):
        return gettext("This port is not one that servers of tools use.")
    return gettext(
        "This address is not in the public Internet. If it is a server of your own, list its host "
        "and port in LOCAL_TOOL_SERVERS and start the site again."
    )


def pair_of(url: str) -> Pair:
    """The host and port that a connection to this address goes to."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (80 if parts.scheme == "http" else 443)


def headers_of(server: ToolServer) -> dict[str, str]:
    """Those that are sent with each request; raises Unreadable."""
    if not server.sealed:
        return {}
    held: dict[str, str] = json.loads(unseal(server.sealed, _purpose(server)))
    return held


def seal_headers(server: ToolServer, headers: Mapping[str, str]) -> None:
    """Into the row as it is addressed now; headers are for this row and this address alone.

    Those that it holds already stay sealed as they are.
    """
    with suppress(Unreadable):
        if headers and headers_of(server) == headers:
            return
    server.sealed = seal(json.dumps(dict(headers)), _purpose(server)) if headers else ""


def _purpose(server: ToolServer) -> str:
    return f"tool server {server.pk} at {server.url}"
