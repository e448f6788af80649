"""`manage.py doctor`: each thing that is wrong is named with how to fix it."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from streaming.ops import doctor, doctor_services, health
from streaming.ops.doctor import Finding
from streaming.providers.config import ProviderConfig
from tests.support.isolation.database import locked_database
from tests.support.site import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def wrong(findings: Iterable[Finding]) -> str:
    """What is wrong, and how to fix it; nothing where all is well."""
    return " ".join(f"{each.said}. {each.fix}" for each in findings if each.fix)


def test_what_a_deployment_needs_is_missed_where_it_is_not(settings: Any, tmp_path: Path) -> None:
    assert not wrong(doctor.secret_key())
    settings.SECRET_KEY = "short"
    assert "50 random characters" in wrong(doctor.secret_key())
    settings.DEBUG = True
    assert "Set DEBUG = False" in wrong(doctor.debugging())
    settings.DATA_DIR = tmp_path / "missing"
    assert "cannot be written" in wrong(doctor.data_folder())
    settings.STATIC_ROOT = tmp_path
    assert "collectstatic" in wrong(doctor.static_files())
    (tmp_path / "staticfiles.json").write_text("{}")
    assert not wrong(doctor.static_files())


def test_a_site_that_others_reach_has_to_be_behind_tls(settings: Any) -> None:
    settings.HTTPS, settings.HOST = False, "127.0.0.1"
    assert not wrong(doctor.origin())
    settings.HOST = "0.0.0.0"
    assert "https" in wrong(doctor.origin())
    settings.HTTPS = True
    assert not wrong(doctor.origin())


def test_a_database_without_todays_tables_or_that_is_locked_is_wrong(impatient: None) -> None:
    assert not wrong(doctor_services.database())
    connection.close()
    with locked_database():
        assert "cannot be written" in wrong(doctor_services.database())
    connection.close()
    applied = MigrationRecorder(connection)
    [newest] = MigrationLoader(connection).graph.leaf_nodes("streaming")
    applied.record_unapplied(*newest)
    health._all_applied.cache_clear()
    try:
        assert "manage.py migrate" in wrong(doctor_services.database())
    finally:
        applied.record_applied(*newest)


def test_a_network_file_system_is_told_from_a_local_one(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"/dev/one / ext4 rw 0 0\nserver:/data {tmp_path} nfs4 rw 0 0\n")
    assert doctor_services.file_system(tmp_path / "chatsite.sqlite3", table) == "nfs4"
    assert doctor_services.file_system(Path("/chatsite.sqlite3"), table) == "ext4"


def test_the_command_lists_everything_and_fails_for_a_provider_that_is_not_there(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    url = f"http://127.0.0.1:{free_port()}/v1"
    settings.PROVIDERS = (ProviderConfig("gone", "Gone", "chat", url),)
    said = StringIO()
    with pytest.raises(CommandError, match=r"thing is wrong|things are wrong"):
        call_command("doctor", stdout=said)
    assert "WRONG provider gone: cannot be asked" in said.getvalue()
    assert f"ok    Chatsite: is {settings.VERSION} on Python" in said.getvalue()
    assert "ok    DEBUG: is off" in said.getvalue()
