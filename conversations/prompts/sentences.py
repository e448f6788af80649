"""Sentences that readers see about saved prompts; those in templates stay there."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAME_IS_MISSING = gettext_lazy("A prompt needs a name.")
BAD_NAME = gettext_lazy(
    "A name is letters, digits, hyphens and underscores of any script, begins with a letter or a "
    "digit, and has at most 64 characters."
)
TEXT_IS_MISSING = gettext_lazy("A prompt needs a text.")
NAME_IS_TAKEN = gettext_lazy("You have a prompt of that name already.")
IS_GONE = gettext_lazy("This prompt was deleted meanwhile. What you typed is here: save it anew.")
NO_PROMPT_FILE = gettext_lazy("A prompt is a Markdown file (.md) or a ZIP archive of some.")
EMPTY_ARCHIVE = gettext_lazy("No Markdown file is in this archive.")
BROKEN_ARCHIVE = gettext_lazy(
    "This archive cannot be read: it is damaged, encrypted, or packed in a way not known here."
)


def too_many_prompts() -> str:
    return _("There can be %(most)d prompts at most. Delete one first.") % {
        "most": settings.PROMPTS
    }


def text_too_long(size: int) -> str:
    return _("A prompt has at most %(most)s bytes; this one has %(size)s.") % {
        "most": f"{settings.PROMPT_FILE_BYTES:,}",
        "size": f"{size:,}",
    }


def too_many_files() -> str:
    return _("At most %(most)d files can be imported at once.") % {
        "most": settings.PROMPT_IMPORT_FILES
    }


def import_too_large() -> str:
    return _("The files are larger than %(most)s bytes together.") % {
        "most": f"{settings.PROMPT_IMPORT_BYTES:,}"
    }


def file_too_large(name: str) -> str:
    return _("“%(name)s” is larger than %(most)s bytes.") % {
        "name": name[:100],
        "most": f"{settings.PROMPT_FILE_BYTES:,}",
    }


def not_utf8(name: str) -> str:
    return _("“%(name)s” is not UTF-8 text.") % {"name": name[:100]}


def empty(name: str) -> str:
    return _("“%(name)s” holds no text.") % {"name": name[:100]}
