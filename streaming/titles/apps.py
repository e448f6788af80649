"""The app of titles that models give."""

from django.apps import AppConfig


class TitlesConfig(AppConfig):
    name = "streaming.titles"
    label = "titles"

    def ready(self) -> None:
        from streaming.titles import wishes  # models can be imported from now on

        wishes.watch()
