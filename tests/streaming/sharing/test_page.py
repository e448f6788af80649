"""What the link of a share leads to: for anybody, leading nowhere else, asked for at each read."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from chatsite.redaction import redact
from conversations.models import Conversation, Message
from conversations.sharing import shares
from conversations.sharing.models import Share
from conversations.sharing.snapshot import PARTS
from conversations.trash import moving
from streaming.sharing import making, page
from tests.streaming.sharing.conftest import MakeShare, address
from tests.support import rows
from tests.support.document import Element, parse
from tests.support.rows import RESULT, THOUGHTS

pytestmark = pytest.mark.django_db

NEVER = "x" * 43


def gone(path: str, reader: Client | None = None) -> None:
    """It is answered as one that never was, to the byte."""
    reader = reader or Client()
    reply, never = reader.get(path), reader.get(f"/s/{NEVER}/")
    assert reply.status_code == never.status_code == 404
    assert reply.content == never.content
    told = [dict(each.headers) | {"X-Request-ID": ""} for each in (reply, never)]
    assert told[0] == told[1]


def shown(share: Share, reader: Client | None = None) -> Element:
    reply = (reader or Client()).get(address(share))
    assert reply.status_code == 200
    return parse(reply.content.decode())


def test_anybody_reads_it_without_an_account_or_a_script(share: MakeShare) -> None:
    reply = Client().get(address(share()))
    assert reply.status_code == 200
    html = reply.content.decode()
    assert "<em>word</em>" in html
    assert "Of &lt;bees&gt; &amp; wax" in html
    assert "<script" not in html
    assert "hx-" not in html
    assert reply.cookies == {}


def test_it_is_looked_up_at_each_read_and_told_to_nobody(share: MakeShare) -> None:
    path = address(share())
    reply = Client().get(path)
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in reply.content.decode()
    assert "Cookie" in reply.headers["Vary"]
    etag = reply.headers["ETag"]
    for known in (etag, f"W/{etag}"):
        again = Client().get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Cache-Control"] == "no-cache"


def test_a_page_that_did_not_change_is_not_made_again(
    share: MakeShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(share())
    etag = Client().get(path).headers["ETag"]
    monkeypatch.setattr(page, "_page", None)
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 304


def test_what_a_reader_has_is_another_page_for_another_reader(
    share: MakeShare, browser: Client
) -> None:
    path = address(share())
    visitor = Client().get(path).headers["ETag"]
    assert browser.get(path, headers={"If-None-Match": visitor}).status_code == 200
    swahili = {"If-None-Match": visitor, "Accept-Language": "sw"}
    assert Client().get(path, headers=swahili).status_code == 200


def test_whoever_is_signed_in_gets_a_304_too(share: MakeShare, browser: Client) -> None:
    path = address(share())
    browser.get(path)  # now it has a token of forms
    etag = browser.get(path).headers["ETag"]
    again = browser.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_revoked_or_expired_it_is_as_one_that_never_was(share: MakeShare, ada: User) -> None:
    revoked, expired, live = share(), share(expires_at=timezone.now()), share()
    etag = Client().get(address(revoked)).headers["ETag"]
    shares.revoke(ada, revoked.pk)
    for each in (revoked, expired):
        gone(address(each))
        gone(f"{address(each)}?again")
    gone("/s/none/")
    gone(f"/s/{live.token[:-1]}/")
    gone(f"/s/{live.token.upper()}/")
    gone("/s/%00/")
    assert Client().get(address(revoked), headers={"If-None-Match": etag}).status_code == 404
    shown(live)


def test_it_holds_until_its_moment(share: MakeShare) -> None:
    soon = share(expires_at=timezone.now() + timedelta(minutes=1))
    shown(soon)
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    gone(address(soon))


def test_it_is_closed_while_its_conversation_is_in_the_trash(
    share: MakeShare, thread: Conversation
) -> None:
    one = share()
    deletion = moving.trash_conversation(thread, uuid.uuid4())
    gone(address(one))
    moving.restore(thread, deletion)
    shown(one)


def test_it_is_closed_while_its_last_message_is_in_the_trash(
    share: MakeShare, thread: Conversation
) -> None:
    one = share()
    first = thread.messages.order_by("pk")[0]
    deletion = moving.trash_branch(thread, first, uuid.uuid4())
    moving.spread(thread, deletion)
    gone(address(one))
    moving.restore(thread, deletion)
    shown(one)


def test_what_is_deleted_for_good_takes_its_shares_along(
    share: MakeShare, thread: Conversation
) -> None:
    one = share()
    Message.everything.filter(conversation=thread).delete()
    assert not Share.objects.exists()
    gone(address(one))


def test_it_is_closed_while_its_owner_is_switched_off(share: MakeShare, ada: User) -> None:
    one = share()
    User.objects.filter(pk=ada.pk).update(is_active=False)
    gone(address(one))


def test_its_owner_is_named_only_where_that_was_chosen(share: MakeShare) -> None:
    assert "ada" not in Client().get(address(share())).content.decode()
    assert "ada-the-owner" in shown(share(shown_name="ada-the-owner")).text()


def test_what_changes_later_changes_nothing_of_it(share: MakeShare, thread: Conversation) -> None:
    one = share()
    before = shown(one).one("data-shared").text()
    thread.messages.update(text="Something else")
    Conversation.objects.update(title="Another title")
    assert shown(one).one("data-shared").text() == before


def test_reasoning_and_calls_are_shown_where_they_were_chosen(
    share: MakeShare, thread: Conversation
) -> None:
    call = {"id": "1", "name": "look", "arguments": '{"up": 1}', "state": "made", "generation": 1}
    thread.messages.filter(role="assistant").update(reasoning="Let me see", tool_calls=[call])
    plain, whole = shown(share()), shown(share("reasoning", "tools"))
    assert "Let me see" not in plain.text()
    assert plain.all("data-tool") == []
    assert "Let me see" in whole.text()
    assert [each.attributes["data-state"] for each in whole.all("data-tool")] == ["refused"] * 2


def test_an_answer_in_parts_is_shown_in_its_order(ada: User) -> None:
    end = rows.answer_in_parts(ada)
    data = making.of_branch(end, PARTS)
    page = shown(shares.make(ada, uuid.uuid4(), end, data, PARTS))
    [answer] = [each for each in page.all("data-role") if each.attributes["data-role"] != "user"]
    words = [*THOUGHTS[:1], "Let me look.", RESULT, *THOUGHTS[1:], "It is 3."]
    places = [answer.text().find(each) for each in words]
    assert -1 not in places and places == sorted(places)


def test_an_answer_that_broke_off_says_so(share: MakeShare, thread: Conversation) -> None:
    assert "not complete" not in shown(share()).text()
    for message in thread.messages.filter(role="assistant"):
        message.generations.update(status="cancelled")
    assert "not complete" in shown(share()).text()


def test_no_other_method_does_anything(share: MakeShare) -> None:
    path = address(share())
    assert Client().head(path).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(path).status_code == 405


def test_a_token_of_a_link_is_not_logged(share: MakeShare) -> None:
    one = share()
    assert one.token not in redact(f'"GET {address(one)} HTTP/1.1" 200')


def links(page: Element) -> list[str]:
    """Every address that a page names, of whatever kind."""
    named = ("href", "src", "action", "formaction", "srcset", "poster", "data", "content")
    found = [
        value
        for element in page.walk()
        for name, value in element.attributes.items()
        if name in named and (name != "content" or "/" in value)
    ]
    return [each for each in found if not each.startswith(("#", "{"))]


def test_every_link_of_it_leads_to_itself_static_files_or_the_sign_in(share: MakeShare) -> None:
    """Those that somebody wrote into the conversation lead to other sites, or to the sign-in."""
    path, visitor = address(share("reasoning", "tools")), Client()
    waiting, seen = [path], set[str]()
    while waiting:
        here = waiting.pop().removeprefix(settings.PUBLIC_ORIGIN)
        if here in seen or urlsplit(here).netloc:
            continue
        seen.add(here)
        place = urlsplit(here).path
        if place.startswith("/static/"):
            assert finders.find(place.removeprefix("/static/")), place
            continue
        reply = visitor.get(here)
        if place == "/usage/":
            assert reply.headers["Location"] == "/login/?next=/usage/"
        else:
            assert reply.status_code == 200, here
        if place == path:
            waiting += [urljoin(here, each) for each in links(parse(reply.content.decode()))]
    places = {urlsplit(each).path for each in seen}
    assert {place for place in places if not place.startswith("/static/")} == {
        path,
        "/login/",
        "/usage/",
    }


def test_a_visitor_signs_in_and_comes_back_to_copy(share: MakeShare) -> None:
    one = share()
    door = shown(one).one("data-action", "copy-share")
    assert door.attributes["href"] == f"/login/?next={address(one)}"
    User.objects.create_user("grace", password="a long word of passage")
    visitor = Client()
    said = {"login": "grace", "password": "a long word of passage", "next": address(one)}
    assert visitor.post("/login/", said).headers["Location"] == address(one)
    form = visitor.post(f"{address(one)}copy/")
    assert form.status_code == 303
