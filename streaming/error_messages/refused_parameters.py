"""Which of the parameters that were asked for a provider does not take, by what it says. Pure.

Servers name the field in their sentence, each under its own name: OpenAI "Unsupported parameter:
'max_tokens'", Anthropic "temperature: range: 0..1", FastAPI in an
entry of its own, next to "Extra inputs are not permitted".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from streaming.events import Failed
from streaming.providers.parameters import EFFORT

LABELS: Mapping[str, Promise | str] = {
    "system_prompt": gettext_lazy("System prompt"),
    "temperature": gettext_lazy("Temperature"),
    "top_p": "top_p",
    "max_tokens": gettext_lazy("Longest answer"),
    "effort": gettext_lazy("Reasoning effort"),
    "seed": gettext_lazy("Seed"),
    "stop": gettext_lazy("Stop words"),
    "web_search": gettext_lazy("Web search"),
    "extra_body": gettext_lazy("Further entries"),
}
"""What people call a parameter, by our name for it."""

_SPELLINGS = {
    "system_prompt": r"system[ _-]?(?:prompts?|instructions?|messages?|roles?)|['\"`]system['\"`]"
    r"|developer instructions?",
    "temperature": r"temperature",
    "top_p": r"top[ _-]?p",
    "max_tokens": r"max[ _-]?(?:completion[ _-]?|output[ _-]?|new[ _-]?)?tokens",
    "effort": r"(?:reasoning[ _.-]?)?effort|reasoning|thinking|budget[ _-]?tokens|output_config",
    "seed": r"(?:random_)?seed",
    "web_search": r"web[ _-]?search(?:_options|_tool|_20250305)?|plugins|enable_search",
    "stop": r"stop(?:[ _-]?(?:sequences?|words?|tokens?))?",
}
"""How servers spell each of ours, in all wire formats."""


def refused(failed: Failed, asked: Mapping[str, Any]) -> str:
    """The parameter that the provider names first, of those that were asked for; "" if none.

    `asked` are the values by the names of a request's parameters.
    """
    spellings = {
        name: spelling
        for name, spelling in _SPELLINGS.items()
        if asked.get(EFFORT if name == "effort" else name) not in (None, "", (), [])
    }
    if entries := asked.get("extra_body"):
        spellings["extra_body"] = "|".join(map(re.escape, entries))
    said = f"{failed.field or ''} {failed.message or ''}"
    found = {
        name: match.start()
        for name, spelling in spellings.items()
        if (match := re.search(rf"(?<![^\W_])(?:{spelling})(?![^\W_])", said, re.IGNORECASE))
    }
    return min(found, key=found.__getitem__, default="")
