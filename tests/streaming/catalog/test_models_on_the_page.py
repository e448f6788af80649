"""The models of a provider on its page: in which order, which of them, and which comes first."""

from __future__ import annotations

import pytest

from streaming.catalog.model_order import moved
from streaming.db_threads import in_thread
from streaming.models import DefaultModel
from tests.streaming.catalog.desk import (
    Desk,
    desk,
    said,
)
from tests.support.document import Element, parse

__all__ = ["desk"]


def shown(page: Element) -> list[str]:
    return [element.text() for element in page.all("class", "models__name")]


MOVES = [
    ("up", "gamma", ["alpha", "gamma", "beta"]),
    ("up", "alpha", ["alpha", "beta", "gamma"]),
    ("down", "alpha", ["beta", "alpha", "gamma"]),
    ("down", "gamma", ["alpha", "beta", "gamma"]),
    ("top", "gamma", ["gamma", "alpha", "beta"]),
    ("hide", "beta", ["alpha", "gamma"]),
    ("up", "gone", ["alpha", "beta", "gamma"]),
    ("typed", " gamma\n\nnew/one \r\ngamma", ["gamma", "new/one"]),
]


async def test_models_are_put_in_order(desk: Desk) -> None:
    await desk.add()
    for move, model, order in MOVES:
        await desk.post("naga/models/", {"all": "all"})
        reply = await desk.post("naga/models/", {move: model})
        assert (reply.status_code, reply.headers["Location"]) == (303, "/providers/naga/#models")
        page = await desk.page("naga/")
        assert shown(page) == order
        assert page.one("id", "typed").text().split() == order
        assert desk.offered()["Naga"] == order


STEPS = [  # from the list alpha, beta, gamma, delta as it was shown
    ("up", "delta", ["alpha", "beta", "delta", "gamma"]),
    ("up", "beta", ["beta", "alpha", "gamma", "delta"]),
    ("down", "alpha", ["beta", "alpha", "gamma", "delta"]),
    ("down", "gamma", ["alpha", "beta", "delta", "gamma"]),
    ("up", "alpha", ["alpha", "beta", "gamma", "delta"]),
    ("down", "delta", ["alpha", "beta", "gamma", "delta"]),
]


@pytest.mark.parametrize(("step", "model", "order"), STEPS)
def test_r8_a_step_chosen_in_one_list_is_made_once(step: str, model: str, order: list[str]) -> None:
    shown = ["alpha", "beta", "gamma", "delta"]
    assert moved(shown, step, model, shown) == order
    assert moved(order, step, model, shown) == order


def test_a_step_leads_past_the_neighbour_that_was_shown() -> None:
    two, three = ["alpha", "beta"], ["alpha", "beta", "gamma"]
    assert moved(["new", *two], "up", "beta", two) == ["new", "beta", "alpha"]
    assert moved(["beta", "gamma", "alpha"], "down", "alpha", two) == ["beta", "gamma", "alpha"]
    assert moved(["alpha", "gamma"], "up", "gamma", three) == ["alpha", "gamma"]


async def test_an_order_is_answered_in_place_where_scripts_run(desk: Desk) -> None:
    await desk.add()
    reply = await desk.post("naga/models/", {"top": "gamma"}, htmx=True)
    part = parse(reply.content.decode())
    assert shown(part) == ["gamma", "alpha", "beta"]
    assert part.one("id", "models").tag == "section"
    assert part.all("id", "name") == []


async def test_a_list_can_be_given_back_to_the_server(desk: Desk) -> None:
    await desk.add()
    await desk.post("naga/models/", {"hide": "beta"})
    desk.server.models = ("alpha", "delta")
    await desk.post("naga/models/", {"all": "all"})
    assert desk.offered()["Naga"] == ["alpha", "delta"]


NO_LISTS: list[tuple[dict[str, str], str]] = [
    ({"hide": "alpha"}, "One model has to stay"),
    ({"typed": "x" * 201}, "no name of a model"),
    ({"typed": "a\x07b"}, "no name of a model"),
    ({"typed": "\n".join(map(str, range(1001)))}, "1,000 is the most"),
    ({}, "Say what to do"),
]


async def test_a_list_that_cannot_be_is_refused(desk: Desk) -> None:
    desk.server.models = ("alpha",)
    await desk.add()
    for fields, complaint in NO_LISTS:
        for htmx in (True, False):
            reply = await desk.post("naga/models/", fields, htmx=htmx)
            assert reply.status_code == 400
            assert complaint in said(parse(reply.content.decode()))
    assert (await desk.row()).model_ids == []


async def selected(desk: Desk) -> str:
    """The model that the page of a new conversation begins with."""
    reply = await in_thread(desk.client.get)("/")
    options = parse(reply.content.decode()).all("selected")
    return options[0].attributes["value"] if options else ""


async def test_new_conversations_start_with_the_default_model(desk: Desk) -> None:
    await desk.add()
    assert await selected(desk) == ""
    await desk.post("default/", {"model": "naga/beta"})
    assert await selected(desk) == "naga/beta"
    await desk.post("naga/switch/", {"enabled": "off"})
    assert await selected(desk) == ""
    assert "beta (not available now)" in (await desk.page()).text()
    await desk.post("default/", {"model": ""})
    assert await in_thread(DefaultModel.objects.count)() == 0


async def test_a_default_that_nobody_offers_is_refused(desk: Desk) -> None:
    reply = await desk.post("default/", {"model": "naga/beta"})
    assert reply.status_code == 400
    assert "not connected here" in said(parse(reply.content.decode()))
