"""Sentences that readers see about their conversations; those in templates stay there."""

from __future__ import annotations

from django.conf import settings

UNTITLED = "Untitled"
TITLE_IS_MISSING = "A conversation needs a title."
TITLE_IS_TOO_LONG = "A title has at most %(limit_value)d characters; this one has %(show_value)d."
NOTHING_ASKED = "The form does not say what to do. Reload the page and try again."
PROJECT_IS_MISSING = "A project needs a name."
PROJECT_IS_TOO_LONG = "A name has at most %(limit_value)d characters; this one has %(show_value)d."
PROJECT_EXISTS = "There is a project of that name already."
PROJECT_IS_GONE = "This project does not exist any more."
WORDS_NOT_SHOWN = (
    "What you look for is in this message, in what it does not show: a link's address."
)


def too_many_projects() -> str:
    return f"There can be {settings.PROJECTS} projects at most. Delete one first."


def too_many_selected(number: int) -> str:
    return f"{settings.SELECTED} conversations at most can be changed at once; these are {number}."


def too_long(length: int) -> str:
    most = settings.SEARCH_CHARACTERS
    return f"A search has at most {most} characters; this one has {length:,}."


def too_many_words(number: int) -> str:
    return f"A search has at most {settings.SEARCH_WORDS} words; this one has {number:,}."
