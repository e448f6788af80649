"""Text and thoughts out of whatever servers put in their place: strings, parts, lists of parts."""

from typing import Any, NamedTuple

from streaming.providers.formats.json_values import mapping, string

THOUGHTS = (
    *("reasoning_content", "reasoning", "reasoning_text", "thinking", "thinking_content"),
    *("thoughts", "thought", "reasoning_summary"),
)
"""Under which a delta or a message may bring what the model thought; the first one counts."""

_TEXT_TYPES = ("text", "output_text", "input_text", "summary_text", "markdown", "")
_THOUGHT_TYPES = ("thinking", "reasoning", "reasoning_text", "thought")
_INSIDE = ("text", "value", "content", "thinking", "reasoning", "summary", "transcript")
_SAYS_NOTHING = ("reference", "citation", "annotation", "tool_reference", "redacted_thinking")
_DEEPEST = 8


class ContentPiece(NamedTuple):
    """`kind` is text, reasoning, refusal, or unsupported with the part as it came."""

    kind: str
    text: str
    part: Any = None


def pieces(content: Any) -> list[ContentPiece]:
    """The pieces of a content of any shape."""
    if type(content) is str:
        return [ContentPiece("text", content)]
    if type(content) is list:
        return [piece for part in content for piece in pieces(part) if type(part) is not list]
    return _of_part(content) if type(content) is dict and content else []


def _of_part(part: dict[str, Any]) -> list[ContentPiece]:
    kind = string(part.get("type"))
    if kind == "refusal" or (not kind and type(part.get("refusal")) is str):
        return [ContentPiece("refusal", string(part.get("refusal")) or flat(part))]
    if kind in _THOUGHT_TYPES or part.get("thought") is True:
        return [ContentPiece("reasoning", flat(part))]
    if kind in _TEXT_TYPES:
        return [ContentPiece("text", flat(part))]
    if "audio" in kind and (transcript := transcript_of(part)):
        return [ContentPiece("text", transcript), ContentPiece("unsupported", "", part)]
    return [] if kind in _SAYS_NOTHING else [ContentPiece("unsupported", "", part)]


def transcript_of(part: dict[str, Any]) -> str:
    return string(part.get("transcript")) or string(mapping(part.get("audio")).get("transcript"))


def flat(value: Any, deeper: int = _DEEPEST) -> str:
    """The text in a string, a part, or a list of parts."""
    if type(value) is str:
        return value
    if type(value) is list and deeper:
        return "".join(flat(item, deeper - 1) for item in value)
    if type(value) is dict and deeper:
        for key in _INSIDE:
            if text := flat(value.get(key), deeper - 1):
                return text
    return ""


def thought_in(delta: dict[str, Any]) -> str:
    """What the model thought, under the first name that has something."""
    for name in THOUGHTS:
        if name in delta and (text := flat(delta[name])):
            return text
    return ""
