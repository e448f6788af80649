"""What all tests share: they stay on this machine, and tests left out are said loudly."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest

from tests.browser.chromium import HOW_TO_FIX, browser_tests_are_unwanted, find_chromium
from tests.litellm.proxy import litellm_is_wanted
from tests.services.chosen import runs_on_services, services_are_there
from tests.support.firefox.program import (
    HOW_TO_GET_IT,
    find_firefox,
    firefox_tests_are_unwanted,
)
from tests.support.isolation.alone import others_meanwhile, pytest_runtest_protocol
from tests.support.isolation.database import django_db_setup, pytest_runtest_call
from tests.support.isolation.network import stay_on_this_machine
from tests.support.site import shared_site, site
from tests.support.upstream import upstream

__all__ = [
    "django_db_setup",
    "others_meanwhile",
    "pytest_runtest_call",
    "pytest_runtest_protocol",
    "shared_site",
    "site",
    "stay_on_this_machine",
    "upstream",
]

hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")  # how slow this one is says nothing of the code

_left_out = pytest.StashKey[dict[str, int]]()
"""How many tests of which kind were not run."""

CANNOT_RUN: dict[str, Callable[[], bool]] = {
    "services": lambda: not services_are_there(),
    "litellm": lambda: not litellm_is_wanted(),
    "browser": lambda: browser_tests_are_unwanted() or not find_chromium(),
    "firefox": lambda: firefox_tests_are_unwanted() or not find_firefox(),
}
UNWANTED = {"browser": browser_tests_are_unwanted, "firefox": firefox_tests_are_unwanted}
"""Whether it was asked for that they are left out; if not, the run fails."""


SLOW = ("browser", "server")
"""Tests with these marks take long, so they go first: nobody waits for them in the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first, and last those that run alone, when fewest wait for them.

    One that lets others in meanwhile comes between the two, while there are others.
    Without a browser its tests are left out, and the run fails then unless that was asked for.
    """
    items.sort(key=_turn)
    if services_are_there():
        _leave_out([item for item in items if not runs_on_services(item)], config, items)
        return
    left_out = config.stash.setdefault(_left_out, {})
    for kind, cannot_run in CANNOT_RUN.items():
        some = [item for item in items if item.get_closest_marker(kind)]
        if some and cannot_run():
            left_out[kind] = len(some)
            _leave_out(some, config, items)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("alone"):
        return 1 if "others_meanwhile" in getattr(item, "fixturenames", ()) else 3
    return 0 if any(map(item.get_closest_marker, SLOW)) else 2


def _leave_out(some: list[pytest.Item], config: pytest.Config, items: list[pytest.Item]) -> None:
    gone = {id(item) for item in some}
    config.hook.pytest_deselected(items=some)
    items[:] = [item for item in items if id(item) not in gone]


def pytest_xdist_auto_num_workers() -> int:
    """Many tests wait for processes and clocks, so there is one more than there are cores."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    left_out = session.config.stash.get(_left_out, {})
    if hasattr(session.config, "workeroutput"):  # one of several processes: the first one tells
        session.config.workeroutput["left_out"] = left_out
    if any(kind in left_out and not unwanted() for kind, unwanted in UNWANTED.items()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What another process of the same run left out; each of them collects every test."""
    told = getattr(node, "workeroutput", {}).get("left_out", {})
    node.config.stash.setdefault(_left_out, {}).update(told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = terminalreporter.config.stash.get(_left_out, {})
    lines = []
    if count := left_out.get("browser"):
        asked = browser_tests_are_unwanted()
        why = "as BROWSER=skip asks" if asked else f"for want of a browser: {HOW_TO_FIX}"
        lines.append(f"{count} browser tests were NOT RUN, {why}")
    if count := left_out.get("firefox"):
        why = "as was asked" if firefox_tests_are_unwanted() else f"for want of it: {HOW_TO_GET_IT}"
        lines.append(f"{count} tests in Firefox were NOT RUN, {why}")
    if count := left_out.get("litellm"):
        lines.append(f"{count} tests through a LiteLLM proxy were NOT RUN: make test-litellm does")
    if count := left_out.get("services"):
        lines.append(f"{count} tests on PostgreSQL and Redis were NOT RUN: make test-services does")
    if lines:
        terminalreporter.section("NOT RUN", red=True, bold=True)
    for line in lines:
        terminalreporter.line(line, red=True, bold=True)
