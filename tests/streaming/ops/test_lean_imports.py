"""An idle process has not loaded what it never uses, and nothing is lost to who asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from streaming.ops.lean_imports import without_tls_and_wamp
from tests import ROOT
from tests.support.site import clean_environment

LOAD = """
import sys
import django
django.setup()
from streaming.ops.lean_imports import without_tls_and_wamp
with without_tls_and_wamp():
    from daphne.server import Server
import chatsite.asgi
names = "cryptography redis psycopg OpenSSL cbor2 autobahn.wamp.auth".split()
print(*[name for name in names if name in sys.modules], sep=",")
import OpenSSL.SSL
from autobahn.twisted import wamp
print(wamp.ApplicationSession.__module__)
"""


def test_a_process_without_services_and_keys_does_not_load_them(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        cwd=ROOT,
        env=clean_environment(DATA_DIR=str(tmp_path), DJANGO_SETTINGS_MODULE="chatsite.settings"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["", "autobahn.twisted.wamp"]


def test_what_was_missing_can_be_imported_after_an_error_too() -> None:
    before = sys.modules.pop("OpenSSL", None)
    try:
        with pytest.raises(ZeroDivisionError), without_tls_and_wamp():
            with pytest.raises(ImportError):
                __import__("OpenSSL")
            raise ZeroDivisionError
        assert "OpenSSL" not in sys.modules
    finally:
        if before is not None:
            sys.modules["OpenSSL"] = before
