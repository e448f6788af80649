"""Answers that came with an import were asked by nobody here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.transfer.sources import open_webui
from streaming.costs.sums import lines
from streaming.models import Generation
from streaming.quota import beginning
from streaming.runs.takeover import left_behind
from streaming.transfer.incoming import conversations as conversations_in
from tests.support.archives import examples as archives

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(owner: User) -> Any:
    """One of them broke off, all of them just now."""
    conversations_in.take(owner, open_webui.thread(archives.open_webui()))
    rows = Generation.objects.filter(requested_by=None)
    rows.update(created_at=timezone.now(), ended_at=timezone.now(), usage_source="reported")
    assert rows.count() == 3
    assert rows.filter(status="interrupted").count() == 1
    return rows


def test_they_count_for_no_limit(owner: User, answers: Any, settings: Any) -> None:
    settings.SENDS_A_MINUTE = settings.SENDS_A_DAY = 1
    assert beginning.check(owner, 0).running == 0


def test_they_are_in_no_sum(owner: User, answers: Any) -> None:
    today = timezone.localdate()
    assert lines(owner.pk, today - timedelta(days=2), today + timedelta(days=2)) == []


def test_none_is_resumed_by_itself(owner: User, answers: Any) -> None:
    assert not left_behind().exists()
