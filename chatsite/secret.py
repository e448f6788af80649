"""The secret key of a site that was not given one: made once, kept beside its data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret(folder: Path) -> str:
    """The key in `folder`, made on the first call; only its owner can read the file."""
    path = folder / "secret_key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as trouble:
        raise ImproperlyConfigured(
            f"The folder {folder} is not writable ({trouble.strerror}); "
            "make it so, or name another with DATA_DIR."
        ) from trouble
    return path.read_text().strip()
