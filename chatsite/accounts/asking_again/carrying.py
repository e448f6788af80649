"""What was typed, carried through the question who it is, sealed in the page that asks.

Sealed, as it may hold the key of a provider, which no page shows; and for this person and address,
so that nobody else's page can have something done by it.
"""

from __future__ import annotations

import json

from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

from streaming.catalog import sealed_keys

NEVER_CARRIED = ("csrfmiddlewaretoken",)


def pack(request: HttpRequest, user: User) -> str:
    """For a hidden field of the page; nothing is packed of what only asks for a page."""
    typed = ""
    if request.method == "POST":
        fields = request.POST.copy()
        for name in NEVER_CARRIED:
            fields.pop(name, None)
        typed = fields.urlencode()
    return sealed_keys.seal(json.dumps([request.method, typed]), _purpose(request, user))


def unpack(request: HttpRequest, user: User, packed: str) -> tuple[str, QueryDict]:
    """The method, and what was typed; raises SuspiciousOperation if it was not packed here."""
    try:
        method, typed = json.loads(sealed_keys.unseal(packed, _purpose(request, user)))
    except sealed_keys.Unreadable:
        raise SuspiciousOperation("not packed here, for this person and address") from None
    return method, QueryDict(typed, encoding=request.encoding or "utf-8")


def _purpose(request: HttpRequest, user: User) -> str:
    return f"asked again of person {user.pk} at {request.get_full_path()}"
