"""A folder as storage: what was saved in it lies on the disk, as the row that names it will."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """Of this site alone; it gives no addresses."""

    def _save(self, name: str, content: Any) -> str:
        place = Path(self.path(name))
        is_new = not place.parent.exists()
        saved = Path(self.path(kept := super()._save(name, content)))  # type: ignore[misc]
        flush(saved)
        flush(saved.parent)
        if is_new:
            flush(saved.parent.parent)
        return str(kept)


def flush(path: Path) -> None:
    """Whatever the kernel holds of it is on the disk then."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
