"""The app of what answers cost."""

from django.apps import AppConfig


class CostsConfig(AppConfig):
    name = "streaming.costs"
    label = "costs"

    def ready(self) -> None:
        from streaming.costs import keeping  # models can be imported from now on

        keeping.watch()
