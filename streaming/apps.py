"""What is alive."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class StreamingConfig(AppConfig):
    name = "streaming"

    def ready(self) -> None:
        from streaming.live.sidebar import (  # models can be imported from now on
            deletions,
            list_changes,
        )

        deletions.watch()
        list_changes.watch()
        pre_migrate.connect(_take_time, sender=self)
        post_migrate.connect(_hurry_again, sender=self)


def _take_time(using: str, **_: Any) -> None:
    """A migration may rewrite a large table, which takes longer than any page's query may."""
    _say(using, "SET statement_timeout = 0")


def _hurry_again(using: str, **_: Any) -> None:
    _say(using, "RESET statement_timeout")


def _say(using: str, statement: str) -> None:
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)
