"""Settings of pages on their way to a browser. None of them can be changed by the environment."""

RENDERED_BYTES = (
    4 * 1024 * 1024
)  # of HTML of ended answers, which a process keeps for the next page

WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json"}
USE_I18N = False  # everything is in English; each number on a page would ask for the language
