"""Whether what is asked fits into the model's window, looked at before anything is dialled."""

from __future__ import annotations

from streaming.catalog.model_menu import ModelChoice
from streaming.models import Generation
from streaming.runs.job import Job
from streaming.runs.refusals import must_fit
from streaming.site import site
from streaming.windows import counting, sizes

SURELY_FITS = 100
"""Characters: nobody may say of a model that it reads fewer tokens."""


def check(job: Job, generation: Generation) -> None:
    """Raises TooFull. Most requests have fewer characters than their window tokens: these fit."""
    here, choice = site(), ModelChoice(generation.provider, generation.model)
    if job.characters <= SURELY_FITS and job.unread is None:
        return
    config = here.runner.provider(choice.provider).config
    window = sizes.window(here.menu, config, job.person, choice)
    if window is None or (job.characters <= window and job.unread is None):
        return
    used, reported = counting.count(generation.conversation, generation.message_id)
    must_fit(used, window, reported=reported)
