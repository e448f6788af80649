"""What markdown-it has read, as HTML that still has to be sanitised.

Pictures become links, and the address of what may not be followed is shown in words.
"""

from html import escape

from markdown_it.token import Token

from conversations.markdown.inline.addresses import address_html, can_follow
from conversations.markdown.inline.mathml import formula_html, source_html
from conversations.markdown.inline.placeholders import NOTE, NOTE_END, TAIL

DEEPEST = 20
MOST_FORMULAS = 64

_PAIRS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<del>",
    "s_close": "</del>",
    **{f"{name}_open": f"<{name}>" for name in ("sub", "sup", "kbd", "mark")},
    **{f"{name}_close": f"</{name}>" for name in ("sub", "sup", "kbd", "mark")},
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


def tokens_html(tokens: list[Token]) -> str | None:
    """HTML that still has to be sanitised; None if it would nest too deeply."""
    if any(token.nesting > 0 and token.level >= DEEPEST for token in tokens):
        return None
    formulas = 0
    in_link = False
    opened = 0
    out: list[str] = []
    half_written = _half_written(tokens)
    for place, token in enumerate(tokens):
        if place in half_written:
            continue
        if token.type in ("link_open", "link_close"):
            in_link = token.type == "link_open"
            opened = place if in_link else opened
        formulas += token.type == "formula"
        if token.type == "formula" and formulas > MOST_FORMULAS:
            out.append(source_html(token.content))
        elif token.type == "image" and in_link:
            source = escape(str(token.attrs["src"]))
            label = escape(_label(token), quote=False)
            out.append(f'<span class="image" title="{source}">{label}</span>')
        elif token.type == "link_close":
            out.append(_link_close(tokens[opened], _plain(tokens[opened:place])))
        else:
            out.append(_token_html(token))
    return "".join(out)


def _half_written(tokens: list[Token]) -> set[int]:
    """The marks that no text has closed yet: around where text continues, nothing is marked."""
    opened: list[int] = []
    half: set[int] = set()
    for place, token in enumerate(tokens):
        if token.nesting > 0 and token.type in _PAIRS:
            opened.append(place)
        elif token.nesting < 0 and token.type in _PAIRS and opened:
            half |= {place} if opened.pop() in half else set()
        elif TAIL in token.content:
            half.update(opened)
    return half


def _token_html(token: Token) -> str:
    kind = token.type
    if kind in _PAIRS:
        return _PAIRS[kind]
    text = escape(token.content, quote=False)
    if kind == "code_inline":
        return text if TAIL in text else f"<code>{text}</code>"
    if kind == "link_open":
        return _link_open(str(token.attrs["href"]), str(token.attrs.get("title", "")))
    if kind == "image":
        return _image(token)
    if kind == "formula":
        return formula_html(token.content, display=token.markup == "$$")
    if kind == "footnote_reference":
        return f"{NOTE}{text}{NOTE_END}"
    return text


def _link_open(href: str, title: str, name: str = "") -> str:
    attributes = f' class="{name}"' if name else ""
    if can_follow(href):
        attributes += f' href="{escape(href)}"'
    if title:
        attributes += f' title="{escape(title)}"'
    return f"<a{attributes}>"


def _link_close(opening: Token, words: str) -> str:
    """The end of a link; an address that cannot be followed is shown, unless the words are it."""
    href = str(opening.attrs["href"])
    if can_follow(href):
        return "</a>" if words.strip() else f"{escape(href, quote=False)}</a>"
    return f"</a>{address_html(href, words)}"


def _image(token: Token) -> str:
    """A picture is fetched from nowhere: the reader gets a link with its description."""
    source, label = str(token.attrs["src"]), _label(token)
    opening = _link_open(source, str(token.attrs.get("title", "")), "image")
    after = "" if can_follow(source) else address_html(source, label)
    return f"{opening}{escape(label, quote=False)}</a>{after}"


def _label(image: Token) -> str:
    return _plain(image.children or []) or str(image.attrs["src"])


def _plain(tokens: list[Token]) -> str:
    return "".join(
        _plain(token.children) if token.children else token.content or " " * ("break" in token.type)
        for token in tokens
    )
