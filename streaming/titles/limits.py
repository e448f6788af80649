"""How many titles one person may ask for: they count with what that person sends (L5, L6)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from conversations import access
from conversations.access import Person
from conversations.quotas import holding
from streaming.error_messages import replies
from streaming.models import Generation
from streaming.quota import monthly
from streaming.quota.spent import Spent
from streaming.site import site
from streaming.titles.models import TitleRequest


def check(user: Person) -> None:
    """Raise Spent if this person may not ask for a title now. Answers are not held up by titles.

    In the transaction that asks for it: no other of this person's passes here until it is over.
    """
    access.hold(user)
    quotas = holding.of(user.pk)
    if len(site().runner) >= settings.RUNNING_GENERATIONS:
        raise Spent(replies.TOO_MANY_TITLES, 5)
    own = TitleRequest.objects.filter(requested_by_id=user.pk)
    since = timezone.now() - timedelta(seconds=2 * settings.TITLE_SECONDS)
    running = own.filter(status=TitleRequest.Status.RUNNING, asked_at__gt=since)
    if running.count() >= quotas.running:
        raise Spent(replies.TOO_MANY_TITLES, 5)
    _check_span(user, quotas.sends_a_minute, timedelta(minutes=1))
    _check_span(user, quotas.sends_a_day, timedelta(days=1))
    monthly.check(user.pk, quotas)


def _check_span(user: Person, most: int, span: timedelta) -> None:
    since = timezone.now() - span
    titles = TitleRequest.objects.filter(requested_by_id=user.pk, asked_at__gt=since)
    sent = Generation.objects.filter(requested_by_id=user.pk, automatic=False)
    if titles.count() + sent.filter(created_at__gt=since).count() >= most:
        raise Spent(replies.TOO_MANY_TITLES, min(int(span.total_seconds()), 60))
