"""Whether what is asked fits into the model's window, looked at before anything is dialled."""

from __future__ import annotations

from streaming.catalog.model_menu import ModelChoice
from streaming.error_messages import replies
from streaming.models import Generation
from streaming.runs.job import Job
from streaming.runs.refusals import Refused, must_fit
from streaming.sent_files import refusing
from streaming.site import site
from streaming.windows import counting, sizes

SURELY_FITS = 100
"""Characters: nobody may say of a model that it reads fewer tokens."""


def check(job: Job, generation: Generation) -> None:
    """Raises Refused. Most requests have fewer characters than their window tokens: these fit."""
    here, choice = site(), ModelChoice(generation.provider, generation.model)
    if job.characters <= SURELY_FITS and job.unread is None:
        return
    config = here.runner.provider(choice.provider).config
    if job.unread is not None and here.menu.facts(*choice).images is False:
        must_see(generation.message.parent_id, here.menu.name(*choice))
    window = sizes.window(here.menu, config, job.person, choice)
    if window is None or (job.characters <= window and job.unread is None):
        return
    used, reported = counting.count(generation.conversation, generation.message_id, config)
    must_fit(used, window, reported=reported)


def must_see(prompt_id: int | None, model: str) -> None:
    """Raises Refused where pictures hang on the prompt that this model is asked."""
    if prompt_id is not None and refusing.shows_pictures(prompt_id):
        raise Refused(replies.takes_no_pictures(model))
