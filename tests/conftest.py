"""What all tests share: they stay on this machine, and tests left out are said loudly."""

from __future__ import annotations

import pytest

from tests.browser.chromium import HOW_TO_MEND, browser_tests_are_unwanted, find_chromium
from tests.database import django_db_setup
from tests.litellm.proxy import litellm_is_wanted
from tests.network import stay_on_this_machine
from tests.site import shared_site, site
from tests.upstream import upstream

__all__ = ["django_db_setup", "shared_site", "site", "stay_on_this_machine", "upstream"]

_left_out = pytest.StashKey[int]()
_not_proxied = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are left out; unless that was asked for, the run then fails."""
    proxied = _marked("litellm", items)
    if proxied and not litellm_is_wanted():
        config.stash[_not_proxied] = len(proxied)
        _leave_out(proxied, config, items)
    wanting = _marked("browser", items)
    if not wanting or (find_chromium() and not browser_tests_are_unwanted()):
        return
    config.stash[_left_out] = len(wanting)
    _leave_out(wanting, config, items)


def _marked(name: str, items: list[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item.get_closest_marker(name)]


def _leave_out(some: list[pytest.Item], config: pytest.Config, items: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=some)
    items[:] = [item for item in items if item not in some]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _left_out in session.config.stash and not browser_tests_are_unwanted():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stash = terminalreporter.config.stash
    lines = []
    if count := stash.get(_left_out, 0):
        asked = browser_tests_are_unwanted()
        why = "as BROWSER=skip asks" if asked else f"for want of a browser: {HOW_TO_MEND}"
        lines.append(f"{count} browser tests were NOT RUN, {why}")
    if count := stash.get(_not_proxied, 0):
        lines.append(f"{count} tests through a LiteLLM proxy were NOT RUN: make test-litellm does")
    if lines:
        terminalreporter.section("NOT RUN", red=True, bold=True)
    for line in lines:
        terminalreporter.line(line, red=True, bold=True)
