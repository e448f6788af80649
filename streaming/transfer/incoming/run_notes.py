"""What a run that comes in says of its request and its answer, in the shapes that others read.

What is of another shape says nothing: a page that shows the run, or a request that continues it,
would break over it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations.transfer import plain
from conversations.transfer.plain import Json
from streaming.providers.config import FORMATS
from streaming.providers.parameters import Parameters


def warnings(raw: Json) -> list[dict[str, str | None]] | None:
    """What the provider gave to think about."""
    told = [
        {"code": plain.text(each.get("code")), "message": plain.text(each.get("message")) or None}
        for each in plain.objects(raw)
    ]
    return [each for each in told if each["code"]] or None


def sent(raw: Json) -> dict[str, Any] | None:
    """What it was asked with besides the messages."""
    said = plain.fields(raw)
    if not isinstance(said.get("parameters"), dict):
        return None
    parameters = Parameters.of(plain.cleaned(said["parameters"])).kept
    return {"system_prompt": plain.text(said.get("system_prompt")), "parameters": parameters}


def opaque(raw: Json) -> dict[str, Json] | None:
    """What the next request has to send back as it came."""
    said = plain.cleaned(plain.fields(raw))
    if said.get("format") not in FORMATS:
        return None
    lists = {name: plain.objects(said[name]) for name in ("blocks", "reasoning") if name in said}
    extras = {name: plain.fields(said[name]) for name in ("extra_content",) if name in said}
    return dict[str, Json](said | lists | extras)


NOTES: Mapping[str, Callable[[Json], Any]] = {"warnings": warnings, "sent": sent, "opaque": opaque}
"""By the column that holds it."""
