"""How a run continues what its message holds: what upstream still has is read, not asked for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.providers.config import ProviderConfig
from streaming.runs.job import Way, resume_way
from tests.streaming.runs.held import background
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db


def marked(owner: User, status: str = "failed", **fields: Any) -> Generation:
    """A run that broke off while its provider wrote on."""
    generation = running(owner, worker())
    keep(generation, "So far", ("mark", "7 resp_1"))
    error = {"failed": "upstream_disconnected", "interrupted": "interrupted"}.get(status, "")
    store.close(generation.pk, RunFacts(Generation.Status(status), error_code=error))
    Generation.objects.filter(pk=generation.pk).update(
        **{"provider": "bg", "model": "model"} | fields
    )
    return Generation.objects.select_related("message").get(pk=generation.pk)


def way(runs: Sequence[Generation], config: ProviderConfig, model: str = "model") -> Way:
    return resume_way(runs, runs[-1].message.text, config, model, set())


HELD = background("http://127.0.0.1:1/v1", "model")


@pytest.mark.parametrize("status", ["failed", "interrupted"])
def test_an_answer_that_is_still_held_is_read_on(owner: User, status: str) -> None:
    run = marked(owner, status)
    mode, replay = way([run], HELD)
    assert mode == "replay"
    assert replay is not None
    assert (replay.response_id, replay.after, replay.partial) == ("resp_1", 7, "So far")


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "cancelled"},
        {"error_code": "upstream_server_error"},
        {"response_cursor": None},
        {"ended_at": timezone.now() - timedelta(minutes=11)},
        {"provider": "somebody"},
        {"model": "another"},
    ],
)
def test_what_is_not_held_is_told_to_go_on(owner: User, fields: dict[str, Any]) -> None:
    run = marked(owner, **fields)
    assert way([run], HELD) == ("instruct", None)


def test_configuration_wins(owner: User) -> None:
    run = marked(owner)
    assert way([run], replace(HELD, resume="instruct")) == ("instruct", None)
    assert way([run], replace(HELD, options={})) == ("instruct", None)


def test_the_provider_is_told_what_is_kept_of_its_own_answer_alone(owner: User) -> None:
    first = marked(owner)
    second = Generation.objects.create(
        conversation=first.conversation,
        message=first.message,
        requested_by=owner,
        request_key=uuid.uuid4(),
        provider="bg",
        model="model",
        resume_mode="instruct",
        start_offset=3,
        status="failed",
        error_code="upstream_timeout",
        ended_at=timezone.now(),
        response_id="resp_2",
        response_cursor=9,
    )
    replay = way([first, second], HELD).replay
    assert replay is not None
    assert (replay.response_id, replay.after, replay.partial) == ("resp_2", 9, "far")
