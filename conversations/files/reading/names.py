"""The name of a file as it is kept: harmless wherever it is shown or saved."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from conversations.invisible import is_invisible

LENGTH = 120
SUFFIXES = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "application/pdf": (".pdf",),
}
"""What a name of such a file ends with; those of texts say in which language they are."""

NOT_IN_NAMES = frozenset('/\\:*?"<>|')
FLAVOURS = {".md": "markdown", ".markdown": "markdown", ".csv": "csv"}


def flavour(name: str) -> str:
    """What kind of text its name says it is: "markdown", "csv" or "plain"."""
    return FLAVOURS.get(PurePosixPath(name).suffix.lower(), "plain")


def cleaned(name: str, media_type: str) -> str:
    """Without folders and what is not seen, and with the ending that its content has."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(" " if is_invisible(each) else each for each in last if each not in NOT_IN_NAMES)
    plain = " ".join(seen.split()).strip(". ") or _("File")
    suffixes = SUFFIXES.get(media_type)
    path = PurePosixPath(plain)
    if suffixes is None:
        return path.stem[: LENGTH - len(path.suffix[:20])] + path.suffix[:20]
    ending = path.suffix if path.suffix.lower() in suffixes else suffixes[0]
    return path.stem[: LENGTH - len(ending)] + ending
