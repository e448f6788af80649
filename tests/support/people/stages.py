"""What has to stand before a form about second factors can be sent."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from chatsite.accounts.second_factors.forms import AppForm
from tests.support.people.factors import code_of, with_app
from tests.support.stages import Sent, staged
from tests.test_ownership import House

passkey = staged(lambda house: Sent((house.passkey.pk,)))


@staged
def new_app(house: House) -> Sent:
    form = AppForm(house.living.owner)
    return Sent(fields={"sealed": form.sealed_secret, "code": code_of(form.secret)})


@staged
def app(house: House) -> Sent:
    with_app(house.living.owner)
    return Sent()


@staged
def somebody_with_an_app(house: House) -> Sent:
    with_app(house.living.owner)
    return Sent((house.living.owner.pk,))


@staged
def codes(house: House) -> Sent:
    data = {"seed": "none", "used_mask": 0}
    kind = Authenticator.Type.RECOVERY_CODES
    Authenticator.objects.create(user=house.living.owner, type=kind, data=data)
    return Sent()
