"""An answer that its provider still holds, resumed after a person edited it."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming import lifecycle
from streaming.db_threads import in_thread
from streaming.demo.serving.server import DemoUpstream
from streaming.editing import answers
from streaming.models import Generation
from tests.streaming.runs.held import served

pytestmark = pytest.mark.django_db(transaction=True)

EDITED = "In my own words, "


async def test_the_kept_answer_is_not_read_on_below_an_edited_text(
    owner: User, settings: Any
) -> None:
    """It would continue another text than the one that stands."""
    async with (
        DemoUpstream(speed=20, say=lambda line: None) as upstream,
        served(owner, settings, upstream.url, "demo-tour") as here,
    ):
        pk = await here.send("demo-tour")
        await here.writes(pk, 40)
        await lifecycle.stop()
        run = await here.run(pk)
        assert run.response_id
        await lifecycle.ensure_started()
        edit = partial(answers.edit_answer, owner, uuid.uuid4(), run.message, EDITED, run.pk)
        edited = await in_thread(edit)()
        assert isinstance(edited, Generation)
        assert edited.status == "interrupted"
        last = await here.run(await here.resume(run.message_id))
        assert last.resume_mode not in ("", "replay")
        assert last.start_offset == len(EDITED)
        ended = await here.ended(last.pk)
        assert ended.message.text.startswith(EDITED)
