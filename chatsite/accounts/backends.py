"""How Django finds the person of a session, or of a name and a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied


class PeopleBackend(ModelBackend):
    """The person comes with what says their role, by the one query that finds them."""

    def authenticate(self, request: Any, **credentials: Any) -> User:  # type: ignore[override]  # stricter
        """Where this refuses, the backend that old sessions name does not check once more."""
        found = super().authenticate(request, **credentials)
        if not isinstance(found, User):
            raise PermissionDenied
        return found

    def get_user(self, user_id: int) -> User | None:
        found = User.objects.select_related("standing").filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None
