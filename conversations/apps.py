"""The app of conversations and messages."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"
