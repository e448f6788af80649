"""The app of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "conversations.files"
    label = "files"

    def ready(self) -> None:
        from conversations.files import sweeping  # models can be imported from now on

        sweeping.watch()
