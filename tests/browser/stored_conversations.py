"""Conversations that are stored already: rows made without the site's pages."""

from __future__ import annotations

from tests.support.site import Site

MAKE = """
from django.contrib.auth.models import User
from tests.support.rows import long_conversation
print(long_conversation(User.objects.first(), {size}, {text!r}).pk)
"""


def conversation(site: Site, size: int, text: str) -> str:
    """The path of a new conversation with that many messages; each answer is this text."""
    assert site.cookies  # its owner exists from then on
    made = site.manage("shell", "-c", MAKE.format(size=size, text=text))
    return f"/c/{made.split()[-1]}/"
