"""Sentences that were kept in English, told in the language of whoever reads them.

What is kept with an answer is one sentence, with names and numbers in it: it was said once, and may
be read in any language later. Here it is found again among the texts that it can be.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language, gettext, gettext_noop

SAID = gettext_noop(" It said: “%(said)s”")

FORMS = (
    gettext_noop("The provider asks to wait %(duration)s."),
    gettext_noop("The provider rejected the request: %(message)s"),
    gettext_noop(
        "The provider does not take the value of “%(parameter)s”. Change it under “System prompt "
        "and parameters”, then retry."
    ),
    gettext_noop("The provider did not answer in %(duration)s."),
    gettext_noop("The answer made no progress for %(duration)s."),
    # of addresses and keys, from rooms that know no Django
    gettext_noop("%(where)s is not a web address: write it like https://api.example.com/v1."),
    gettext_noop("%(where)s may not hold a user, a password, a “?” or a “#”."),
    gettext_noop(
        "%(where)s holds a space, a line break or another character that no key has; "
        "copy the key again."
    ),
    gettext_noop("Port %(port)s is not one that providers use."),
    gettext_noop("This address cannot be understood."),
    gettext_noop(
        "This address is not in the public Internet. If it is a model of your own, list "
        "%(address)s in LOCAL_PROVIDERS and start the site again."
    ),
    gettext_noop("its host:port"),
    gettext_noop("This"),
    gettext_noop("This key"),
)
"""Those that hold something else; the others are texts as they are."""

_PLACE = re.compile(r"%\\\((\w+)\\\)s")


def retold(sentence: str) -> str:
    """The same in the language that is spoken now; what is no sentence of ours stays."""
    if not sentence or get_language() in ("en", None):
        return sentence
    ours, mark, said = sentence.partition(SAID.partition("%")[0])
    return _ours(ours) + (gettext(SAID) % {"said": said.removesuffix("”")} if mark else "")


def _ours(sentence: str) -> str:
    whole = gettext(sentence.replace("%", "%%")).replace("%%", "%")
    if whole != sentence:
        return whole
    for form in FORMS:
        if found := _pattern(form).fullmatch(sentence):
            return gettext(form) % {name: gettext(text) for name, text in found.groupdict().items()}
    return sentence


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(form)), re.DOTALL)
