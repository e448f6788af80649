"""What has to stand before a form about a person's own keys can be sent."""

from __future__ import annotations

from streaming.catalog.own_keys import keys, views
from streaming.site import site
from tests.support.stages import Sent, staged
from tests.test_ownership import House


@staged
def no_own_key(house: House) -> Sent:
    keys.set_rule("puppet", allowed=True, only=False)
    stamp = views.Place("puppet", "Puppet", site().providers["puppet"].config.base_url).stamp
    return Sent(fields={"provider": "puppet", "stamp": stamp})


@staged
def own_key(house: House) -> Sent:
    keys.give(house.living.owner.pk, "puppet", "http://puppet.example/v1", "k" * 20)
    return Sent(fields={"provider": "puppet"})
