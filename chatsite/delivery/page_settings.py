"""Settings of pages on their way to a browser. None of them can be changed by the environment."""

from typing import Any

from csp.constants import NONE, SELF

RENDERED_BYTES = 4 * 1024 * 1024  # of ended answers as HTML, which a process keeps for later pages

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
CSRF_FAILURE_VIEW = "chatsite.refusals.csrf_failure"
STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "chatsite.installed.icons.DrawnIcons",
]
WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json"}
MEMORY_EVERY_SECONDS = 4  # after a busy time memory goes back within twice as long
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else shows files of this site

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sw", "Kiswahili")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = ["chatsite.languages.formats"]
