"""What people read about imports and exports; sentences in templates stay there."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, ngettext

from conversations.languages.texts import lazy_text

NO_FILE = lazy_text("No file was received. Choose one, and send it again.")
ELSEWHERE = lazy_text("The first part of the file was received by another server. Upload it again.")
NO_ROOM = lazy_text("There is too little room on the disk of this site for this file.")

KEPT_WORDS = {
    "hidden": gettext_noop("hidden by the other program"),
    "tool results": gettext_noop("results of tools"),
    "system": gettext_noop("instructions to the model"),
    "files": gettext_noop("files"),
    "images": gettext_noop("images"),
    "unknown": gettext_noop("parts of an unknown kind"),
    "duplicates": gettext_noop("messages with the same id as another"),
    "below what you deleted": gettext_noop("messages after one that you deleted here"),
}


def too_large() -> str:
    most = settings.IMPORT_BYTES // 1024**3
    return gettext("The file is larger than %(most)s GB.") % {"most": most}


def too_many() -> str:
    most = settings.TRANSFERS_AT_ONCE
    return ngettext(
        "%(most)s import or export is being worked on. Wait until it has ended.",
        "%(most)s imports and exports are being worked on. Wait until one has ended.",
        most,
    ) % {"most": most}


def kept_word(word: str) -> str:
    """What is kept and not shown, in the reader's language."""
    return gettext(KEPT_WORDS.get(word, word))
