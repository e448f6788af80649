"""Sessions in the database, as Django keeps them, read by a query that is composed once."""

from __future__ import annotations

from functools import cache

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from conversations.prepared import SOME_TEXT, PreparedRow


class SessionStore(db.SessionStore):
    """The class is named as Django's, for the name is part of what signs a session."""

    def _get_session_from_db(self) -> Session | None:
        session = _session().first(self.session_key)
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return None
        return session


@cache
def _session() -> PreparedRow[Session]:
    return PreparedRow(Session.objects.filter(session_key=SOME_TEXT), SOME_TEXT)
