"""The app that knows the site's languages: it compiles their catalogues when the site starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import trans_real

from chatsite.languages import catalogue


class LanguagesConfig(AppConfig):
    name = "chatsite.languages"
    label = "languages"

    def ready(self) -> None:
        """Our texts come before those of Django and other packages."""
        for path in catalogue.paths():
            translation = trans_real.translation(path.stem)
            translation.merge(catalogue.compiled(catalogue.read(path)))
