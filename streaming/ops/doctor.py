"""What can be wrong with a deployment, one check each: settings, disk, and this machine."""

from __future__ import annotations

import platform
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from django.conf import settings

LEAST_FREE_BYTES = 500 * 1024 * 1024
LEAST_SECRET = 50
FILES_AN_ANSWER = 2  # its upstream's connection, and one page that watches it
FILES_BESIDE = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing stands; where something is wrong, `fix` says what to do."""

    subject: str
    said: str
    fix: str = ""


Check: TypeAlias = Callable[[], Iterator[Finding]]


def version() -> Iterator[Finding]:
    yield Finding("Chatsite", f"is {settings.VERSION} on Python {platform.python_version()}")


def debugging() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("DEBUG", "is on: error pages tell everything", "Set DEBUG = False.")
    else:
        yield Finding("DEBUG", "is off")


def secret_key() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    if len(key) < LEAST_SECRET or len(set(key)) < 5:
        yield Finding(
            "SECRET_KEY",
            "is too short or too simple to sign sessions",
            "Set one of 50 random characters, or none: the site then makes its own.",
        )
    else:
        yield Finding("SECRET_KEY", "is long enough")


def data_folder() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        free = shutil.disk_usage(folder).free
    except OSError as trouble:
        fix = "Make it writable for the site's user, or name another with DATA_DIR."
        yield Finding("data folder", f"{folder} cannot be written ({trouble.strerror})", fix)
        return
    told = f"{folder} is writable, {free // 1024**2:,} MiB are free"
    fix = "Make room: when the disk is full nothing can be sent." if free < LEAST_FREE_BYTES else ""
    yield Finding("data folder", told, fix)


def static_files() -> Iterator[Finding]:
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Finding("static files", "are collected")
    else:
        yield Finding("static files", "are missing", "Run manage.py collectstatic --noinput.")


def origin() -> Iterator[Finding]:
    told = f"is {settings.PUBLIC_ORIGIN}"
    alone = settings.HOST in ("127.0.0.1", "::1", "localhost")
    if settings.HTTPS or alone:
        yield Finding("PUBLIC_ORIGIN", told)
    else:
        yield Finding(
            "PUBLIC_ORIGIN",
            f"{told}, but HOST is {settings.HOST}: others reach the site without https",
            "Set PUBLIC_ORIGIN=https://… and end TLS in front, or HOST=127.0.0.1.",
        )


def open_files() -> Iterator[Finding]:
    """`serve` raises the soft limit as far as the hard one allows."""
    needed = settings.RUNNING_GENERATIONS * FILES_AN_ANSWER + FILES_BESIDE
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        yield Finding(
            "open files",
            f"{hard:,} are allowed, {settings.RUNNING_GENERATIONS:,} answers need {needed:,}",
            f"Allow more: LimitNOFILE={needed * 2} in the service, or ulimit -Hn.",
        )
    else:
        yield Finding("open files", f"enough are allowed for {needed:,}")


def allow_open_files() -> None:
    """Raise this process's limit of open files to the most that it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


CHECKS: tuple[Check, ...] = (
    version,
    debugging,
    secret_key,
    data_folder,
    static_files,
    origin,
    open_files,
)
