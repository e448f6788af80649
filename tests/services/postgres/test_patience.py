"""L18: how long a query may take on PostgreSQL; a migration may take longer."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.db.models.signals import post_migrate, pre_migrate

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def patience() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        found: str = cursor.fetchone()[0]
    return found


def test_l18_a_query_has_ten_seconds_and_a_migration_all_it_needs() -> None:
    app = apps.get_app_config("streaming")
    about: dict[str, Any] = {"sender": app, "using": "default", "app_config": app}
    assert patience() == "10s"
    pre_migrate.send(**about)
    assert patience() == "0"
    post_migrate.send(**about, verbosity=0, interactive=False)
    assert patience() == "10s"


def test_e14_a_query_past_its_time_is_storage_trouble() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
        try:
            with pytest.raises(OperationalError, match="statement timeout"):
                cursor.execute("SELECT pg_sleep(5)")
        finally:
            cursor.execute("RESET statement_timeout")
