"""A broadcast: rendered once for all who watch, and right whatever becomes of the rings."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.markdown import Operation, Renderer, render
from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.entries import Entry
from streaming.journal.run_facts import RunFacts
from streaming.live import broadcast, rendering
from streaming.live.answers import answer_rows, growing_answer
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.broadcast import BroadcastItem, Broadcasts
from streaming.live.fragments import article
from streaming.live.protocol import status
from streaming.live.rendering import Frame
from streaming.live.thread import catch_up
from streaming.models import Generation
from tests.support.document import Element, parse
from tests.support.rows import keep, running, worker
from tests.support.watcher import Watcher

pytestmark = pytest.mark.django_db(transaction=True)

FINISHED = RunFacts(Generation.Status.FINISHED, finish_reason="stop")


async def do(work: Callable[[], Any]) -> Any:
    return await in_thread(work)()


class Screen(Watcher):
    """A page that a broadcast shows something, by the rules that pages keep."""

    def __init__(self, html: str) -> None:
        super().__init__(parse(f'<div id="thread">{html}</div>'), "", "", "")
        self.items: deque[BroadcastItem] = deque()
        self.lost = False
        self.touched = asyncio.Event()

    @classmethod
    async def of(cls, run: Generation) -> Screen:
        """As the page would be if it was loaded now."""
        return cls(await do(lambda: article(answer_rows.load(run.message_id))))

    # What a broadcast calls

    def show(self, item: BroadcastItem) -> None:
        self.items.append(item)
        self.touched.set()

    def look_again(self) -> None:
        self.lost = True
        self.touched.set()

    # What a `Watcher` needs of its socket

    async def recv(self, decode: bool = True) -> str:
        match self.items.popleft():
            case Frame() as frame:
                if frame.status:
                    self.items.appendleft(self._status(frame.status))
                return frame.text
            case RenderedAnswer() as shown:
                message = int(self.article.attributes["data-message"])
                return str(await do(lambda: catch_up.whole(message, shown)))
            case text:
                return text

    async def send(self, command: str) -> None:
        assert json.loads(command)["type"] == "ack", "a broadcast left a gap"

    @property
    def over(self) -> bool:
        """Whether the last frame has come."""
        return any(isinstance(item, Frame) and item.status for item in self.items)

    async def until(self, is_so: Callable[[Screen], object]) -> None:
        """Waits until the broadcast has called so that it is so."""
        async with asyncio.timeout(10):
            while not is_so(self):
                self.touched.clear()
                await self.touched.wait()

    async def take_in_all(self) -> None:
        socket: Any = self
        while self.items:
            await self.take_in_one(socket)

    def _status(self, name: str) -> str:
        said = self.article.attributes
        return status(int(said["data-message"]), int(said["data-generation"]), name)

    def reads(self, text: str, *, complete: bool = False) -> bool:
        prefix = self.answer.attributes["id"]
        return self.answer.shown() == parse(render(text, prefix, complete=complete)).shown()


@pytest.fixture
def run(owner: User) -> Generation:
    return running(owner, worker())


async def watching(broadcasts: Broadcasts, run: Generation, screen: Screen) -> None:
    found = await broadcasts.watch(screen, run.pk, run.message_id, screen.cursor)
    assert found is not None


# One by one


async def test_what_was_written_before_and_behind_the_cursor_makes_one_text(
    run: Generation,
) -> None:
    bus = Bus()
    broadcasts = Broadcasts(bus)
    await do(lambda: keep(run, "One "))
    screen = await Screen.of(run)
    await do(lambda: keep(run, "two ", "three "))
    await watching(broadcasts, run, screen)
    bus.publish(Topic.ENTRIES.of(run.pk), await do(lambda: keep(run, "four")))
    await screen.take_in_all()
    assert screen.reads("One two three four")
    assert screen.cursor == 4


async def test_r2_a_lost_ring_is_made_good_by_the_next_one(run: Generation) -> None:
    bus = Bus()
    screen = await Screen.of(run)
    await watching(Broadcasts(bus), run, screen)
    await do(lambda: keep(run, "lost "))
    bus.publish(Topic.ENTRIES.of(run.pk), await do(lambda: keep(run, "heard")))
    await screen.until(lambda screen: screen.items)
    await screen.take_in_all()
    assert screen.reads("lost heard")


async def test_r2_doubled_and_late_rings_change_nothing(run: Generation) -> None:
    bus = Bus()
    screen = await Screen.of(run)
    await watching(Broadcasts(bus), run, screen)
    entries: list[list[Entry]] = [
        await do(partial(keep, run, text)) for text in ("one ", "two ", "three")
    ]
    for heard in (entries[0], entries[0], entries[2], entries[1], entries[2]):
        bus.publish(Topic.ENTRIES.of(run.pk), heard)
    await screen.until(lambda screen: len(screen.items) >= 2)
    await screen.take_in_all()
    assert screen.reads("one two three")
    assert screen.doubles == 0


async def test_a_watcher_ahead_of_the_rings_is_not_set_back(run: Generation) -> None:
    bus = Bus()
    broadcasts = Broadcasts(bus)
    other = await Screen.of(run)
    await watching(broadcasts, run, other)
    late = await do(lambda: keep(run, "One ", "two "))
    ahead = await Screen.of(run)
    assert ahead.reads("One two ")
    await watching(broadcasts, run, ahead)
    bus.publish(Topic.ENTRIES.of(run.pk), late)
    bus.publish(Topic.ENTRIES.of(run.pk), await do(lambda: keep(run, "three")))
    for screen in (other, ahead):
        await screen.until(lambda screen: screen.items)
    while ahead.items:
        await ahead.take_in_one(_socket(ahead))
        assert ahead.answer.text().startswith("One two")
    await other.take_in_all()
    assert ahead.reads("One two three")
    assert other.reads("One two three")


def _socket(screen: Screen) -> Any:
    return screen


async def test_a_run_that_ended_meanwhile_is_not_watched(run: Generation) -> None:
    broadcasts = Broadcasts(Bus())
    screen = await Screen.of(run)
    await do(lambda: store.close(run.pk, FINISHED))
    assert await broadcasts.watch(screen, run.pk, run.message_id, 0) is None


async def test_the_end_is_shown_once_and_after_everything_else(run: Generation) -> None:
    bus = Bus()
    screen = await Screen.of(run)
    await watching(Broadcasts(bus), run, screen)
    bus.publish(Topic.ENTRIES.of(run.pk), await do(lambda: keep(run, "heard, ")))
    await do(lambda: keep(run, "*not heard*"))
    await do(lambda: store.close(run.pk, FINISHED))
    for _ in range(2):
        bus.publish(Topic.CLOSED.of(run.pk))
    await screen.until(lambda screen: screen.over)
    await screen.take_in_all()
    assert screen.status == "finished"
    assert screen.reads("heard, *not heard*", complete=True)
    assert bus._subscribers == {}


async def test_who_watches_a_run_that_moved_or_went_away_is_told_to_look_again(
    run: Generation,
) -> None:
    for topic in (Topic.MOVED, Topic.CLOSED):
        bus = Bus()
        screen = await Screen.of(run)
        await watching(Broadcasts(bus), run, screen)
        if topic is Topic.CLOSED:
            await do(run.conversation.delete)
        bus.publish(topic.of(run.pk))
        await screen.until(lambda screen: screen.lost)
        assert bus._subscribers == {}


async def test_nothing_is_rendered_once_nobody_watches(run: Generation) -> None:
    bus = Bus()
    broadcasts = Broadcasts(bus)
    screens = [await Screen.of(run) for _ in range(2)]
    first, second = [
        await broadcasts.watch(screen, run.pk, run.message_id, 0) for screen in screens
    ]
    assert first is not None
    assert first is second
    broadcasts.leave(screens[0], first)
    assert bus._subscribers
    broadcasts.leave(screens[1], first)
    assert bus._subscribers == {}


async def test_a_watcher_that_goes_away_while_it_is_let_in_leaves_nothing_running(
    run: Generation,
) -> None:
    bus = Bus()
    broadcasts = Broadcasts(bus)
    screen = await Screen.of(run)
    entering = asyncio.create_task(broadcasts.watch(screen, run.pk, run.message_id, 0))
    await asyncio.sleep(0)
    assert bus._subscribers
    entering.cancel()
    await asyncio.gather(entering, return_exceptions=True)
    assert bus._subscribers == {}


async def test_what_comes_in_one_large_piece_is_rendered_off_the_loop(
    run: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: dict[int, int] = {}

    class Noticed(Renderer):
        def feed(self, delta: str) -> list[Operation]:
            rendered[len(delta)] = threading.get_ident()
            return super().feed(delta)

    monkeypatch.setattr(growing_answer, "Renderer", Noticed)
    bus = Bus()
    screen = await Screen.of(run)
    assert await Broadcasts(bus).watch(screen, run.pk, run.message_id, 0)
    most = rendering.MOST_ON_THE_LOOP
    for text in ("a" * most, "b" * (most + 1), "c"):
        entries = await do(partial(keep, run, ("text", text)))
        bus.publish(Topic.ENTRIES.of(run.pk), entries)
    await screen.until(lambda screen: sum(isinstance(item, Frame) for item in screen.items) == 3)
    await screen.take_in_all()
    assert rendered[most] == threading.get_ident()
    assert rendered[most + 1] != threading.get_ident()
    assert screen.reads("a" * most + "b" * (most + 1) + "c")


# In any order

PIECES = st.sampled_from(
    (
        *("word ", "**bold", "** ", "\n\n", "- item\n", "```py\n", "x = 1\n", "```\n"),
        *("| a | b |\n", "|---|---|\n", "🦉", "e\u0301", "<b>", "&amp;", "[link](", "http://x) "),
        *("$x^2$ ", "# Head\n", "An end."),
    )
)
OTHERS = {"thought": "700", "tool_start": '{"index":0,"id":"call","name":"tool"}'}
ENTRIES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["text", "text", "text", "reasoning"]), PIECES),
        st.sampled_from(list(OTHERS.items())),
    ),
    min_size=1,
    max_size=3,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["heard", "lost", "late", "doubled"]), ENTRIES),
        st.tuples(st.sampled_from(["joins", "drops", "reads"]), st.integers(0, 3)),
    ),
    max_size=25,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=STEPS,
    frames_kept=st.sampled_from([2, 256]),
    on_the_loop=st.sampled_from([2, rendering.MOST_ON_THE_LOOP]),
)
def test_r2_any_page_at_any_time_with_what_it_is_sent_then_shows_the_final_text(
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
    steps: list[Any],
    frames_kept: int,
    on_the_loop: int,
) -> None:
    monkeypatch.setattr(broadcast, "FRAMES_KEPT", frames_kept)
    monkeypatch.setattr(rendering, "MOST_ON_THE_LOOP", on_the_loop)
    asyncio.run(play(running(owner, worker()), steps))


async def play(run: Generation, steps: list[Any]) -> None:
    bus = Bus()
    broadcasts = Broadcasts(bus)
    screens: list[tuple[Screen, Any]] = []
    late: list[list[Entry]] = []
    for step, about in steps:
        match step:
            case "joins":
                screen = await Screen.of(run)
                entered = await broadcasts.watch(screen, run.pk, run.message_id, screen.cursor)
                screens.append((screen, entered))
            case "drops" if screens:
                screen, entered = screens.pop(about % len(screens))
                broadcasts.leave(screen, entered)
                screen.items.clear()
                entered = await broadcasts.watch(screen, run.pk, run.message_id, screen.cursor)
                screens.append((screen, entered))
            case "reads" if screens:
                await screens[about % len(screens)][0].take_in_all()
            case "heard" | "lost" | "late" | "doubled":
                entries = await do(partial(keep, run, *about))
                heard = {"heard": [entries], "doubled": [entries, entries]}.get(step, [])
                if step == "late":
                    late.append(entries)
                elif heard:
                    heard += [late.pop()] if late else []
                for ring in heard:
                    bus.publish(Topic.ENTRIES.of(run.pk), ring)
    await do(lambda: store.close(run.pk, FINISHED))
    whole = await Screen.of(run)
    bus.publish(Topic.CLOSED.of(run.pk))
    for screen, _ in screens:
        await screen.until(lambda screen: screen.over or screen.lost)
        await screen.take_in_all()
        if not screen.lost:
            assert parts_of(screen.article) == parts_of(whole.article)
            assert (screen.status, screen.doubles) == ("finished", 0)


def parts_of(article: Element) -> list[str]:
    """What an answer shows, part after part, as far as it is the answer's own."""
    texts = article.all("data-answer") + article.all("data-tool") + article.all("dir", "auto")
    own = {id(each): each for each in texts}
    return [own[id(each)].shown() for each in article.walk() if id(each) in own]
