"""What all tests share: they stay on this machine, and a missing browser is said loudly."""

from __future__ import annotations

import pytest

from tests.browser.chromium import HOW_TO_MEND, browser_tests_are_unwanted, find_chromium
from tests.network import stay_on_this_machine
from tests.site import shared_site, site
from tests.upstream import upstream

__all__ = ["shared_site", "site", "stay_on_this_machine", "upstream"]

_left_out = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are left out; unless that was asked for, the run then fails."""
    wanting = [item for item in items if item.get_closest_marker("browser")]
    if not wanting or (find_chromium() and not browser_tests_are_unwanted()):
        return
    config.stash[_left_out] = len(wanting)
    config.hook.pytest_deselected(items=wanting)
    items[:] = [item for item in items if item not in wanting]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _left_out in session.config.stash and not browser_tests_are_unwanted():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    count = terminalreporter.config.stash.get(_left_out, 0)
    if not count:
        return
    asked = browser_tests_are_unwanted()
    why = "as BROWSER=skip asks" if asked else f"for want of a browser: {HOW_TO_MEND}"
    terminalreporter.section("NOT RUN", red=True, bold=True)
    terminalreporter.line(f"{count} browser tests were NOT RUN, {why}", red=True, bold=True)
