"""The app of what people chose for themselves."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "conversations.preferences"
    label = "preferences"
