"""Why a model stopped, in the words of all formats; some of these words mean a failure."""

from typing import Any

from streaming.events import ErrorKind, FinishReason

_WORDS: dict[FinishReason, str] = {
    "stop": "stop eos eos_token end_turn stop_sequence stop_token stop_string complete completed "
    "finish finished done end",
    "length": "length max_tokens model_length max_output_tokens max_length max_new_tokens "
    "token_limit",
    "tool_calls": "tool_calls function_call tool_use",
    "content_filter": "content_filter safety recitation blocklist prohibited_content sensitive",
    "refusal": "refusal",
    "pause": "pause_turn compaction",
    "context_window": "model_context_window_exceeded",
    "cancelled": "cancelled",
}
REASONS = {word: reason for reason, words in _WORDS.items() for word in words.split()}

FAILURES: dict[str, ErrorKind] = {
    "error": "unknown",
    "insufficient_system_resource": "overloaded",
    "network_error": "server",
    "abort": "server",
}

_NONE = ("", "null", "none", "nil", "undefined")


def is_reason(word: Any) -> bool:
    """Whether this is a finish reason at all: some servers write "null" as a word."""
    return type(word) is str and word.strip().lower() not in _NONE
