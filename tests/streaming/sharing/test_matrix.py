"""Every door of the site, with the token of a share that holds, is over, or is another's.

A token is tried wherever a door could take one, at once: in the address, after its question mark,
as a cookie, as a bearer. It opens the one page that its link leads to, and that while it holds.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.preferences.models import Preferences
from conversations.sharing import shares
from conversations.sharing.models import Share
from streaming.live.protocol import SIGNED_OUT
from tests.support.doors import DOORS, NO_TOKEN
from tests.support.living import PREFILLER
from tests.support.stages import shared
from tests.support.tabs import Socket, Tab, place_of
from tests.test_ownership import PRIVATE, House, house

__all__ = ["house"]

WAYS = ("holds", "revoked", "expired", "another's")
OTHERS = "what somebody else wrote"
SECRETS = (PRIVATE, OTHERS)
OPEN = {"holds": PRIVATE, "another's": OTHERS}
CLOSED = {"holds": OTHERS, "another's": PRIVATE}


class Seen(NamedTuple):
    status: int
    place: str
    text: str


def furnish(house: House, way: str) -> str:
    """The token of a share that stands so."""
    if way == "another's":
        other = User.objects.create_user("third")
        thread = Conversation.objects.create(owner=other, title=OTHERS)
        end = Message.objects.create(conversation=thread, role="user", text=OTHERS)
        data = {"messages": [{"role": "user", "text": OTHERS}]}
        return shares.make(other, uuid.uuid4(), end, data).token
    share = shared(house)
    if way == "revoked":
        shares.revoke(house.living.owner, share.pk)
    if way == "expired":
        Share.objects.filter(pk=share.pk).update(expires_at=timezone.now())
    return share.token


def carrying(token: str) -> Tab:
    """A visitor who gives the token out for a sign-in."""
    visitor = Tab()
    for name in (settings.SESSION_COOKIE_NAME, "token"):
        visitor.client.cookies[name] = token
    return visitor


async def knock(house: House, name: str, visitor: Tab, token: str) -> Seen:
    """With the token in the address, where the door has one there, and in all other places."""
    door = DOORS[name]
    path = reverse(name, args=[token]) if door.args == NO_TOKEN else house.address(name)
    reply = await visitor.request(
        door.method,
        f"{path}?token={token}&share={token}",
        headers={"Authorization": f"Bearer {token}"},
        **({} if door.method == "get" else {"data": dict(door.fields)}),
    )
    place = urlsplit(reply.headers.get("Location", "")).path
    return Seen(reply.status_code, place, reply.content.decode())


@pytest.mark.parametrize("way", WAYS)
async def test_a_token_opens_its_own_page_and_no_other_door(house: House, way: str) -> None:
    token = await house.living.do(lambda: furnish(house, way))
    before = await house.contents(), await house.living.do(lambda: list(Share.objects.values()))
    wrong = []
    for name in DOORS:
        plain = await knock(house, name, Tab(), NO_TOKEN[0])
        seen = await knock(house, name, carrying(token), token)
        if name == "sharing:read" and way in OPEN:
            good = seen.status == 200 and OPEN[way] in seen.text
            good = good and CLOSED[way] not in seen.text
        else:
            good = seen[:2] == plain[:2] and not any(each in seen.text for each in SECRETS)
        if not good:
            wrong.append((name, seen[:2], plain[:2]))
    assert wrong == []
    after = await house.contents(), await house.living.do(lambda: list(Share.objects.values()))
    assert after == before


@pytest.mark.parametrize("way", WAYS)
async def test_a_token_opens_no_socket(house: House, way: str) -> None:
    token = await house.living.do(lambda: furnish(house, way))
    for path in ("/ws/", f"/ws/c/{house.run.conversation_id}/"):
        socket = Socket(f"{path}?token={token}", carrying(token).cookies)
        await socket.open()
        assert await socket.closed() == SIGNED_OUT


async def test_the_menu_of_a_conversation_leads_to_the_form(house: House, tab: Tab) -> None:
    pk = house.run.conversation_id
    page = await tab.page(f"/c/{pk}/")
    assert page.one("data-action", "share").attributes["href"] == f"/c/{pk}/share/"


async def test_a_copy_can_be_continued(house: House) -> None:
    living, reader = house.living, Tab()
    token = await living.do(lambda: furnish(house, "holds"))
    grace = await living.do(lambda: User.objects.create_user("grace"))
    await reader.sign_in(grace)
    choices = {"owner": grace, "new_model": f"puppet/{PREFILLER}"}
    await living.do(lambda: Preferences.objects.create(**choices))
    place = place_of(await reader.post(f"/s/{token}/copy/"))
    page = await reader.page(place)
    assert PRIVATE in page.text()
    [chosen] = [each for each in page.walk() if "selected" in each.attributes]
    assert chosen.attributes["value"] == f"puppet/{PREFILLER}"
    fields = {"prompt": "And now?", "model": "puppet/teller", "conversation": place.split("/")[2]}
    assert (await reader.post("/send/", htmx=False, **fields)).status_code == 303
    talk = await living.puppet.talk()
    assert talk.turns == [("user", PRIVATE), ("assistant", PRIVATE), ("user", "And now?")]
    await talk.say("More")
    await talk.finish()
    await living.until_idle()
    assert "More" in (await reader.page(place)).text()
