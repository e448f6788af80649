"""The app of conversations and messages."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations.search.index import watching  # models can be imported from now on

        watching.watch()
