"""An account that is deleted leaves nothing: no row, no file, no way in, no running answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from chatsite.tokens import granting
from conversations.files.models import File, storage
from conversations.roles import giving
from conversations.roles.rights import Role
from conversations.sharing.models import Share
from streaming.audience import rules
from streaming.catalog.own_keys import keys
from streaming.catalog.own_keys.models import OwnKey
from streaming.leaving import going
from streaming.live.protocol import SIGNED_OUT
from streaming.transfer import files
from streaming.transfer.outgoing import whole
from tests.support.files.rows import picture_of
from tests.support.living import Living
from tests.support.stages import PASSWORD, shared
from tests.support.tabs import Tab, tab, watched
from tests.test_ownership import House, house, living, owner

__all__ = ["house", "living", "owner", "tab"]


def mentions(user_id: int) -> list[str]:
    """Every table with a row that still names this person."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                rows = model._base_manager.filter(**{field.attname: user_id})
                found += [model._meta.label] * rows.exists()
    return found


async def test_nothing_of_a_person_is_left(house: House, tab: Tab, settings: Any) -> None:
    settings.SIGN_INS_EVERY_SECONDS = 0.05
    user, site = house.living.owner, house.living
    answer = await site.answering("Still being written")
    page = await watched(site, tab, answer)

    def furnish() -> tuple[str, list[str]]:
        user.set_password(PASSWORD)
        user.save()
        picture_of(user, "one more")
        granting.make(user, house.prompt.key, "a program", "write")
        keys.give(user.pk, "puppet", "http://puppet.example/v1", "a key of my own")
        rules.keep_to("puppet", "", [], [user])
        names = [name for file in File.objects.filter(owner=user) for name in file.stored]
        return shared(house).token, names

    link, names = await site.do(furnish)
    await tab.sign_in(user)
    async with page.connected() as socket:
        wrong = await tab.post("/account/delete/", password="a wrong one")
        assert wrong.status_code == 400
        reply = await tab.post("/account/delete/", password=PASSWORD)
        assert (reply.status_code, reply["Location"]) == (303, "/login/")
        assert not await site.do(OwnKey.objects.exists)
        assert await socket.closed() in (SIGNED_OUT, 4404)
    await site.until_idle()

    def left() -> None:
        going.take_piece()
        assert not User.objects.filter(pk=user.pk).exists()
        assert mentions(user.pk) == []
        assert Session.objects.count() == 0
        assert Share.objects.count() == 0
        assert [name for name in names if storage().exists(name)] == []
        assert not files.path(house.transfer.pk).exists()

    await site.do(left)
    assert (await Tab().get(f"/s/{link}/")).status_code == 404


async def test_the_export_that_was_offered_first_is_not_kept(living: Living) -> None:
    """It lay there for TRANSFER_HOURS, with every word."""
    await living.ended("A thread that is left")
    assert [piece async for piece in whole.written(living.owner)]

    def leave() -> list[str]:
        pk = living.owner.pk
        assert (files.folder() / f"{pk}.zip").exists()
        being = files.folder() / f"{pk}-being-written.whole"
        being.touch()
        User.objects.create_superuser("another")
        going.close(living.owner)
        going.take_piece()
        kept = (each.name for each in files.folder().iterdir())
        return [name for name in kept if name.startswith((f"{pk}-", f"{pk}."))]

    assert await living.do(leave) == []


async def test_the_last_administrator_stays_and_is_told(living: Living, tab: Tab) -> None:
    await living.do(lambda: giving.give(living.owner, Role.ADMINISTRATOR))
    reply = await tab.post("/account/delete/", name="owner")
    assert (reply.status_code, "has to administer" in reply.content.decode()) == (409, True)
    assert (await tab.post("/account/delete/", name="somebody")).status_code == 400
    assert await living.do(lambda: User.objects.get(pk=living.owner.pk).username) == "owner"
    await living.do(lambda: User.objects.create_superuser("second"))
    assert (await tab.post("/account/delete/", name="owner")).status_code == 303
    assert not await living.do(lambda: User.objects.filter(pk=living.owner.pk).exists())


async def test_who_became_the_last_administrator_a_moment_ago_stays_too(living: Living) -> None:
    def leave() -> None:
        giving.give(User.objects.get(pk=living.owner.pk), Role.ADMINISTRATOR)
        with pytest.raises(giving.LastAdministrator):
            going.close(living.owner)

    await living.do(leave)


async def test_what_the_click_did_not_delete_the_chore_does(living: Living) -> None:
    await living.ended("A thread that is left")

    def leave() -> int:
        going.close(living.owner)
        giving_up = User.objects.get(pk=living.owner.pk)
        assert (giving_up.is_active, giving_up.has_usable_password()) == (False, False)
        going.take_piece()
        return User.objects.filter(pk=living.owner.pk).count()

    assert await living.do(leave) == 0
