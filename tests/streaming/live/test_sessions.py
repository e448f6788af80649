"""R12: what is taken away from a person reaches the sockets that are open, in every process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from chatsite.accounts.links import password_link
from streaming.live.protocol import SIGNED_OUT
from streaming.live.sessions import SessionCheck
from tests.support.living import Living
from tests.support.tabs import Tab, reads, watched


async def signs_out(living: Living, tab: Tab) -> None:
    assert (await tab.post("/logout/")).status_code == 302


async def is_disabled(living: Living, tab: Tab) -> None:
    await living.do(lambda: User.objects.update(is_active=False))


async def session_is_deleted(living: Living, tab: Tab) -> None:
    await living.do(lambda: Session.objects.all().delete())


async def session_runs_out(living: Living, tab: Tab) -> None:
    ago = timezone.now() - timedelta(seconds=1)
    await living.do(lambda: Session.objects.update(expire_date=ago))


async def password_is_changed(living: Living, tab: Tab) -> None:
    def change() -> None:
        living.owner.set_password("another one, a long one")
        living.owner.save()

    await living.do(change)


async def password_is_reset_by_a_link(living: Living, tab: Tab) -> None:
    link = urlsplit(await living.do(lambda: password_link(living.owner))).path
    other = Tab()
    form = (await other.get(link))["Location"]
    new = "another one, a long one"
    assert (await other.post(form, password1=new, password2=new)).status_code == 302


@pytest.fixture
def often(settings: Any) -> None:
    settings.SIGN_INS_EVERY_SECONDS = 0.05


@pytest.mark.parametrize(
    "takes_away",
    [
        signs_out,
        is_disabled,
        session_is_deleted,
        session_runs_out,
        password_is_changed,
        password_is_reset_by_a_link,
    ],
    ids=lambda way: way.__name__,
)
async def test_r12_a_sign_in_that_ends_closes_its_sockets_and_no_others(
    often: None, living: Living, tab: Tab, takes_away: Callable[[Living, Tab], Awaitable[None]]
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    async with page.connected() as socket:
        await answer.says("Before")
        await page.until(socket, reads("Before"))
        await takes_away(living, tab)
        assert await socket.closed() == SIGNED_OUT
        await answer.says(" and after")
        assert await socket.receive_nothing(timeout=0.05)
    assert len(living.site.sockets) == 0


async def test_r12_another_session_of_the_same_person_stays(
    often: None, living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    elsewhere = Tab()
    await elsewhere.sign_in(living.owner)
    page, kept = await watched(living, tab, answer), await watched(living, elsewhere, answer)
    async with page.connected() as socket, kept.connected() as other:
        await signs_out(living, tab)
        assert await socket.closed() == SIGNED_OUT
        await answer.says("Still here")
        await kept.until(other, reads("Still here"))


async def test_r12_a_deleted_person_is_signed_in_no_more(living: Living, tab: Tab) -> None:
    held = await living.do(lambda: {Session.objects.get().session_key: living.owner.pk})
    check = SessionCheck()
    assert await living.do(lambda: check.ended(held)) == set()
    await living.do(lambda: User.objects.all().delete())
    assert await living.do(lambda: check.ended(held)) == held.keys()


async def test_a_session_that_signs_in_somebody_else_now_is_not_this_persons(
    living: Living, tab: Tab
) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    key = await living.do(lambda: Session.objects.get().session_key)
    assert await living.do(lambda: SessionCheck().ended({key: other.pk})) == {key}


async def test_what_has_not_changed_is_not_read_again(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await living.do(lambda: {Session.objects.get().session_key: living.owner.pk})
    check = SessionCheck()
    assert await living.do(lambda: check.ended(held)) == set()
    monkeypatch.setattr(Session, "get_decoded", None)
    assert await living.do(lambda: check.ended(held)) == set()
