"""The app of shares."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "conversations.sharing"
    label = "sharing"
