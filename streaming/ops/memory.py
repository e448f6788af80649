"""A process that has nothing to do holds little memory."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sized

from django.conf import settings

from streaming.db_threads import end_page_threads
from streaming.ops.malloc import give_back


async def keep_small(runs: Sized) -> None:
    """After the start, and after a busy time once no answer is written, give memory back."""
    was_busy = True
    while True:
        await asyncio.sleep(settings.MEMORY_EVERY_SECONDS)
        if was_busy and not len(runs):
            await end_page_threads()
            gc.collect()
            await asyncio.to_thread(give_back)
        was_busy = bool(len(runs))
