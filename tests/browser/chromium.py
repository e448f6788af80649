"""Finds a Chromium for the browser tests; run as a module, it installs one if there is none.

The order: `CHROMIUM` in the environment, one of the system, Playwright's download, Debian's
package if root may install it. With `BROWSER=skip` none is looked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

ENGINE_ALONE = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
HOW_TO_FIX = (
    "install Chromium or Chrome, or name one with CHROMIUM=/path/to/it, "
    "or leave the browser tests out: make test BROWSER=skip"
)


def browser_tests_are_unwanted() -> bool:
    return os.environ.get("BROWSER") == "skip"


@cache
def find_chromium() -> Path | None:
    """A Chromium that starts on this machine, or None."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    system = (Path(found) for name in NAMES if (found := shutil.which(name)))
    for path in (*system, MAC):
        if _starts(path):
            return path
    own = _path_of_playwrights_own()
    return own if _starts(own) else None


def find_engine() -> Path | None:
    """Chromium without its own windows, where it is installed and no other is named.

    It is the same engine and costs a quarter less on the whole, which a long run of tests feels.
    """
    alone = None if "CHROMIUM" in os.environ else shutil.which(ENGINE_ALONE)
    return Path(alone) if alone and _starts(Path(alone)) else find_chromium()


def _path_of_playwrights_own() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    """False if the file is missing, lacks a system library, or only points to a package store."""
    if not path.exists():
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(*command: str) -> None:
    """Runs one way of installing a browser; prints the command, and the reason if it fails."""
    print("Chatsite:", *command, file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, text=True, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        print("Chatsite: that failed:", trouble, file=sys.stderr)
        return
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()
        reason = next((line for line in words if "rror" in line), words[-1])
        print("Chatsite: that failed:", reason, file=sys.stderr)


def obtain_chromium() -> Path | None:
    """Finds a browser, or installs one in the first way that works; None if none does."""
    if path := find_chromium():
        return path
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    find_chromium.cache_clear()
    if path := find_chromium():
        return path
    install_package("chromium")
    find_chromium.cache_clear()
    return find_chromium()


def install_package(name: str) -> None:
    """Debian's package, if root may install it."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", name)


def main() -> None:
    if browser_tests_are_unwanted() or obtain_chromium():
        return
    print(f"Chatsite: no browser for the browser tests; {HOW_TO_FIX}", file=sys.stderr)


if __name__ == "__main__":
    main()
