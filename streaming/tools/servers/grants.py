"""What an authorization server gave us for a server of tools, sealed in its row."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from streaming.catalog.sealed_keys import Unreadable, seal, unseal
from streaming.tools.models import ToolServer


@dataclass(slots=True)
class Grant:
    """Tokens, our registration and where they hold, as JSON; renewed ones are kept at once."""

    server: UUID
    url: str
    held: dict[str, Any] = field(default_factory=dict)

    def keep(self) -> None:
        """Blocking; nothing where the row is gone, or addressed to another place by now."""
        token = seal(json.dumps(self.held), _purpose(self.server, self.url))
        ToolServer.objects.filter(pk=self.server, url=self.url).update(sealed_grant=token)


def grant_of(server: ToolServer) -> Grant:
    """An empty one where nothing was granted, or where it cannot be read any more."""
    held: dict[str, Any] = {}
    if server.sealed_grant:
        try:
            held = json.loads(unseal(server.sealed_grant, _purpose(server.pk, server.url)))
        except Unreadable:
            held = {}
    return Grant(server.pk, server.url, held)


def _purpose(server: UUID, url: str) -> str:
    return f"grant of tool server {server} at {url}"
