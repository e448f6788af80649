"""Why a body is no answer, or only the beginning of one."""

from streaming.events import Failed
from streaming.providers.formats.error_bodies.failures import clip, failure
from streaming.providers.formats.framing import non_json
from streaming.providers.formats.framing.framer import Framer

TRUNCATED = Failed("truncated", True, "The stream ended early.")
SILENT = Failed("truncated", True, "The server sent no answer.", "no_events")
JUNK = Failed("malformed", True, "The server sent no JSON.", "junk")
PAGE = Failed("malformed", True, "The server sent a web page.", "html")
TOO_LARGE = Failed("malformed", True, "The server sent too much at once.", "frame_too_large")


def page_failure(page: str) -> Failed:
    """A web page came instead of frames, or after them."""
    title = clip(non_json.title(page))
    message = f"The server sent a web page: {title}" if title else PAGE.message
    return Failed(PAGE.kind, PAGE.retryable, message, PAGE.code)


def failure_at_end(framer: Framer, *, is_recognised: bool, strange: Failed | None) -> Failed:
    """The body ended before the answer did: why, as far as upstream said it.

    `is_recognised`: something of an answer was read; `strange`: what was read instead.
    """
    if framer.fault == "html":
        return page_failure(framer.page)
    if non_json.is_error(framer.stray):
        return failure({"message": non_json.error_words(framer.stray)})
    if is_recognised:
        return TRUNCATED
    return strange or (JUNK if framer.stray else SILENT)
