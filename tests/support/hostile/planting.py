"""Puts a text into every column of every table that holds free text, whatever wrote it there.

A column is planted unless `KEPT` says what else it holds, so a new one is planted too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

from django.apps import apps
from django.db import models

from tests.support.hostile.corpus import storable, words_of

KEPT: Mapping[str, str] = {
    "auth": "Django's own; the name of a person is chosen with letters",
    "contenttypes": "Django's own",
    "sessions": "sealed",
    "account": "allauth's own",
    "audit": "cannot be changed; whoever makes a row writes such a text into it",
}
"""Whole apps that hold nothing of the kind, and why."""

WORDS_OF_OURS = words_of("""
slug format resume token digest kind status source base_url sealed sealed_key sealed_grant role
media_type wire_name scope cache_key value key node parent resume_mode finish_reason error_code
cost_currency cost_source usage_source price_list host held theme density text_size answers
sending_key language own what url words facets state provider json details account ip session_key
""")
"""Columns, and keys in JSON, whose words are the site's own or were judged before they are kept."""

BEGINNINGS: Mapping[str, str] = {"new_model": "puppet/", "title_model": "puppet/"}
"""Columns that hold a model as a form names it."""

OF_JSON = WORDS_OF_OURS | words_of("id file generation type place state size encoding")


def free_texts() -> Iterator[tuple[type[models.Model], list[Any]]]:
    """Every table with its columns of free text."""
    for model in apps.get_models():
        if model._meta.app_label in KEPT:
            continue
        columns = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
            and not field.primary_key
            and not field.choices
            and field.name not in WORDS_OF_OURS
        ]
        if columns:
            yield model, columns


def plant(text: str, lines: Sequence[str]) -> None:
    """Puts them there: the text where there is no limit, else one of the lines, as much as fits.

    Each begins with a word that can be searched for, the same for a row each time.
    """
    line = cycle(lines)
    for model, columns in free_texts():
        for number, row in enumerate(model._base_manager.order_by("pk")):
            for column in columns:
                mark = BEGINNINGS.get(column.name, "") + f"evil{number} "
                setattr(row, column.name, _planted(row, column, mark, text, next(line)))
            row.save()


def _planted(row: models.Model, column: Any, mark: str, text: str, line: str) -> Any:
    if isinstance(column, models.JSONField):
        return _in_json(getattr(row, column.name), mark + text)
    if isinstance(column, models.TextField):
        return storable(mark + text)
    return storable((mark + line)[: column.max_length])


def _in_json(value: Any, text: str, name: str = "") -> Any:
    match value:
        case dict():
            return {key: _in_json(each, text, key) for key, each in value.items()}
        case list():
            return [_in_json(each, text, name) for each in value]
        case str() if name not in OF_JSON:
            return storable(text)
        case _:
            return value
