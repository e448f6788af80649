"""What a person's answers used and cost this month, against what they may: months are of UTC."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time

from django.utils import timezone

from conversations.quotas.rules import Quotas
from streaming.costs import sums
from streaming.costs.bill import grouped, money
from streaming.costs.months import later
from streaming.error_messages import replies
from streaming.quota.spent import Spent


def check(person: int, quotas: Quotas) -> None:
    """Raise Spent once a limit is reached: what is being written is finished, and then counts.

    Where there is no limit, nothing is added up.
    """
    tokens, cost = quotas.tokens_a_month, quotas.cost_a_month
    if tokens is None and cost is None:
        return
    now = timezone.now()
    first = now.astimezone(UTC).date().replace(day=1)
    used = sums.used_since(person, first)
    opens = datetime.combine(later(first, 1), time(), UTC)
    wait = math.ceil((opens - now).total_seconds())
    if tokens is not None and used.tokens >= tokens:
        raise Spent(replies.month_of_tokens(grouped(used.tokens), grouped(tokens), opens), wait)
    if cost is not None and used.nanos >= cost:
        paid, most = money(used.nanos, "USD"), money(cost, "USD")
        raise Spent(replies.month_of_cost(paid, most, opens), wait)
