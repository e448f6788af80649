"""Who may not use a model is answered at every door as if there was none of that name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from conversations.models import Message
from conversations.preferences import choices
from streaming.models import Generation, ModelNote
from tests import ROOT
from tests.streaming.audience.walls import (
    CLOSED,
    CLOSED_PROVIDER,
    NO_PROVIDER,
    NONE_SUCH,
    Walls,
    owner,
    told,
    walls,
)
from tests.support.doors import DOORS

__all__ = ["owner", "walls"]

Naming = tuple[str, Mapping[str, str]]
NAMING: Mapping[str, Naming] = {
    "streaming:send": ("/send/", {"prompt": "Hello", "model": "{}"}),
    "streaming:send there": ("/send/", {"prompt": "Hello", "model": "{}", "conversation": "{c}"}),
    "streaming:resume": ("/m/{m}/resume/", {"model": "{}"}),
    "streaming:regenerate": ("/m/{m}/regenerate/", {"model": "{}"}),
    "editing:edit": ("/m/{asked}/edit/", {"text": "Hello", "model": "{}"}),
    "streaming:queued": ("/c/{c}/queue/{q}/", {"do": "save", "prompt": "Hi", "model": "{}"}),
    "picker:favourite": ("/models/favourite/", {"model": "{}", "on": "on"}),
    "preferences:save model": ("/settings/new-model/", {"new_model": "{}"}),
    "preferences:save titles": ("/settings/titles/", {"title_model": "{}"}),
    "context:room window": ("/c/{c}/room/", {"do": "window", "window": "5000", "model": "{}"}),
    "context:room sum up": ("/c/{c}/room/", {"do": "sum-up", "prompt": "Sum", "model": "{}"}),
    "parameters:of-conversation": ("/c/{c}/parameters/", {"do": "preview", "model": "{}"}),
    "parameters:of-new": ("/parameters/", {"do": "preview", "model": "{}"}),
    "api:conversations": ("/api/v1/conversations/", {"prompt": "Hello", "model": "{}"}),
    "api:conversation": ("/api/v1/conversations/{c}/", {"prompt": "Hello", "model": "{}"}),
    "api:resume": ("/api/v1/messages/{m}/resume/", {"model": "{}"}),
}
"""The forms that name a model: where they go, and what they say with it."""
ASKING: Mapping[str, str] = {
    "context:gauge": "/c/{c}/gauge/?model={model}",
    "context:weight": "/files/weight/?model={model}",
    "context:room": "/c/{c}/room/?model={model}",
    "parameters:of-new": "/parameters/?model={model}",
    "parameters:of-conversation": "/c/{c}/parameters/?model={model}",
}
SHOWING: Mapping[str, str] = {
    "conversations:new": "/",
    "conversations:open": "/c/{c}/",
    "streaming:standing": "/c/{c}/standing/?leaf=&queue=old",
    "picker:models": "/models/",
    "picker:models that fit": "/models/?q=pre",
    "keyboard:palette": "/palette/",
    "preferences:settings": "/settings/",
    "editing:regenerate-with": "/m/{m}/regenerate-with/",
    "editing:edit": "/m/{asked}/edit/",
    "parameters:of-new": "/parameters/",
    "parameters:presets": "/presets/",
    "context:room": "/c/{c}/room/",
    "own_keys:page": "/settings/keys/",
    "costs:usage": "/usage/",
    "api:models": "/api/v1/models/",
    "api:conversation": "/api/v1/conversations/{c}/",
}
"""The pages on which models are listed or could be."""
PAIRS = ((CLOSED, NONE_SUCH), (CLOSED_PROVIDER, NO_PROVIDER))


async def post(walls: Walls, door: str, model: str, *, htmx: bool) -> tuple[int, bytes]:
    path, fields = NAMING[door]
    run = walls.run
    said = {
        name: value.replace("{}", model).replace("{c}", str(run.conversation_id))
        for name, value in fields.items()
    }
    reply = await walls.tab.post(walls.path(path), htmx=htmx, **said)
    slug, _, name = model.partition("/")
    return told(reply, model, model.replace("/", "%2F"), name if slug == "puppet" else slug)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("door", NAMING)
async def test_what_a_person_may_not_use_is_answered_as_what_is_not_there(
    walls: Walls, door: str, htmx: bool
) -> None:
    begun = await walls.do(Generation.objects.count)
    for closed, missing in PAIRS:
        answer = await post(walls, door, closed, htmx=htmx)
        assert answer == await post(walls, door, missing, htmx=htmx), closed
        assert answer[0] < 500
    assert await walls.do(Generation.objects.count) == begun
    assert await walls.do(Message.objects.count) == 2
    assert not await walls.do(ModelNote.objects.exclude(model="teller").exists)
    assert not await walls.do(lambda: choices.title_model(walls.living.owner.pk))


@pytest.mark.parametrize("door", ASKING)
async def test_an_address_that_names_it_tells_nothing_of_it(walls: Walls, door: str) -> None:
    for closed, missing in PAIRS:
        replies = []
        for model in (closed, missing):
            path = walls.path(ASKING[door].replace("{model}", model))
            replies.append(told(await walls.tab.get(path), model, model.replace("/", "%2F")))
        assert replies[0] == replies[1]
        assert replies[0][0] == 200


@pytest.mark.parametrize("door", SHOWING)
async def test_no_page_shows_what_a_person_may_not_use(walls: Walls, door: str) -> None:
    def note_both() -> None:  # noted while it was theirs to use
        own = {"owner": walls.living.owner, "favourite": True}
        ModelNote.objects.create(provider="puppet", model="prefiller", **own)
        ModelNote.objects.create(provider="walled", model="teller", **own)

    await walls.do(note_both)
    path = walls.path(SHOWING[door])
    reply = await walls.tab.get(path)
    assert reply.status_code == 200
    assert not re.search(rb"prefiller|walled/|>Walled<", reply.content)
    await walls.opens()
    if door in LISTING:
        assert re.search(rb"prefiller", (await walls.tab.get(path)).content)


LISTING = (
    *("conversations:new", "conversations:open", "picker:models", "picker:models that fit"),
    *(
        "streaming:standing",
        "preferences:settings",
        "editing:regenerate-with",
        "editing:edit",
        "api:models",
    ),
)
"""Those that show it once it is theirs to use."""


def test_every_door_that_names_a_model_stands_here() -> None:
    """The table of all doors says of which a form may name one; administrators choose for all."""
    names = {name for name, door in DOORS.items() if "model" in door.fields}
    ours = {name for name in names if DOORS[name].whose != "administrator"}
    assert ours <= {door.split(" ")[0] for door in NAMING}


MENU = re.compile(r"\bmenu\.(offers|of_administrators|_everything)\b|providers\.get\(|\.offers\(")
OPEN = {
    "streaming/catalog/model_menu.py": "makes the menus",
    "streaming/catalog/views.py": "administrators' pages",
    "streaming/catalog/provider_registry.py": "the configuration of an answer that was written",
    "streaming/catalog/use/views.py": "administrators' pages",
    "streaming/templatetags/offers.py": "`all_offers` is for administrators' pages",
    "streaming/templatetags/composer.py": "a person's menu",
    "streaming/picker/listing.py": "a person's menu",
    "streaming/parameters/views.py": "a person's menu",
    "streaming/context/gauge.py": "a person's menu",
    "streaming/context/weighing.py": "a person's menu",
    "streaming/runs/whom/permission.py": "asks whether the person may",
    "streaming/runs/runner.py": "runs that were begun",
    "streaming/runs/takeover.py": "`begin_after` asks whether the person may",
    "streaming/live/answers/notices.py": "how long a run's provider is waited for",
}
"""Where models and providers are looked up at all, and why that is not past the rules."""


def test_models_are_looked_up_nowhere_else() -> None:
    found = {
        str(file.relative_to(ROOT))
        for room in ("streaming", "chatsite", "conversations")
        for file in (ROOT / room).rglob("*.py")
        if MENU.search(file.read_text())
    }
    assert found <= OPEN.keys()


def test_pages_for_everybody_list_a_persons_models() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        if "all_offers" in file.read_text():
            assert file.parent.name == "providers", file
