"""Calls in the same moment, as requests of two tabs are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from streaming.runs.refusals import Refused


async def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls came to, each in a thread of its own."""

    def call(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(calls)) as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, call, one) for one in calls))
