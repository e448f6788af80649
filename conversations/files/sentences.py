"""Sentences that readers see about files; those of `reading` say why one is not taken."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

GONE = gettext_lazy("A file is not there any more. Add it again.")
NO_FILE = gettext_lazy("This file could not be sent. Try again.")
NONE_CHOSEN = gettext_lazy("Choose a file first.")
EMPTY = gettext_lazy("This file is empty.")


def too_many(most: int) -> str:
    return ngettext(
        "One file at most goes with a message.", "%(most)d files at most go with a message.", most
    ) % {"most": most}


def too_many_drafts(most: int) -> str:
    return _("%(most)d files wait to be sent, which is the most. Send or remove some first.") % {
        "most": most
    }


def too_many_in_project(most: int) -> str:
    return _("This project has %(most)d files, which is the most.") % {"most": most}


def quota(used: int, most: int) -> str:
    return _(
        "Your files take %(used)s of %(most)s, and this one is too much for that. Delete "
        "conversations with files first; there is room again once they are gone for good."
    ) % {"used": filesizeformat(used), "most": filesizeformat(most)}


def too_large(most: int) -> str:
    return _("This file is larger than %(most)s.") % {"most": filesizeformat(most)}


def no_room() -> str:
    return _("The server has no room for this file now. Try again later.")


def comes_twice() -> str:
    return _("This file is read already. Wait a moment.")


def of_file(name: str, sentence: str) -> str:
    """A complaint where it does not stand next to its file."""
    return f"{name}: {sentence}"
