"""What of a conversation's parameters differs from the default, in a word each."""

from __future__ import annotations

import json
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from streaming.error_messages.refused_parameters import LABELS
from streaming.providers.parameters import NAMES, Parameters

LONGEST = 24


class Chip(NamedTuple):
    """`words` is the value, whole; `short` as much of it as a chip shows.

    `of_project`: a default that the project sets, not the person.
    """

    name: str
    label: Promise | str
    words: str
    of_project: bool = False

    @property
    def short(self) -> str:
        if self.name in ("system_prompt", "extra_body"):
            return ""
        if self.name == "web_search":
            return _("on") if self.words == "on" else _("off")
        return self.words if len(self.words) <= LONGEST else f"{self.words[:LONGEST]}…"


def chips(chosen: Parameters) -> list[Chip]:
    return [Chip(name, LABELS[name], words(chosen, name)) for name in NAMES if name in chosen.names]


def words(chosen: Parameters, name: str) -> str:
    """A value as its field shows it."""
    value = getattr(chosen, name)
    if value is None or value in ("", (), {}):
        return ""
    if name == "stop":
        return ", ".join(written(word) for word in value)
    if name == "extra_body":
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)


def written(word: str) -> str:
    """A stop word as it is typed: a line end as \\n, in quotes where it holds what divides."""
    plain = word.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    if plain != plain.strip() or any(each in plain for each in ',"'):
        return '"{}"'.format(plain.replace('"', '""'))
    return plain
