"""The app of people's own keys."""

from django.apps import AppConfig


class OwnKeysConfig(AppConfig):
    name = "streaming.catalog.own_keys"
    label = "own_keys"
