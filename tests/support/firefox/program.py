"""Finds and starts a Firefox with a profile of its own, which reaches nothing but this machine.

Run as a module, it installs one if there is none: Debian's package, if root may. With
`FIREFOX=skip` none is looked for.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from tests.browser.chromium import browser_tests_are_unwanted, install_package
from tests.support.site import Program, clean_environment

NAMES = ("firefox-esr", "firefox")
HOW_TO_GET_IT = (
    "install Firefox (Debian: apt-get install firefox-esr), or name one with FIREFOX=/path/to/it, "
    "or leave its tests out: make test FIREFOX=skip"
)
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
Value: TypeAlias = str | int | bool
NOWHERE: Mapping[str, Value] = {
    "http": "127.0.0.1",
    "http_port": 9,
    "ssl": "127.0.0.1",
    "ssl_port": 9,
    "type": 1,
}
"""A proxy that does not listen. Loopback is reached without it."""
PREFERENCES: Mapping[str, Value] = {
    f"network.proxy.{name}": value for name, value in NOWHERE.items()
} | {
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.trr.mode": 5,
    "services.settings.server": "data:,nothing",
    "toolkit.telemetry.server": "data:,nothing",
}


def firefox_tests_are_unwanted() -> bool:
    return browser_tests_are_unwanted() or os.environ.get("FIREFOX") == "skip"


@cache
def find_firefox() -> str | None:
    named = os.environ.get("FIREFOX")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def start(profile: Path) -> tuple[Program, str]:
    """A Firefox without a window, and the address at which it takes commands."""
    firefox = find_firefox()
    assert firefox is not None, HOW_TO_GET_IT
    lines = (f'user_pref("{name}", {_spelled(value)});\n' for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    options = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)]
    environment = clean_environment(HOME=str(profile), MOZ_CRASHREPORTER_DISABLE="1")
    program = Program([firefox, *options], environment)
    return program, program.wait_for_line(LISTENS)[1]


def _spelled(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def main() -> None:
    if firefox_tests_are_unwanted() or find_firefox():
        return
    install_package("firefox-esr")
    find_firefox.cache_clear()
    if not find_firefox():
        print(f"Chatsite: no Firefox for its tests; {HOW_TO_GET_IT}", file=sys.stderr)


if __name__ == "__main__":
    main()
