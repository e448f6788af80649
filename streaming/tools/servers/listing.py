"""A look at the tools of a server, and what of it is kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from streaming.providers.formats.error_bodies.failures import clip
from streaming.tools import builtin
from streaming.tools.models import Tool, ToolServer
from streaming.tools.servers.address import ServerAddress, Unreachable
from streaming.tools.servers.calls import loaded

LONGEST_NAME, LONGEST_WIRE_NAME = 200, 64
DEEPEST_SCHEMA = 24
PAGES = 50
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class CannotLook(Exception):
    """The tools of a server cannot be listed, in a sentence."""


@dataclass(frozen=True, slots=True)
class Described:
    """A tool in the words of its server, cleaned and bounded."""

    name: str
    title: str
    description: str
    schema: Mapping[str, Any]

    @property
    def digest(self) -> str:
        said = [self.name, self.title, self.description, self.schema]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Look:
    """What a server lists; `complaints` say what of it was left out."""

    tools: tuple[Described, ...]
    complaints: tuple[str, ...] = ()


async def look(address: ServerAddress, seconds: float | None = None, door: Any = None) -> Look:
    """Ask the server for its tools, as many as are taken; raises CannotLook.

    With a `door` an administrator can be asked, by OAuth, to let this site in.
    """
    client = await loaded("client")
    said: list[Any] = []
    more = False
    try:
        async with client.session(address, seconds or settings.TOOL_LIST_SECONDS, door) as session:
            cursor = None
            for _ in range(PAGES):
                page = await session.list_page(cursor)
                said += page.tools
                cursor = page.next_cursor
                more = len(said) > settings.TOOLS_A_SERVER or bool(cursor)
                if not cursor or len(said) > settings.TOOLS_A_SERVER:
                    break
    except (Unreachable, client.ServerFailed) as trouble:
        raise CannotLook(str(trouble)) from None
    return _looked(said[: settings.TOOLS_A_SERVER], more=more)


@transaction.atomic
def keep(server: ToolServer, found: Look) -> None:
    """Make the rows say what the server says now; what an administrator chose stays chosen.

    A new one is offered to nobody until it was chosen.
    """
    ToolServer.objects.select_for_update().get(pk=server.pk)
    known = {row.name: row for row in server.tools.all()}
    taken = set(Tool.objects.values_list("wire_name", flat=True)) | set(builtin.TOOLS)
    for place, tool in enumerate(found.tools):
        row = known.pop(tool.name, None)
        if row is None:
            wire = wire_name(server.slug, tool.name, taken)
            taken.add(wire)
            row = Tool(server=server, name=tool.name, wire_name=wire)
        row.title, row.description = tool.title, tool.description
        row.schema, row.digest = dict(tool.schema), tool.digest
        row.place, row.gone = place, False
        row.save()
    Tool.objects.filter(pk__in=[row.pk for row in known.values()]).update(gone=True)
    server.trouble = (clip(" ".join(found.complaints), 600) or "") if found.complaints else ""
    server.looked_at = timezone.now()
    server.save(update_fields=["trouble", "looked_at"])


def wire_name(slug: str, name: str, taken: Container[str]) -> str:
    """A name that every wire format takes, and that no other tool has."""
    whole = f"{slug}_{name}"
    plain = re.sub(r"[^a-zA-Z0-9_-]", "_", whole)
    if len(plain) <= LONGEST_WIRE_NAME and plain not in taken:
        return plain
    marks = (hashlib.sha256(f"{whole}{again}".encode()).hexdigest()[:8] for again in count())
    marked = (f"{plain[: LONGEST_WIRE_NAME - 9]}_{mark}" for mark in marks)
    return next(name for name in marked if name not in taken)


def _looked(said: list[Any], *, more: bool) -> Look:
    tools: dict[str, Described] = {}
    complaints = []
    for each in said:
        name = each.name
        if complaint := _complaint(name, each.input_schema, tools):
            complaints.append(f"{clip(name, 60) or '?'}: {complaint}")
            continue
        annotations = getattr(each, "annotations", None)
        title = each.title or getattr(annotations, "title", None) or ""
        tools[name] = Described(
            name,
            clip(_clean(title), 200) or "",
            _clean(each.description or "")[: settings.TOOL_DESCRIPTION_CHARACTERS],
            each.input_schema,
        )
    if more:
        complaints.append(
            gettext("Only the first %(count)d tools are taken.")
            % {"count": settings.TOOLS_A_SERVER}
        )
    return Look(tuple(tools.values()), tuple(complaints))


def _complaint(name: str, schema: Any, tools: Mapping[str, Described]) -> str:
    """Why this tool is left out; empty where it is not."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return gettext("its name cannot be used.")
    if name in tools:
        return gettext("it is listed twice.")
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        return gettext("its schema is not that of an object.")
    try:
        text = json.dumps(schema)
    except (RecursionError, ValueError, TypeError):
        return gettext("its schema cannot be read.")
    if len(text) > settings.TOOL_SCHEMA_BYTES:
        return gettext("its schema is too large.")
    if _NOT_TEXT.search(json.dumps(schema, ensure_ascii=False)) or "\\u0000" in text:
        return gettext("its schema cannot be read.")
    return _tricks(schema, 0)


def _tricks(value: Any, depth: int) -> str:
    """What of a schema would lead elsewhere, or nowhere."""
    if depth > DEEPEST_SCHEMA:
        return gettext("its schema is nested too deeply.")
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict):
        for key in ("$ref", "$dynamicRef", "$recursiveRef"):
            reference = value.get(key)
            if isinstance(reference, str) and not reference.startswith("#"):
                return gettext("its schema refers to another document.")
    if isinstance(value, (dict, list)):
        return next(filter(None, (_tricks(each, depth + 1) for each in inside)), "")
    return ""


def _clean(text: str) -> str:
    return _NOT_TEXT.sub("�", text)
