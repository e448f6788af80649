"""The TOML files of an operator: read, or refused in a sentence that names the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from chatsite.operators.files import read_providers, read_tool_servers
from tests.fuzz.depth import fuzzed
from tests.fuzz.values import deep

PROVIDER = """
[[provider]]
name = "Naga"
format = "chat"
base_url = "https://a.example/v1"
models = ["one", "two"]
resume = "prefill"
resume_for = { one = "instruct" }
extra_body = { a = 1 }
timeouts = { connect = 5 }
"""
SERVER = """
[[server]]
name = "Weather"
url = "https://weather.example/mcp"
headers = { Authorization = "x" }
"""
ODD = st.sampled_from(
    ["1", "1.5", "true", '"x"', "[]", "{}", "[1]", '{ a = "b" }', "{ a = 1 }", "1979-05-27", "inf"]
)
KNOWN = """
name slug format base_url api_key_env models resume resume_for prefill_flag extra_body options
timeouts url headers command args env provider server
"""
NAMES = st.sampled_from(KNOWN.split())


@st.composite
def toml(draw: st.DrawFn) -> str:
    """One of the files with some lines exchanged, added or left out, or with any text in it."""
    lines = draw(st.sampled_from([PROVIDER, SERVER])).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        line = f"{draw(NAMES)} = {draw(ODD)}" if draw(st.booleans()) else draw(st.text(max_size=20))
        at = draw(st.integers(0, len(lines) - 1))
        lines[at : at + draw(st.integers(0, 1))] = [line]
    return "\n".join(lines)


@fuzzed(150)
@given(text=toml() | st.just(f"server = {deep(3000)}") | st.just("provider = 5\nserver = 5"))
def test_a_file_of_an_operator_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "operator.toml"
    Path(path).write_text(text, "utf-8", errors="replace")
    readers: list[Any] = [read_providers, read_tool_servers]
    for read in readers:
        try:
            read({"FILE": str(path)}, "FILE")
        except ImproperlyConfigured as refusal:
            assert str(refusal)
