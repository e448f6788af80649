"""Starting and ending the site as its users do: what is printed, what is refused, how fast."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests import ROOT
from tests.bench.support.process import Process
from tests.support.kept import kept_answers
from tests.support.site import ENTER_LINK, Program, Site, clean_environment, free_port
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server


def get(url: str) -> httpx.Response:
    """A visit by somebody without a session."""
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=30) as client:
        return client.get(url)


@contextmanager
def started(*command: str, **settings: str) -> Iterator[Program]:
    program = Program([*command], clean_environment(**settings))
    try:
        yield program
    finally:
        program.end()


def refusal(**settings: str) -> str:
    """What a failing start prints; it must be one line, without a traceback."""
    settings = {"PORT": str(free_port())} | settings
    with started(sys.executable, "manage.py", "serve", **settings) as program:
        assert program.wait(30) != 0
        said = program.rest()
    assert said.strip().count("\n") == 0, said
    return said


def test_the_printed_link_signs_in_once(site: Site) -> None:
    assert "data-compose" in get(site.enter_url).text
    again = get(site.enter_url)
    assert "data-compose" not in again.text
    assert again.status_code in {200, 403, 404}


def test_without_the_link_the_page_asks_to_sign_in(shared_site: Site) -> None:
    reply = get(shared_site.base_url)
    assert reply.url.path == "/login/"
    assert "enter_link" in reply.text


def test_enter_link_makes_another_link(shared_site: Site) -> None:
    link = re.search(r"http://\S+/enter/\S+", shared_site.manage("enter_link"))
    assert link is not None
    assert "data-compose" in get(link[0]).text


def test_healthz_says_that_the_site_can_write(shared_site: Site) -> None:
    reply = get(shared_site.base_url + "/healthz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


def test_a_model_server_nearby_is_offered_in_place_of_the_demo(
    upstream: Upstream, tmp_path: Path
) -> None:
    nearby = urlsplit(upstream.url).netloc
    site = Site(tmp_path, NEARBY_MODELS=f"{nearby}, 127.0.0.1:{free_port()}")
    try:
        site.start(from_nothing=True)
        page = get(site.enter_url).text
    finally:
        site.end()
    assert f'<optgroup label="{nearby}">' in page
    assert "A demo provider is answering" not in page


def test_a_second_start_takes_less_than_five_seconds_and_collects_nothing(site: Site) -> None:
    """CPU time: `make bench` has the budget in seconds of the clock."""
    manifest = site.folder / "static" / "staticfiles.json"
    collected = manifest.stat().st_mtime_ns
    assert site.terminate() == 0
    site.start()
    assert Process(site.running.process.pid).cpu_seconds() < 5
    assert manifest.stat().st_mtime_ns == collected
    assert get(site.base_url + "/healthz").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_in_time_and_keeps_what_was_being_written(
    tmp_path: Path, upstream: Upstream, number: signal.Signals
) -> None:
    model = "demo-clock-50-5000"
    with upstream.site(tmp_path, model) as site:
        async with Visitor(site) as visitor:
            sent = await visitor.send("Write.", f"demo/{model}")
            watcher = await visitor.watch(sent.conversation)
            watching = asyncio.create_task(watcher.watch_to_the_end())
            await watcher.reaches(20)
            before = time.monotonic()
            site.running.signal(number)
            status = await asyncio.to_thread(site.running.wait)
            assert (status, time.monotonic() - before < 10) == (0, True)
            await watching
        kept = kept_answers(site)[sent.generation]
    assert (kept.status, kept.entries) == ("interrupted", ())
    assert len(watcher.answer.text()) >= 20
    assert kept.text.startswith(watcher.answer.text())
    assert "Traceback" not in site.running.rest()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert port in refusal(DATA_DIR=str(tmp_path / "data"), PORT=port)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "data")
    assert folder in refusal(DATA_DIR=folder)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("PUBLIC_ORIGIN", "http://chat.example.org")]
)
def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str) -> None:
    said = refusal(**{"DATA_DIR": str(tmp_path), name: value})
    assert name in said
    assert value in said


def test_a_malformed_providers_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "providers.toml"
    path.write_text("[[provider]\nname = ")
    assert str(path) in refusal(DATA_DIR=str(tmp_path), CHAT_PROVIDERS=str(path))


def test_ctrl_c_ends_make_run_without_a_trace(tmp_path: Path) -> None:
    checkout = checkout_with_environment(tmp_path)
    settings = {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}
    with started("make", "-C", str(checkout), "run", **settings) as program:
        program.wait_for_line(ENTER_LINK)
        os.killpg(program.process.pid, signal.SIGINT)
        program.wait(12)
        assert "Traceback" not in program.rest()


def checkout_with_environment(folder: Path) -> Path:
    """This checkout, with an environment as `make run` would have made it."""
    checkout = folder / "checkout"
    (checkout / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "manage.py", "requirements.lock", ".ci"):
        (checkout / name).symlink_to(ROOT / name)
    here = Path(sys.prefix)
    shutil.copy(here / "pyvenv.cfg", checkout / ".venv")
    shutil.copy(ROOT / "requirements.lock", checkout / ".venv/installed-requirements.lock")
    (checkout / ".venv" / "lib").symlink_to(here / "lib")
    (checkout / ".venv" / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    return checkout
