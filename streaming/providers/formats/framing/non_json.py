"""What a frame means that is no JSON: an end, a sign of life, an error in words, a page, a hole.

The line is drawn by how it begins and by the words in it, never by guessing at text: what
begins like JSON and cannot be read may have held text, other words never did.
"""

import html
import re
from typing import Literal, TypeAlias

Meaning: TypeAlias = Literal["done", "broken", "page", "error", "remark"]

_DONE = ("[done]", "done")
_PAGE = re.compile(r"<(?:!doctype|!--|html|head|title|body|center|h1|\?xml|error)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"<(?:title|h1|message)[^>]*>(.*?)</(?:title|h1|message)>", re.IGNORECASE | re.DOTALL
)
_ERROR = re.compile(
    r"""\b(?:
        \w*error s? | \w*exception | fail(?:ed|ure)? | timed\ ?out | timeout | refused | denied
      | forbidden | unauthori[sz]ed | unavailable | overloaded | out\ of\ memory | panic
      | traceback | aborted | reset\ before | no\ healthy\ upstream | bad\ gateway
      | too\ many\ requests | quota | rate\ limit | limit\ (?:reached|exceeded) | exceeded | invalid
      | not\ found | insufficient | internal\ server
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def meaning(text: str) -> Meaning:
    """Of the data of a frame that is no JSON object."""
    plain = text.strip().strip("\"'").strip()
    if plain.lower() in _DONE:
        return "done"
    if is_page(plain):
        return "page"
    if "{" in plain or plain.startswith("["):
        return "error" if _begins_as_error(plain) else "broken"
    return "error" if _ERROR.search(plain) else "remark"


def is_page(text: str) -> bool:
    return _PAGE.match(text.lstrip()) is not None


def is_error(text: str) -> bool:
    """Whether words outside of frames say what went wrong."""
    return _ERROR.search(text) is not None


def title(page: str) -> str:
    """The title of a page, or empty."""
    match = _TITLE.search(page)
    return " ".join(html.unescape(match[1]).split()) if match else ""


def error_words(text: str) -> str:
    """An error's words without what marks them as one."""
    return _MARK.sub("", text.strip().strip("\"'")).strip() or text.strip()


_MARK = re.compile(
    r"^(?:\[\s*(?:fatal\s+)?error\s*\][\s:\-]*|(?:fatal\s+)?error\s*[:\-]\s*)+", re.IGNORECASE
)


def _begins_as_error(text: str) -> bool:
    return _MARK.match(text) is not None
