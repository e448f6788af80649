"""Which constraint of the database a refused row came up against."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from django.apps import apps
from django.db import IntegrityError
from django.db.models import UniqueConstraint

ONE_RUNNING = "one_running_generation_per_conversation"
ONE_PER_KEY = "one_generation_per_request_key"

DOUBLE = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
GONE = {"23503", "SQLITE_CONSTRAINT_FOREIGNKEY"}


def is_double(trouble: IntegrityError) -> bool:
    """Whether such a row is there already."""
    return _kind(trouble) in DOUBLE


def is_about_what_is_gone(trouble: IntegrityError) -> bool:
    """Whether a row that it belongs to was deleted."""
    return _kind(trouble) in GONE


def broken(trouble: IntegrityError) -> str:
    """The name of a unique constraint of ours; nothing for any other, or for one of later code."""
    diagnosis = getattr(trouble.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    columns = str(trouble).removeprefix("UNIQUE constraint failed: ")
    return _names().get(frozenset(columns.split(", ")), "")


def _kind(trouble: IntegrityError) -> str:
    cause = trouble.__cause__
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", ""))


@lru_cache(maxsize=1)
def _names() -> dict[frozenset[str], str]:
    """SQLite tells the columns."""
    return dict(_unique_constraints())


def _unique_constraints() -> Iterator[tuple[frozenset[str], str]]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                own = {field.name: field.column for field in model._meta.concrete_fields}
                table = model._meta.db_table
                columns = frozenset(f"{table}.{own[name]}" for name in constraint.fields)
                yield columns, constraint.name
