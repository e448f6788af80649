"""Addresses begin and end where their writer meant them to."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.pieces import expects_settled, targets

A = "https://example.com/a"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("详见", "了解更多"),
        ("詳細は", "を参照。"),
        ("자세한 내용은 ", "에서"),
        ("（", "）和"),
        ("“", "”——谢谢"),
        ("「", "」。"),
        ("『", "』"),
        ("«", "»"),
        ("„", "“."),
        ("‘", "’s page"),
        ("访问 ", "。然后"),
        ("", "，再来"),
        ("", "、"),
        ("", "；"),
        ("", "！"),
        ("", "…"),
        ("", "... and"),
        ("", "—and"),
        ("", ".)"),
        ("[", "]"),
        ("{", "}"),
        ("'", "', then"),
        ("**", "**了解"),
        ("__", "__"),
        ("*", "*。"),
        ("~~", "~~"),
        ("انظر ", "، ثم"),
        ("", "? And"),
        ("", "\xa0and"),
        ("", "<br>then"),
    ],
)
def test_a_bare_address_is_a_link_and_nothing_else_is(before: str, after: str) -> None:
    assert targets(expects_settled(f"{before}{A}{after}")) == [A]


@pytest.mark.parametrize(
    "address",
    [
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "https://en.wikipedia.org/wiki/Foo_(bar)_baz",
        "https://example.com/a?b=[1]&c={d}#e-f",
        "http://localhost:8000/x/",
        "http://[::1]:8000/",
        "https://example.com/~user/a;b=1,2",
        "HTTPS://EXAMPLE.COM/A",
    ],
)
def test_an_address_is_whole(address: str) -> None:
    for text in (f"见{address}，好", f"({address})", f"see {address}.", address):
        link = targets(expects_settled(text))
        assert len(link) == 1
        assert link[0].lower().replace("%5b", "[").replace("%5d", "]") in (
            address.lower(),
            address.lower().replace("{", "%7b").replace("}", "%7d"),
        )


@pytest.mark.parametrize(
    "text", ["xhttps://example.com", "éhttp://example.com", "main.py", "a://b"]
)
def test_the_end_of_a_word_is_no_scheme(text: str) -> None:
    assert targets(expects_settled(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Use vector<std::string> and <xs:element> or <c:out>.",
        "Map<String, List<Integer>> and fn<T: Clone>(x: &T) -> Vec<T>",
        "A <T> b, <your-name>, <PID>, Array<number>, <T,>, <-, ->, a<b>c",
        "<urn:isbn:0>, <tel:+123>, <javascript:alert(1)>, <file:///etc/passwd>, <C:/Users>",
        "<!-- a comment --> <? php ?> <!DOCTYPE html> <div class='a'>b</div>",
    ],
)
def test_other_angle_brackets_are_text(text: str) -> None:
    page = expects_settled(text)
    assert page.text() == text
    assert targets(page) == []


def test_addresses_in_angle_brackets_are_links() -> None:
    page = expects_settled("<https://a.b/c> <mailto:d@e.f> <g.h+i@j.k> <HTTP://L.M>")
    assert targets(page) == ["HTTP://L.M", "https://a.b/c", "mailto:d@e.f", "mailto:g.h+i@j.k"]
