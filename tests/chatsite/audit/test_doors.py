"""Every door of administrators that changes something leaves a row in the log of acts.

The doors are those of `tests.support.doors`, their forms those of `tests.support.filled_forms`: a
new one that leaves nothing fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms.models import model_to_dict

from conversations.audit.acts import What
from conversations.audit.models import Act
from tests.chatsite.test_settings import load
from tests.support.doors import DOORS
from tests.support.filled_forms import FORMS, Filled
from tests.support.living import living, owner
from tests.support.stages import PASSWORD, Sent
from tests.support.tabs import Tab
from tests.test_once import send
from tests.test_ownership import House, house

__all__ = ["house", "living", "load", "owner"]

QUIET: Mapping[str, str] = {
    "providers:test": "asks a provider, and keeps nothing of it",
    "tools:callback": "sent here without a sign-in that was begun; one that was leaves a row",
}
"""Doors whose form, as it is filled in there, changes nothing."""
SECRETS = ("k" * 20, "t" * 20, PASSWORD, "/password/link/", "/join/")
ADMINISTRATORS = [form for form in FORMS if DOORS[form.door].whose == "administrator"]
LOUD = [form for form in ADMINISTRATORS if form.door not in QUIET]


def test_no_door_that_changes_something_is_excused() -> None:
    quiet = [form for form in ADMINISTRATORS if form.door in QUIET]
    assert {form.door for form in quiet} == QUIET.keys()
    assert all(form.looks for form in quiet)


@pytest.mark.parametrize("form", LOUD, ids=str)
async def test_an_administrators_act_is_in_the_log_without_any_secret(
    house: House, form: Filled, settings: Any, load: Any
) -> None:
    settings.EMAIL_SERVER = load(EMAIL_URL="smtp://127.0.0.1")["EMAIL_SERVER"]
    chief, do = Tab(), house.living.do
    await chief.sign_in(await do(lambda: User.objects.create_superuser("chief")))
    sent = await form.stage(house) if form.stage else Sent()
    before = await do(Act.objects.count)
    assert (await send(form, sent, "", chief)).status_code in (200, 303)
    made = await do(lambda: list(Act.objects.order_by("pk")[before:]))
    assert made
    for act in made:
        assert (act.who, act.what in What) == ("chief", True)
        assert act.whom or act.thing or act.before != act.after
        assert not [word for word in SECRETS if word in str(model_to_dict(act))]
