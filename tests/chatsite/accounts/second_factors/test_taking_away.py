"""Who lost the second factors: an administrator helps, or whoever runs the site."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from chatsite.accounts.second_factors import factors
from conversations.audit.models import Act
from tests.chatsite.accounts.signing_in import ada
from tests.chatsite.accounts.test_people import chief
from tests.support.people.factors import with_app

__all__ = ["ada", "chief"]

pytestmark = pytest.mark.django_db


def test_the_list_of_people_has_the_button_where_there_is_something_to_take(
    chief: User, ada: User, client: Client
) -> None:
    path = f"/people/{ada.pk}/second-factors/"
    assert path not in client.get("/people/").content.decode()
    with_app(ada)
    assert path in client.get("/people/").content.decode()
    done = client.post(path, follow=True).content.decode()
    assert "signs in without a second factor now" in done
    assert path not in done
    act = Act.objects.get(what="factors-removed")
    assert (act.who, act.whom) == (chief.username, "ada")
    assert factors.kinds(ada) == frozenset()


def test_the_command_takes_them_in_any_case_of_the_name(ada: User) -> None:
    with_app(ada)
    told = StringIO()
    call_command("take_second_factors", "Ada", stdout=told)
    assert told.getvalue() == "ada: 1 taken away.\n"
    assert factors.kinds(ada) == frozenset()
    assert Act.objects.get(what="factors-removed").who == ""
    with pytest.raises(CommandError, match="Nobody is called grace"):
        call_command("take_second_factors", "grace")
