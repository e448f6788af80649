"""The last gate: nothing but the elements, attributes and link schemes listed here leaves."""

import nh3

MATHML = {
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
}
MATHML_LAYOUT = {
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mfrac": {"linethickness"},
    "mo": {"fence", "form", "largeop", "lspace", "maxsize", "minsize", "movablelimits"}
    | {"rspace", "separator", "stretchy", "symmetric"},
    "mspace": {"width", "height", "depth", "linebreak"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mi": {"mathvariant"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines"},
    "mtd": {"columnalign"},
    "math": {"display"},
}
TEXT = {"a", "br", "code", "del", "em", "kbd", "mark", "span", "strong", "sub", "sup"}
CLASSES = {
    "a": {"image"},
    "code": {"math-source"},
    "mrow": {"math-box", "math-cancel", "math-bcancel", "math-struck"},
    "mi": {"math-bold"},
    "mn": {"math-bold"},
    "mtext": {"math-bold"},
    "span": {"address", "definition", "image", "math"},
}

LEFT_TO_RIGHT = {"dir": "ltr"}
"""So for code and formulas; then they also say nothing of the direction of what they stand in."""

_inline = nh3.Cleaner(
    tags=TEXT | MATHML,
    attributes={"a": {"href", "title"}, "span": {"title"}, **MATHML_LAYOUT},
    allowed_classes=CLASSES,
    set_tag_attribute_values={"code": LEFT_TO_RIGHT, "math": LEFT_TO_RIGHT},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def clean_inline(html: str) -> str:
    """The same text with what is not on the lists taken out."""
    return _inline.clean(html)
