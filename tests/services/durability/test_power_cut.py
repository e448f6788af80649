"""R20: a power cut at any moment loses no word that a socket had sent.

A running site is traced. For 100 moments its files are reconstructed: once from what had been
flushed, and once with a part of what had not, torn at sectors. Both are opened as the next start
would open them, and compared with every frame that had been sent until then.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from tests.power import trace
from tests.power.disk import Disk
from tests.power.sent import Shown, Sockets
from tests.support.kept import Kept, kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.services

MOMENTS = 100
ANSWERS = 6
MODELS = ("demo-clock-50-5000", "demo-clock-50-80")
DATABASE = "chatsite.sqlite3"


class TracedSite(Site):
    @property
    def log(self) -> Path:
        return self.folder.parent / "trace"

    def command(self) -> list[str]:
        return [*trace.tracing(self.log), *super().command()]


@dataclass(frozen=True, slots=True)
class Cut:
    """A power cut: what readers had been shown, and two disks that may be found afterwards."""

    shown: tuple[Shown, ...]
    flushed: dict[str, bytes]
    torn: dict[str, bytes]


@pytest.mark.parametrize("careful", [True, False], ids=["as it is", "synchronous=NORMAL"])
async def test_r20_a_power_cut_takes_nothing_that_was_shown_unless_the_disk_is_not_waited_for(
    tmp_path: Path, upstream: Upstream, careful: bool
) -> None:
    relaxed = (
        {} if careful else {"DJANGO_SETTINGS_MODULE": "tests.services.support.relaxed_settings"}
    )
    offered = upstream.offer(tmp_path, *MODELS)
    site = TracedSite(tmp_path / "data", CHAT_PROVIDERS=offered, **relaxed)
    try:
        site.start(from_nothing=True)  # so that each write is traced
        await answers_are_watched(site)
    finally:
        site.end()
    final = kept_answers(site)
    lost = looked_at = 0
    for number, cut in enumerate(cuts(site, Random(20))):
        looked_at += 2 * len(cut.shown)
        for name, files in (("flushed", cut.flushed), ("torn", cut.torn)):
            lost += lost_of(cut.shown, files, tmp_path / f"{number}-{name}", final)
            if careful:
                assert lost == 0, f"{lost} of {len(cut.shown)} frames: {number}, {name}"
                assert {"secret_key", "field_key"} <= {Path(path).name for path in files}
    assert looked_at > MOMENTS * 200, "too little was shown to prove anything"
    assert (lost > 0) != careful, f"{lost} of {looked_at} frames were lost"


async def answers_are_watched(site: Site) -> None:
    """Some answers end, one is stopped, the others are being written when the site is killed."""
    async with Visitor(site) as visitor:
        models = (f"demo/{MODELS[number % 2]}" for number in range(ANSWERS))
        sent = [await visitor.send("Go.", model) for model in models]
        watchers = [visitor.watch_on(one) for one in sent]
        watching = [asyncio.create_task(watcher.watch_to_the_end()) for watcher in watchers]
        await watchers[0].reaches(40)
        await visitor.stop(sent[0].generation)
        await asyncio.gather(watching[0], *watching[1::2])
        await watchers[2].reaches(200)  # frames join where the machine is slow
        site.end()
        await asyncio.gather(*watching)


def cuts(site: TracedSite, chance: Random) -> Iterator[Cut]:
    """At random moments after the first frame was sent."""
    calls = trace.read(site.log)
    events = sorted(
        [(call.began, 0, call) for call in calls]
        + [(call.ended, 1, call) for call in calls if call.ended >= 0],
        key=lambda event: event[:2],
    )
    first = next(call.began for call in calls if b"<!--frame" in sent_by(call))
    moments = sorted(chance.sample(range(first, events[-1][0]), MOMENTS))
    disk, sockets, shown = Disk(site.folder), Sockets(), list[Shown]()
    for moment, ended, call in events:
        while moments and moments[0] < moment:
            moments.pop(0)
            yield Cut(tuple(shown), disk.flushed(), disk.torn(chance))
        if ended:
            disk.end(call)
        else:
            disk.begin(call)
            if call.name == "sendto":
                shown += sockets.take(call)


def sent_by(call: trace.Call) -> bytes:
    return call.text(1) if call.name == "sendto" else b""


def lost_of(
    shown: tuple[Shown, ...], files: dict[str, bytes], folder: Path, final: dict[int, Kept]
) -> int:
    """How many of the frames the database does not hold after the cut."""
    folder.mkdir()
    for path, content in files.items():
        (folder / Path(path).name).write_bytes(content)
    try:
        kept, conversations = found_in(folder)
    except (sqlite3.Error, AssertionError):
        return len(shown)
    shutil.rmtree(folder)
    other_words = {pk for pk, answer in kept.items() if not final[pk].text.startswith(answer.text)}
    return sum(
        frame.generation in other_words or not is_kept(frame, kept, conversations)
        for frame in shown
    )


def found_in(folder: Path) -> tuple[dict[int, Kept], set[UUID]]:
    with closing(sqlite3.connect(folder / DATABASE)) as rows:
        [(verdict,)] = rows.execute("PRAGMA integrity_check")
        assert verdict == "ok", verdict
        found = rows.execute("SELECT id FROM conversations_conversation").fetchall()
    return kept_answers(Site(folder)), {UUID(pk) for (pk,) in found}


def is_kept(frame: Shown, kept: dict[int, Kept], conversations: set[UUID]) -> bool:
    if frame.conversation is not None:
        return frame.conversation in conversations
    answer = kept.get(frame.generation)
    if answer is None:
        return False
    if answer.status != "running":
        return True
    return not frame.ended and frame.seq <= len(answer.entries)
