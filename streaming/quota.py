"""How much one person, and one process, may begin: L5, L6."""

from __future__ import annotations

import math
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.access import Person
from streaming.error_messages import replies
from streaming.models import Generation


class Spent(Exception):
    """No more now; the sentence says the limit, and `wait` how many seconds, if that is known."""

    def __init__(self, sentence: str, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


def check(user: Person, running_here: int) -> None:
    """Raise Spent if this person may not begin another answer now.

    In the transaction that begins it: no other of this person's passes here until it is over.
    """
    if running_here >= settings.RUNNING_GENERATIONS:
        raise Spent(replies.TOO_MUCH_HERE, 5)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # SQLite lets one write anyway
    own = Generation.objects.filter(requested_by_id=user.pk)
    running = own.running().count()
    if running >= settings.RUNNING_PER_USER + settings.WAITING_PER_USER:
        raise Spent(replies.too_many_running(running))
    begun = own.filter(automatic=False).order_by("-pk").values_list("created_at", flat=True)
    for most, span, name in (
        (settings.SENDS_A_MINUTE, timedelta(minutes=1), "a minute"),
        (settings.SENDS_A_DAY, timedelta(days=1), "a day"),
    ):
        first = begun[most - 1 : most].first()
        left = first + span - timezone.now() if first else timedelta()
        if left > timedelta():
            wait = math.ceil(left.total_seconds())
            raise Spent(replies.too_many_sent(most, name, wait), wait)
