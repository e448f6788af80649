"""Nothing in an answer runs or fetches anything, however much of it has come."""

from __future__ import annotations

import re

from conversations.markdown import Append, Renderer, Replace, SetOpen, render
from tests.conversations.markdown.page import parse
from tests.conversations.markdown.safety import elements, expects_safe

P = "m1"

EVIL = """<script>alert(1)</script> <img src=x onerror=alert(1)> <svg/onload=alert(1)>
[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x)
[e](//evil.example) [f](/logout) [g](https://ok.example "on\\"click='x'") <javascript:alert(1)>
![x](https://evil.example/?secret) ![y](data:image/png;base64,x) [![z](https://evil.example/a)](https://b)

[h]: javascript:alert(1)
[i]: https://ok.example 'title" onmouseover="x'

[h] [i] [^n" onclick="x]

```"><script>alert(1)</script>
</code></pre><script>alert(1)</script>
```

```python onload=x
"<b onmouseover=x>"
```

| <b> | `<i>` |
|:--|--:|
| <script> | [x](javascript:x) |

$<script>alert(1)</script>$ $\\text{<img src=x onerror=x>}$ $\\href{javascript:x}{y}$
$\\style{color:red}{x}$ $\\class{evil}{x}$ \\(\\color{red}{x}\\) $\\unknown{<b>}$

$$
\\text{</math><script>}
$$

- [x] <input onfocus=x autofocus>
- [ ] &lt;script&gt; &#60;script&#62; \ufdd0\ufdd1\ufdd4evil\ufdd5 \x00

1. # <style>*{display:none}</style>

[^n]: <iframe src=x> [a](javascript:x)

https://ok.example/"onclick="x http://ok.example/<script> mailto:a@b javascript://ok.example/%0aalert(1)
"""


def test_r13_r14_nothing_runs_and_nothing_is_fetched_however_much_has_come() -> None:
    for length in range(0, len(EVIL), 5):
        expects_safe(parse(render(EVIL[:length], P, complete=False)))
    whole = parse(render(EVIL, P))
    expects_safe(whole)
    assert "alert(1)" in whole.text()


def test_r14_every_operation_is_safe_by_itself() -> None:
    renderer = Renderer(P)
    for character in EVIL:
        for operation in renderer.feed(character):
            match operation:
                case SetOpen(html) | Append(_, html) | Replace(_, html):
                    expects_safe(parse(html))


def test_links_lead_only_where_one_may_go() -> None:
    links = [element for element in elements(parse(render(EVIL, P))) if element.tag == "a"]
    targets = {element.attributes.get("href") for element in links} - {None}
    assert targets
    for target in targets:
        assert re.match(r"https?://|#m1-note\d+$", target or ""), target


def test_a_label_that_gets_no_number_is_never_part_of_an_attribute() -> None:
    note = '[^x"onclick="y]'
    exhausting = "*a* " * 12_000
    for text in (note, f"{note}\n\n{note}: z", f"{note}\n\n{exhausting}\n\n{note}: z\n"):
        expects_safe(parse(render(text, P, complete=False)))
        expects_safe(parse(render(text, P)))


def test_text_of_our_own_marks_cannot_be_forged() -> None:
    text = "a \ufdd0 \ufdd1b\ufdd2 \ufdd3 \ufdd4c\ufdd5 \ud800 \x00"
    assert render(text, P).count("\ufffd") == 8
