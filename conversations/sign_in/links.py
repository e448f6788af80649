"""Links that sign the owner of this machine in, once."""

from __future__ import annotations

import shlex
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import base36_to_int
from django.views.decorators.http import require_GET

from conversations.sign_in import next_page

OWNER = "owner"
DEFAULT_PORT = 8000


class EnterTokens(PasswordResetTokenGenerator):
    """Tokens that every sign-in makes void, for they depend on the time of the last one."""

    key_salt = "conversations.enter"

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Void after a while, too: an old link may still be in a terminal or a log."""
        if not super().check_token(user, token):
            return False
        made = base36_to_int(str(token).partition("-")[0])
        return self._num_seconds(self._now()) - made <= settings.SIGN_IN_LINK_SECONDS

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        last = user.last_login.isoformat() if user.last_login else ""
        return f"{user.pk}{user.password}{last}{timestamp}"


tokens = EnterTokens()


def local_owner() -> User:
    """The owner of this machine; made at the first start, with all rights."""
    owner, made = get_user_model().objects.get_or_create(
        username=OWNER, defaults={"is_staff": True, "is_superuser": True}
    )
    if made:
        owner.set_unusable_password()
        owner.save(update_fields=["password"])
    return owner


def enter_link() -> str:
    """A link that signs the local owner in, once."""
    path = reverse("enter", args=[tokens.make_token(local_owner())])
    return f"{settings.PUBLIC_ORIGIN}{path}"


def command() -> str:
    """The shell command that makes another link, with this site's data folder and port.

    On a site that is not for this machine alone it names no folder: strangers can read it.
    """
    own = {"DATA_DIR": settings.DATA_DIR, "PORT": settings.PORT}
    usual = {"DATA_DIR": settings.BASE_DIR / "var", "PORT": DEFAULT_PORT}
    if f"http://127.0.0.1:{settings.PORT}" != settings.PUBLIC_ORIGIN:
        own = usual
    set_here = own.items() - usual.items()
    words = [f"{name}={shlex.quote(str(value))}" for name, value in sorted(set_here)]
    return " ".join([*words, ".venv/bin/python manage.py enter_link"])


@login_not_required
@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign the owner in and make the link void; of two clicks at once only one succeeds."""
    owner = get_user_model().objects.filter(username=OWNER, is_active=True).first()
    now = timezone.now()
    if owner is None or not tokens.check_token(owner, token) or not _use(owner, now):
        return render(request, "account/login.html", {"used": True}, status=403)
    owner.last_login = now
    login(request, owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    reply = redirect(next_page.recall(request))
    next_page.forget(request, reply)
    return reply


def _use(owner: User, now: datetime) -> bool:
    """Whether nobody has signed in as the owner since the row was read."""
    unused = get_user_model().objects.filter(pk=owner.pk, last_login=owner.last_login)
    return bool(unused.update(last_login=now))
