"""The file of servers of tools: a mistake is a sentence at the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite.operators.files import read_tool_servers


def read(folder: Path, text: str) -> dict[str, dict[str, object]]:
    path = folder / "tools.toml"
    path.write_text(text)
    return read_tool_servers({"CHAT_TOOLS": str(path)}, "CHAT_TOOLS")


def test_programs_and_addresses_are_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '[[server]]\nname = "My files"\ncommand = "/bin/x"\nargs = ["-a"]\n'
        '[[server]]\nname = "Inventory"\nurl = "http://i.lan/mcp"\nheaders = {X = "y"}\n',
    )
    assert found == {
        "my-files": {"name": "My files", "command": "/bin/x", "args": ["-a"]},
        "inventory": {"name": "Inventory", "url": "http://i.lan/mcp", "headers": {"X": "y"}},
    }
    assert read_tool_servers({}, "CHAT_TOOLS") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[server", "is not TOML"),
        ('[[server]]\nurl = "http://x/"', "needs a name"),
        ('[[server]]\nname = "A"', "needs either a url or a command"),
        ('[[server]]\nname = "A"\nurl = "http://x/"\ncommand = "x"', "needs either"),
        ('[[server]]\nname = "A"\ncommand = "x"\nargs = [1]', "is not of its kind"),
        ('[[server]]\nname = "A"\ncommand = "x"\nshell = true', "'shell'"),
        ('[[server]]\nname = "A"\ncommand = "x"\n[[server]]\nname = "a"\ncommand = "y"', "two"),
    ],
)
def test_a_mistake_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="CHAT_TOOLS names"):
        read_tool_servers({"CHAT_TOOLS": str(tmp_path / "none.toml")}, "CHAT_TOOLS")
