r"""TeX as models write it, in the words that the converter to MathML knows.

A percent sign means itself: models write no comments. Environments that the converter does not
know become those that it knows; lines that stand in none become rows. Numbers that TeX would make
up are left out, those that were written (`\tag`) stay.
"""

import re

from conversations.markdown.inline.formulas import ENVIRONMENTS

_TOKEN = re.compile(
    rf"(?P<env>\\(?:begin|end)\{{{ENVIRONMENTS}\}})|(?P<row>\\\\(?:\*?\[[^\]\n]{{0,12}}\])?)"
    r"|(?P<escape>\\.)|(?P<open>\{)|(?P<close>\})|(?P<cell>&)|(?P<percent>%)",
    re.DOTALL,
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{([a-zA-Z]+)\*?\}")
_UNKNOWN = re.compile(rf"\\begin\{{(?!{ENVIRONMENTS}\}})")
_SILENT = re.compile(r"\\(?:label\{[^{}]*\}|nonumber\b|notag\b|allowbreak\b)")
_RENAMED = {"mod": "bmod", "intertext": "text"}
_NAME = re.compile(rf"\\({'|'.join(_RENAMED)})(?![A-Za-z])")
_COLUMNS = re.compile(r"(\\begin\{(?:alignat|alignedat)\*?\})\{\d+\}")
_WORDS = re.compile(r"\\(text|textrm|textnormal|mbox|hbox)\{([^{}$]*)\$([^{}$]*)\$([^{}$]*)\}")
_RAISED = re.compile(r"\\end\{(\w+\*?)\}(?=\s*[\^_])")

_ALIGNED = ("\\begin{align*}", "\\end{align*}")
_CENTRED = ("\\begin{array}{c}", "\\end{array}")
_CASES = ("\\begin{cases}", "\\end{cases}")
_RIGHT_CASES = ("\\left.\\begin{array}{ll}", "\\end{array}\\right\\}")
_PAIRS = {
    **dict.fromkeys(("align", "aligned", "alignat", "alignedat", "flalign"), _ALIGNED),
    **dict.fromkeys(("gather", "gathered", "multline"), _CENTRED),
    **dict.fromkeys(("rcases", "drcases"), _RIGHT_CASES),
    "dcases": _CASES,
    "eqnarray": ("\\begin{array}{rcl}", "\\end{array}"),
    "equation": ("{", "}"),
}


def prepared(source: str) -> str:
    """The same formula for the converter; raises ValueError if it holds an unknown environment."""
    if _UNKNOWN.search(source):
        raise ValueError("an environment that nobody knows")
    source = _SILENT.sub("", source)
    source = _NAME.sub(lambda match: f"\\{_RENAMED[match[1]]}", source)
    source = _COLUMNS.sub(r"\1", source)
    source = _without_outer(source.strip())
    source = _WORDS.sub(r"\\\1{\2}{\3}\\\1{\4}", source)
    rows, cells = _on_their_own(source)
    source = _TOKEN.sub(_token, _braced(source))
    if not rows and not cells:
        return source
    start, end = _ALIGNED if cells else _CENTRED
    return f"{start}{source}{end}"


def _without_outer(source: str) -> str:
    """The inside of an environment that says only that this is a formula."""
    match = re.fullmatch(r"\\begin\{(equation\*?)\}(.*)\\end\{\1\}", source, re.DOTALL)
    return match[2].strip() if match else source


def _on_their_own(source: str) -> tuple[bool, bool]:
    """Whether rows, and whether cells, are divided outside all environments and brackets."""
    depth = 0
    rows = cells = False
    for match in _TOKEN.finditer(source):
        opens = match["open"] or (match["env"] or "").startswith("\\begin")
        closes = match["close"] or (match["env"] or "").startswith("\\end")
        depth += bool(opens) - bool(closes)
        rows = rows or (depth == 0 and bool(match["row"]))
        cells = cells or (depth == 0 and bool(match["cell"]))
    return rows, cells


def _braced(source: str) -> str:
    """An environment that carries an exponent or an index, in braces of its own."""
    for match in reversed(list(_RAISED.finditer(source))):
        start = source.rfind(f"\\begin{{{match[1]}}}", 0, match.start())
        if start >= 0:
            inside = source[start : match.end()]
            source = f"{source[:start]}{{{inside}}}{source[match.end() :]}"
    return source


def _token(match: re.Match[str]) -> str:
    if match["percent"]:
        return "\\%"
    if match["row"]:
        return "\\\\ "
    environment = _ENVIRONMENT.match(match["env"] or "")
    if environment is None or environment[2] not in _PAIRS:
        return match[0]
    start, end = _PAIRS[environment[2]]
    return start if environment[1] == "begin" else end
