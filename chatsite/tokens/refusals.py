"""What a program is told that may not do this: who it has to be, or what its token lacks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

from chatsite import sentences
from streaming.api.problems import problem


def unauthorised(sentence: str = sentences.TOKEN_NEEDED, **said: str) -> HttpResponse:
    return problem(401, sentence, headers=challenge(**said))


def challenge(**said: str) -> dict[str, str]:
    """What a client is told of how to sign in (RFC 6750)."""
    parts = [f'realm="{settings.PUBLIC_ORIGIN}"', *(f'{name}="{said[name]}"' for name in said)]
    return {"WWW-Authenticate": f"Bearer {', '.join(parts)}"}
