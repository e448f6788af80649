"""Shares made, found by their link, listed and revoked."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from conversations import access
from conversations.access import Person
from conversations.models import Message
from conversations.sharing import sentences
from conversations.sharing.models import Share

RANDOM_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""As `secrets.token_urlsafe` spells that many bytes."""
REMEMBERED = timedelta(days=1)
"""How long one that was revoked is remembered, for a form that comes again."""


class Refused(Exception):
    """It cannot be shared so; the sentence says why."""


def make(
    user: Person,
    key: UUID,
    end: Message,
    data: dict[str, Any],
    parts: Collection[str] = (),
    *,
    shown_name: str = "",
    expires_at: datetime | None = None,
) -> Share:
    """The same form again makes no other; raises Refused, and Http404 if the message has gone."""
    if len(json.dumps(data, ensure_ascii=False).encode()) > settings.SHARE_BYTES:
        raise Refused(sentences.too_large())
    with transaction.atomic():
        access.hold(user)
        own = Share.objects.filter(owner_id=user.pk)
        if before := own.filter(key=key).first():
            return before
        own.filter(revoked_at__lt=timezone.now() - REMEMBERED).delete()
        if own.filter(revoked_at=None).count() >= settings.SHARES:
            raise Refused(sentences.too_many())
        held = Message.everything.select_for_update(no_key=True).filter(pk=end.pk)
        if not held.values_list("pk").first():
            raise Http404
        return Share.objects.create(
            owner_id=user.pk,
            key=key,
            token=secrets.token_urlsafe(RANDOM_BYTES),
            end=end,
            title=end.conversation.title,
            shown_name=shown_name,
            parts=sorted(parts),
            snapshot=data,
            expires_at=expires_at,
        )


def readable() -> Q:
    """Those that their links lead to now."""
    return Q(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        revoked_at=None,
        end__deletion=None,
        end__conversation__trashed_at=None,
        owner__is_active=True,
    )


def find(token: str) -> Share:
    """The share that this link leads to; raises Http404 alike for whatever leads nowhere."""
    found = None
    if TOKEN.fullmatch(token):
        found = Share.objects.filter(readable(), token=token).first()
    if found is None:
        raise Http404
    return found


def own(user: Person) -> QuerySet[Share]:
    """Those that the person did not revoke, without their snapshots, the newest first."""
    rows = Share.objects.filter(owner_id=user.pk, revoked_at=None).order_by("-pk")
    return rows.select_related("end__conversation").defer("snapshot", "end__text", "end__reasoning")


def revoke(user: Person, pk: int) -> None:
    """From now on its link leads nowhere, and what it held is gone."""
    rows = Share.objects.filter(owner_id=user.pk, pk=pk, revoked_at=None)
    rows.update(revoked_at=timezone.now(), snapshot={}, title="", shown_name="")


def going_with(messages: QuerySet[Message]) -> int:
    """How many links are deleted together with these messages; those that were revoked are none."""
    return Share.objects.filter(revoked_at=None, end__in=messages).count()
