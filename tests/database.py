"""The test database: emptied after each test that commits, and quickly."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Emptying the database writes a row for every model and permission again, which nobody reads.

    That takes fifteen times as long as the emptying.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
