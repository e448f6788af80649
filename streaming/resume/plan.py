"""How to resume a partial answer: which way a model offers, and the request that asks.

replay: the upstream still holds the answer and sends the rest. prefill: the partial stands
as the assistant's open turn (prefill_echo: the answer repeats it first). instruct: the model
is told where it was cut off and repeats an anchor, by which `seam` finds the joint. Which
upstream offers what is data, here and in `providers.profiles`; configuration wins over it.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from streaming.providers.base import ChatMessage, ChatRequest, ResumeMode
from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.profiles import profile
from streaming.resume.repetition import squeeze

INSTRUCTION = """\
Your previous answer was cut off. It ended with exactly these characters, between the markers:
<<<{anchor}>>>
Begin your reply by repeating those characters exactly, then go on from there without any \
introduction, apology or summary. Do not start over. If you were inside a code block, do not \
open it again."""

SHORTEST_ANCHOR = 60
LONGEST_ANCHOR = 200
ANCHOR_INK = 20  # characters other than whitespace, well above what the seam asks for

NOT_RESUMABLE = frozenset(
    (
        *("content_filter", "refusal", "context_window", "billing", "auth"),
        *("content_filtered", "context_too_long", "upstream_quota", "upstream_auth"),
    )
)
"""Failures, as the wire formats and as the catalogue call them, after which asking the model
to continue is pointless."""

_WORKS_WITH: Mapping[WireFormat, frozenset[ResumeMode]] = {
    "chat": frozenset({"prefill", "prefill_echo", "instruct"}),
    "responses": frozenset({"replay", "instruct"}),
    "messages": frozenset({"prefill", "prefill_echo", "instruct"}),
    "gateway": frozenset({"instruct"}),
    "pawa": frozenset({"prefill", "prefill_echo", "instruct"}),
}


@dataclass(frozen=True, slots=True)
class ResumeRule:
    """These models (a pattern for the whole id) of the demo, or at this host, resume so."""

    mode: ResumeMode
    models: str
    host: str = ""
    demo: bool = False

    def covers(self, config: ProviderConfig, model: str) -> bool:
        place = config.demo if self.demo else f"//{self.host}/" in f"{config.base_url}/"
        return place and re.fullmatch(self.models, model) is not None


_CLAUDE_TO_4_5 = r"claude-(?:[1-3]\b|(?:opus|sonnet|haiku)-4(?![.-](?:[6-9]|\d\d)(?!\d))\b).*"

# The first rule that covers a model holds; without one, its address's profile does.
_RULES = (
    ResumeRule("prefill_echo", "demo-echo-prefill", demo=True),
    ResumeRule("prefill", ".*", demo=True),
    ResumeRule("prefill", _CLAUDE_TO_4_5, host="api.anthropic.com"),
)


def plan(
    config: ProviderConfig,
    model: str,
    *,
    refused_prefill: Container[tuple[str, str]] = (),
    replayable: bool = False,
) -> ResumeMode:
    """The best way that this model offers; it falls back to "instruct", which all take.

    `refused_prefill` holds the (provider slug, model) pairs that answered a prefill with an
    error; `replayable` says that the upstream still holds this very answer.
    """
    wished = config.resume_for.get(model) or config.resume
    mode = wished or ("replay" if replayable else _known(config, model))
    refused = mode != "replay" and (config.slug, model) in refused_prefill
    missing = mode == "replay" and not replayable
    return "instruct" if refused or missing or mode not in _WORKS_WITH[config.format] else mode


def _known(config: ProviderConfig, model: str) -> ResumeMode:
    rules = (rule.mode for rule in _RULES if rule.covers(config, model))
    return next(rules, profile(config).resume)


def apply(mode: ResumeMode, request: ChatRequest, partial: str) -> ChatRequest:
    """The first attempt's request, made to continue `partial`; its parameters stay.

    A blank partial leaves nothing to continue: the request stays as it is, as it does for a
    replay, which asks for no new answer.
    """
    if mode == "replay" or not partial.strip():
        return request
    if mode != "instruct":
        return replace(request, prefill=partial.rstrip())
    said = ChatMessage("assistant", partial)
    told = ChatMessage("user", INSTRUCTION.replace("{anchor}", anchor(partial)))
    return replace(request, messages=(*request.messages, said, told))


def anchor(partial: str) -> str:
    """The partial's end for the model to repeat: 60 to 200 characters, all of a shorter one.

    It starts where a line starts or else a word, as late as leaves it enough to recognise.
    """
    earliest, latest = len(partial) - LONGEST_ANCHOR, len(partial) - SHORTEST_ANCHOR
    if latest <= 0:
        return partial
    for beginning in (_LINE, _WORD):
        starts = [match.start() for match in beginning.finditer(partial, max(earliest, 0))]
        for start in reversed(starts):
            if start <= latest and len(squeeze(partial[start:])) >= ANCHOR_INK:
                return partial[start:]
    return partial[max(earliest, 0) :]


_LINE = re.compile(r"^(?=.*\S)", re.MULTILINE)
_WORD = re.compile(r"(?<!\S)\S")


def resumable(status: str, finish_reason: str, error: str, text: str) -> bool:
    """Whether an ended run's text can be resumed.

    `error` is the failure's kind or its code in the catalogue. A blank text is asked for
    again instead; an answer that is complete, withheld or refused stays as it is.
    """
    if not text.strip() or error in NOT_RESUMABLE:
        return False
    return status in {"cancelled", "failed", "interrupted"} or finish_reason == "length"
