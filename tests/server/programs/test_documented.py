"""Every command of docs/api.md, run in a shell against a real server."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import ROOT
from tests.server.programs.curl import new_token
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

SHORT, LONG = "demo-clock-50-20", "demo-clock-50-5000"
BLOCK = re.compile(
    r"^## (?P<heading>[^\n]+)$|^```sh\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks() -> dict[str, list[str]]:
    """The commands of the page, by their heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for part in BLOCK.finditer((ROOT / "docs/api.md").read_text("utf-8")):
        heading = part["heading"] or heading
        if commands := part["commands"]:
            found.setdefault(heading, []).append(commands.replace("\\\n", " "))
    return found


def run(site: Site, commands: str, **named: str) -> list[str]:
    """What each command printed."""
    printed = []
    for command in commands.strip().splitlines():
        done = subprocess.run(
            ["bash", "-euc", command],
            env={"PATH": "/usr/bin:/bin", "no_proxy": "*", "SITE": site.base_url, **named},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, (command, done.stderr)
        assert '"status": 4' not in done.stdout, (command, done.stdout)
        printed.append(done.stdout)
    return printed


async def test_each_command_does_what_the_page_says(upstream: Upstream, tmp_path: Any) -> None:
    with upstream.site(tmp_path, SHORT, LONG) as site:
        async with Visitor(site) as visitor:
            token = await new_token(visitor, "write")
        told = {"TOKEN": token, "MODEL": f"demo/{SHORT}"}
        parts = blocks()
        [[who]] = [run(site, each, **told) for each in parts.pop("Tokens")]
        assert json.loads(who)["scope"] == "write"

        long = begin(site, token, LONG)
        until_written(site, token, long["id"])
        stopped, resumed = run(
            site, parts.pop("Stop and resume")[0], MESSAGE=str(long["id"]), **told
        )
        assert json.loads(stopped)["status"] == "cancelled"
        assert json.loads(resumed)["status"] == "running"

        short = begin(site, token, SHORT)
        named = {"MESSAGE": str(short["id"]), "CONVERSATION": short["conversation"], **told}
        plain, lines = run(site, parts["Follow"][0], **named)
        assert plain.count("⟨") == 20
        events = [json.loads(line) for line in lines.splitlines() if line]
        assert events[-1]["event"] == "end"
        assert "".join(each["text"] for each in events if each["event"] == "text") == plain
        [rest] = run(
            site, parts.pop("Follow")[1], CURSOR=f"{short['cursor'].split('.')[0]}.5", **named
        )
        assert f'"from": 5, "text": {json.dumps(plain[5:], ensure_ascii=False)}' in rest

        lists = [json.loads(one) for each in parts.pop("Read") for one in run(site, each, **named)]
        assert {each["id"] for each in lists[0]["conversations"]} >= {short["conversation"]}
        assert lists[1]["messages"][-1]["text"] == lists[2]["text"] == plain

        sends(site, parts.pop("Send"), named, tmp_path)
        [[document]] = [run(site, each) for each in parts.pop("Refusals and limits")]
        assert json.loads(document)["openapi"].startswith("3.1")
        assert parts == {}


def until_written(site: Site, token: str, message: int) -> None:
    """Returns once a character stands there: an answer without any is not resumed."""
    stream = f"{site.base_url}/m/{message}/stream/"
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/plain"}
    with httpx.stream("GET", stream, headers=headers, trust_env=False, timeout=60) as reply:
        assert next(reply.iter_text())


def sends(site: Site, commands: list[str], named: dict[str, str], folder: Path) -> None:
    """What the page says of sending, in a new and an old conversation, and with a file."""
    *plain, with_file = commands
    models, begun, more = [json.loads(one) for each in plain for one in run(site, each, **named)]
    assert f"demo/{SHORT}" in {each["id"] for each in models["models"]}
    assert begun["status"] == more["status"] == "running"
    assert more["conversation"] == named["CONVERSATION"]
    document_at = folder / "plan.md"
    document_at.write_text("Two rooms")
    adds, asks = with_file.strip().splitlines()
    file = json.loads(*run(site, adds, DOCUMENT=str(document_at), **named))
    [asked] = [json.loads(one) for one in run(site, asks, FILE=file["id"], **named)]
    reads = 'curl -s "$SITE/api/v1/messages/$MESSAGE/" -H "Authorization: Bearer $TOKEN"'
    [prompt] = run(site, reads, **named | {"MESSAGE": str(asked["parent"])})
    assert json.loads(prompt)["files"] == [file]


def begin(site: Site, token: str, model: str) -> dict[str, Any]:
    reply = httpx.post(
        f"{site.base_url}/api/v1/conversations/",
        headers={"Authorization": f"Bearer {token}"},
        json={"prompt": "Go.", "model": f"demo/{model}"},
        trust_env=False,
    )
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made
