"""Sentences that readers see about their conversations; those in templates stay there."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

from conversations.languages.texts import lazy_text

UNTITLED = lazy_text("Untitled")
TITLE_IS_MISSING = lazy_text("A conversation needs a title.")
TITLE_IS_TOO_LONG = lazy_text(
    "A title has at most %(limit_value)d characters; this one has %(show_value)d."
)
NOTHING_ASKED = lazy_text("The form does not say what to do. Reload the page and try again.")
PROJECT_IS_MISSING = lazy_text("A project needs a name.")
PROJECT_IS_TOO_LONG = lazy_text(
    "A name has at most %(limit_value)d characters; this one has %(show_value)d."
)
PROJECT_EXISTS = lazy_text("There is a project of that name already.")
PROJECT_IS_GONE = lazy_text("This project does not exist any more.")
READ_ONLY = lazy_text(
    "Your account may only read. Nothing was sent or changed; an administrator can give you more."
)
WORDS_NOT_SHOWN = lazy_text(
    "What you look for is in this message, in what it does not show: a link's address."
)


def too_many_projects() -> str:
    return gettext("There can be %(projects)s projects at most. Delete one first.") % {
        "projects": settings.PROJECTS
    }


def too_many_selected(number: int) -> str:
    return gettext(
        "%(selected)s conversations at most can be changed at once; these are %(number)s."
    ) % {"selected": settings.SELECTED, "number": number}


def too_long(length: int) -> str:
    most = settings.SEARCH_CHARACTERS
    return gettext("A search has at most %(most)s characters; this one has %(length)s.") % {
        "most": most,
        "length": f"{length:,}",
    }


def too_many_words(number: int) -> str:
    return gettext("A search has at most %(search_words)s words; this one has %(number)s.") % {
        "search_words": settings.SEARCH_WORDS,
        "number": f"{number:,}",
    }
