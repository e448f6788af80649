"""Secrets of a site that was not given any: made once, and kept next to its data."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from streaming.ops.durable import flush, flush_descriptor, has_no_room

FIELD_KEY_BYTES = 32
MAKE_A_KEY = (
    'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
)


def read_field_keys(environ: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    """The keys that stored secrets are encrypted under: from FIELD_KEYS, else of this folder's own.

    The first one encrypts, all of them decrypt. They are independent of the secret key: whoever
    has that one can sign cookies, but cannot read what is encrypted.
    """
    given = environ.get("FIELD_KEYS", "")
    where = "FIELD_KEYS" if given else str(folder / "field_key")
    kept = given or kept_secret(folder, "field_key", new_field_key)
    keys = tuple(kept.replace(",", " ").split())
    for at, key in enumerate(keys, 1):
        if not _is_field_key(key):
            raise ImproperlyConfigured(
                f"{where}: key {at} is not 32 bytes in base64; make one with {MAKE_A_KEY}"
            )
    if not keys:
        raise ImproperlyConfigured(f"{where} holds no key; make one with {MAKE_A_KEY}")
    return keys


def new_field_key() -> str:
    """As Fernet makes them, without what it takes to encrypt: most processes never do."""
    return base64.urlsafe_b64encode(os.urandom(FIELD_KEY_BYTES)).decode()


def _is_field_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == FIELD_KEY_BYTES
    except ValueError:
        return False


def kept_secret(
    folder: Path,
    name: str = "secret_key",
    make: Callable[[], str] = lambda: secrets.token_urlsafe(48),
) -> str:
    """The secret of that name in `folder`, made on the first call; only its owner can read it."""
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists() or not path.stat().st_size:
            _keep(path, make())
        return path.read_text().strip()
    except OSError as trouble:
        fix = "make room" if has_no_room(trouble) else "make it readable and writable"
        raise ImproperlyConfigured(
            f"The folder {folder} cannot be used ({trouble.strerror}); "
            f"{fix}, or name another with DATA_DIR."
        ) from trouble


def _keep(path: Path, secret: str) -> None:
    """Write the file under another name first; of several processes the first one's secret stays.

    Once this returns, a power cut does not take it away: the next thing may be encrypted with it.
    """
    descriptor, unnamed = tempfile.mkstemp(dir=path.parent)  # which only its owner can read
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
            file.flush()
            flush_descriptor(descriptor)
        with suppress(FileExistsError):
            os.link(unnamed, path)
        if not path.stat().st_size:
            Path(unnamed).replace(path)
    finally:
        Path(unnamed).unlink(missing_ok=True)
    flush(path.parent)
