"""Keys of a page's forms: none twice, alike on one page, and unknown to who sees other pages."""

from __future__ import annotations

from itertools import islice

from django.template import Context, Template
from django.test import RequestFactory

from chatsite.delivery.form_keys import LAST_BITS, form_keys

KEYS = Template("{% load trash %}{% for _ in places %}{% new_key %} {% endfor %}")


def keys_of_a_page(count: int) -> list[str]:
    context = form_keys(RequestFactory().get("/")) | {"places": range(count)}
    return KEYS.render(Context(context)).split()


def test_no_key_is_given_twice() -> None:
    pages = [keys_of_a_page(200) for _ in range(3)]
    assert len({key for page in pages for key in page}) == 600


def test_pages_have_nothing_in_common() -> None:
    one, other = (next(islice(form_keys(RequestFactory().get("/"))["form_keys"], 1)) for _ in "ab")
    assert one.int >> LAST_BITS != other.int >> LAST_BITS


def test_keys_of_one_page_are_alike() -> None:
    assert len({key[:-6] for key in keys_of_a_page(200)}) == 1


def test_what_is_no_page_has_keys_too() -> None:
    one, other = KEYS.render(Context({"places": range(2)})).split()
    assert one[:-6] != other[:-6]
