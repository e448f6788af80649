"""Many people of one site, each signed in: what an answer costs is asked of many, not of one."""

from __future__ import annotations

import json

from tests.support.site import Site

MAKE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

def signed_in(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key

people = [User.objects.create(username=f"person-{{number}}") for number in range({count})]
print(json.dumps([settings.SESSION_COOKIE_NAME, *map(signed_in, people)]))
"""


def cookies_of_people(site: Site, count: int) -> list[dict[str, str]]:
    """So many people of their own, by the cookies with which they are signed in."""
    printed = site.manage("shell", "-c", MAKE.format(count=count))
    name, *keys = json.loads(printed.strip().splitlines()[-1])
    return [{name: key} for key in keys]
