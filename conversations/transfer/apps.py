"""The app of what comes in and goes out."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "conversations.transfer"
    label = "transfer"

    def ready(self) -> None:
        from conversations.transfer import forgetting  # models can be imported from now on

        forgetting.watch()
