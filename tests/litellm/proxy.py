"""A LiteLLM proxy between Chatsite and a demo upstream, and Chatsite's providers for it."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

from streaming.providers.base import ResumeMode
from streaming.providers.config import ProviderConfig, Timeouts, WireFormat
from tests import ROOT
from tests.support.site import Program, clean_environment, free_port
from tests.support.upstream import Upstream

PYTHON = ROOT / ".litellm" / "bin" / "python"
KEY = "sk-only-for-the-tests-4f1d0c7b9a2e6835"
RUNNING = re.compile(r"Uvicorn running on")
REACHED_OUT = "LiteLLM reached out to"

ENDLESS = "demo-load-20-8-90000"
MODELS = ("demo-tour", "demo-stall", "demo-files", "demo-tools", ENDLESS)
PATIENCE = Timeouts(first_byte=30, silence=30, no_text=30, total=120)
VENDORS: dict[WireFormat, str] = {
    "chat": "openai",
    "responses": "openai",
    "messages": "anthropic",
}
"""Whose format LiteLLM speaks to the upstream, by the format that Chatsite speaks to LiteLLM."""


def litellm_is_wanted() -> bool:
    return os.environ.get("LITELLM") == "run"


class LiteLLM:
    """The proxy's process, and its upstream."""

    def __init__(self, folder: Path) -> None:
        self.upstream = Upstream("--speed", "100")
        config = folder / "litellm.yaml"
        config.write_text(json.dumps(_configuration(self.upstream.url)))
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        script = str(Path(__file__).with_name("serve.py"))
        self.program = Program([str(PYTHON), script, str(port)], _environment(folder, config))

    def wait(self) -> None:
        self.program.wait_for_line(RUNNING, 180)

    def end(self) -> None:
        self.program.end()
        self.upstream.program.end()

    def provider(self, wire: WireFormat, resume: ResumeMode | None = None) -> ProviderConfig:
        url = f"{self.url}/v1"
        return ProviderConfig(
            "litellm", "LiteLLM", wire, url, KEY, resume=resume, timeouts=PATIENCE
        )

    def visits(self, model: str) -> list[dict[str, Any]]:
        """The ended requests for that model upstream, oldest first."""
        return [visit for visit in self.upstream.log() if visit["model"] == model]

    def wait_for_visit(self, model: str, before: int, seconds: float = 30) -> dict[str, Any]:
        """The first request for it that ended after those `before`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if later := self.visits(model)[before:]:
                return later[0]
        raise AssertionError(f"no request for {model} ended upstream within {seconds} s")


def _configuration(url: str) -> dict[str, Any]:
    """As its file says it; that file is YAML, and so is JSON."""
    bases = {"openai": f"{url}/v1", "anthropic": url}
    # Of a model that it does not know, LiteLLM thinks that it cannot stream `responses`: it then
    # waits for the whole answer, and makes a stream of that.
    known = {"supports_native_streaming": True, "input_cost_per_token": 0}
    models = [
        {
            "model_name": f"{vendor}/{model}",
            "litellm_params": {
                "model": f"{vendor}/{model}",
                "api_base": base,
                "api_key": "demo-key",
            },
            "model_info": known | {"output_cost_per_token": 0},
        }
        for vendor, base in bases.items()
        for model in MODELS
    ]
    return {
        "model_list": models,
        "litellm_settings": {"telemetry": False, "num_retries": 0},
    }


def _environment(folder: Path, config: Path) -> dict[str, str]:
    """Only what the proxy needs: no key, no proxy and no Python path of the developer's."""
    inherited = clean_environment()
    return {
        "PATH": inherited.get("PATH", ""),
        "HOME": str(folder),
        "CONFIG_FILE_PATH": str(config),
        "LITELLM_MASTER_KEY": KEY,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }
