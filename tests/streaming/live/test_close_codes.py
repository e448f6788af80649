"""Why a socket was closed: one place in the code, and the documentation says the same."""

from __future__ import annotations

import re

from streaming.live.protocol import CLOSE_CODES
from tests import ROOT

ROW = re.compile(r"^\| (\d{4}) \| (.+?) \| .+ \|$", re.MULTILINE)
PRIVATE = range(4000, 5000)


def test_the_documentation_lists_every_close_code_with_its_reason() -> None:
    documented = ROW.findall((ROOT / "docs/operations.md").read_text("utf-8"))
    assert {int(code): reason for code, reason in documented} == CLOSE_CODES
    assert len(documented) == len(CLOSE_CODES)


def test_close_codes_are_private_ones_and_no_other_module_has_its_own() -> None:
    assert set(CLOSE_CODES) <= set(PRIVATE)
    files = [path for room in ("streaming", "chatsite") for path in (ROOT / room).rglob("*.py")]
    codes = re.compile(rf"\b({'|'.join(map(str, CLOSE_CODES))})\b")
    users = {str(path.relative_to(ROOT)) for path in files if codes.search(path.read_text("utf-8"))}
    assert users == {"streaming/live/protocol.py"}


def test_the_page_knows_no_close_code_that_the_site_never_sends() -> None:
    scripts = (ROOT / "static/js/connection/socket.js", ROOT / "static/js/connection/banner.js")
    named = {
        int(code)
        for script in scripts
        for code in re.findall(r"(?<!MS = )\b4\d{3}\b", script.read_text("utf-8"))
    }
    assert named
    assert named <= set(CLOSE_CODES)
