"""Which tests run on PostgreSQL and Redis: those of this folder, and all that use a database."""

from __future__ import annotations

import os

import pytest

ELSEWHERE = ("browser", "server", "litellm", "sqlite")
DATABASE = {"db", "transactional_db", "django_db_reset_sequences"}


def services_are_there() -> bool:
    return os.environ.get("SERVICES") == "run"


def runs_on_services(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in ELSEWHERE):
        return False
    uses = DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(uses or item.get_closest_marker("django_db") or wants_services(item))


def wants_services(item: pytest.Item) -> bool:
    return item.get_closest_marker("services") is not None
