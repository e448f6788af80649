"""Every setting of the site, and the one place where the environment is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chatsite.account_settings import *  # noqa: F403 (part of this file, apart for its length)
from chatsite.accounts.single_sign_on.configuration import read_sign_on
from chatsite.delivery.page_settings import *  # noqa: F403 (as above)
from chatsite.environment import (
    read_choice,
    read_flag,
    read_folder,
    read_integer,
    read_networks,
    read_origin,
    read_pairs,
    read_time_zone,
)
from chatsite.limits.files import *  # noqa: F403 (part of this file, too)
from chatsite.limits.parameters import *  # noqa: F403 (part of this file, too)
from chatsite.limits.pictures import *  # noqa: F403 (part of this file, too)
from chatsite.limits.prompts import *  # noqa: F403 (part of this file, too)
from chatsite.limits.queue import *  # noqa: F403 (part of this file, too)
from chatsite.limits.reading import *  # noqa: F403 (part of this file, too)
from chatsite.limits.requests import *  # noqa: F403 (part of this file, too)
from chatsite.limits.search import *  # noqa: F403 (part of this file, too)
from chatsite.limits.sharing import *  # noqa: F403 (part of this file, too)
from chatsite.limits.sockets import *  # noqa: F403 (part of this file, too)
from chatsite.limits.tokens import *  # noqa: F403 (part of this file, too)
from chatsite.limits.tools import *  # noqa: F403 (part of this file, too)
from chatsite.limits.transfers import *  # noqa: F403 (part of this file, too)
from chatsite.mail_url import read_mail_server
from chatsite.operators.files import read_providers, read_tool_servers
from chatsite.secret import kept_secret, read_field_keys
from chatsite.services import read_database, read_layers, read_storage
from chatsite.version import read_version
from streaming.providers.discovery import USUAL

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = read_version(BASE_DIR / "pyproject.toml")
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").expanduser().absolute()

# Where the site answers
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = read_integer(os.environ, "PORT", 8000, 1, 65535)
PUBLIC_ORIGIN = read_origin(os.environ, "PUBLIC_ORIGIN", f"http://127.0.0.1:{PORT}")
HTTPS = PUBLIC_ORIGIN.startswith("https:")
_public_host = str(urlsplit(PUBLIC_ORIGIN).hostname)
_public_port = urlsplit(PUBLIC_ORIGIN).port or (443 if HTTPS else 80)
_loopback = _public_host in {"127.0.0.1", "localhost", "::1"}
_named = f"[{_public_host}]" if ":" in _public_host else _public_host
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if _loopback else [_named]
WEBSOCKET_ORIGINS = [PUBLIC_ORIGIN]
if _loopback:
    _port = "" if _public_port == (443 if HTTPS else 80) else f":{_public_port}"
    _scheme = "https" if HTTPS else "http"
    WEBSOCKET_ORIGINS += [f"{_scheme}://localhost{_port}", f"{_scheme}://[::1]{_port}"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]

# Secrets and cookies
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(DATA_DIR)
FIELD_KEYS = read_field_keys(os.environ, DATA_DIR)
DEBUG = False
_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}sessionid" if HTTPS else f"sessionid_{_public_port}"
CSRF_COOKIE_NAME = f"{_prefix}csrftoken" if HTTPS else f"csrftoken_{_public_port}"
LANGUAGE_COOKIE_NAME = f"{_prefix}language" if HTTPS else f"language_{_public_port}"
NEXT_COOKIE_NAME = f"{_prefix}next" if HTTPS else f"next_{_public_port}"
LOOK_COOKIE_NAME = f"{_prefix}look" if HTTPS else f"look_{_public_port}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
_hsts = read_choice(os.environ, "HSTS", "HOST", ("HOST", "SUBDOMAINS", "PRELOAD"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and _hsts != "HOST"
SECURE_HSTS_PRELOAD = HTTPS and _hsts == "PRELOAD"
# HSTS for other hosts of the domain is not for this site to decide, unless HSTS says so.
# The tags of translations are Django's, one of them made faster: that is what W003 has seen.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "templates.W003"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    *("allauth.account", "allauth.usersessions", "allauth.socialaccount", "allauth.mfa"),
    "channels",
    "django_htmx",
    "csp",
    "chatsite.accounts",
    "chatsite.tokens",
    "chatsite.languages",
    "conversations",
    "conversations.preferences",
    *("conversations.roles", "conversations.audit", "conversations.quotas"),
    "conversations.prompts",
    "conversations.transfer",
    "conversations.sharing",
    "conversations.files",
    "streaming",
    *("streaming.titles", "streaming.costs", "streaming.tools"),
    *("streaming.audience", "streaming.catalog.own_keys"),
]
MIDDLEWARE = [
    "chatsite.middleware.request_ids",
    "chatsite.middleware.probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chatsite.delivery.compression.compressed_pages",
    "chatsite.middleware.private_pages",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chatsite.languages.middleware.browser_language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "chatsite.tokens.bearer.Bearer",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chatsite.preferences.look.keep_look",
    "chatsite.middleware.SignedInMiddleware",
    "chatsite.languages.middleware.ChosenLanguage",
    "django_htmx.middleware.HtmxMiddleware",
    "chatsite.accounts.right_to_write.RightToWrite",
    "chatsite.accounts.asking_again.middleware.AskAgain",
    "chatsite.middleware.StorageTrouble",
]
ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"i18n": "chatsite.languages.template_tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "chatsite.refusals.addresses",
                "chatsite.preferences.look.preferences",
                "chatsite.delivery.form_keys.form_keys",
            ],
        },
    }
]
# Signing in: how long links are valid, and the mail server
PASSWORD_RESET_TIMEOUT = 3600 * read_integer(os.environ, "PASSWORD_LINK_HOURS", 24, 24, 720)
SIGN_IN_LINK_SECONDS = 60 * read_integer(os.environ, "SIGN_IN_LINK_MINUTES", 60, 1, 1440)
SINGLE_SIGN_ON = read_sign_on(os.environ)
TRUSTED_PROXIES = read_networks(
    {"TRUSTED_PROXIES": "127.0.0.0/8, ::1" if HTTPS else ""} | os.environ, "TRUSTED_PROXIES"
)
EMAIL_SERVER = read_mail_server(os.environ, "EMAIL_URL", _public_host)
EMAIL_TIMEOUT = 10
MAILS_WAITING = 100
if EMAIL_SERVER is not None:
    EMAIL_HOST, EMAIL_PORT = EMAIL_SERVER.host, EMAIL_SERVER.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL_SERVER.user, EMAIL_SERVER.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = EMAIL_SERVER.tls, EMAIL_SERVER.starttls
    DEFAULT_FROM_EMAIL = EMAIL_SERVER.sender

# What is kept: a commit is on the disk before it is shown
DATABASE_CONNECTIONS = read_integer(os.environ, "DATABASE_CONNECTIONS", 20, 8, 1000)
DATABASES: dict[str, Any] = {
    "default": read_database(
        os.environ, "DATABASE_URL", DATA_DIR / "chatsite.sqlite3", DATABASE_CONNECTIONS
    )
}
TRASH_DAYS = read_integer(os.environ, "TRASH_DAYS", 30, 1, 3650)
AUDIT_DAYS = read_integer(os.environ, "AUDIT_DAYS", 400, 1, 36_500)
EMPTY_EVERY_SECONDS = 5
EMPTY_REPLY_SECONDS, DELETE_REPLY_SECONDS = 1.0, 5.0  # how long a click that deletes all waits
TEMPORARY_HOURS = read_integer(os.environ, "TEMPORARY_HOURS", 24, 1, 8760)
COPIES_BEFORE_MIGRATIONS = 5
BACKUP_DIR = read_folder(os.environ, "BACKUP_DIR")
BACKUP_KEEP = read_integer(os.environ, "BACKUP_KEEP", 14, 1, 3650)
BACKUP_HOUR = read_integer(os.environ, "BACKUP_HOUR", 3, 0, 23)
MIGRATION_LOCK_SECONDS = read_integer(os.environ, "MIGRATION_LOCK_SECONDS", 60, 1, 86_400)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What processes tell each other; without a channel layer they poll the database
CHANNEL_LAYERS = read_layers(os.environ, "REDIS_URL", SECRET_KEY)

# Static files: hashed and compressed once, served by this process
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": read_storage(os.environ, "FILE_STORAGE", DATA_DIR / "files"),
    "staticfiles": {"BACKEND": "chatsite.delivery.static_files.JoiningStorage"},
}

TIME_ZONE = read_time_zone(os.environ, "TIME_ZONE", "UTC")
USE_TZ = True

# The providers of models, and the servers of tools
PROVIDERS = read_providers(os.environ, "CHAT_PROVIDERS")
LOCAL_PROVIDERS = read_pairs(os.environ, "LOCAL_PROVIDERS")
LOCAL_TOOL_SERVERS = read_pairs(os.environ, "LOCAL_TOOL_SERVERS")
OPERATORS_TOOL_SERVERS = read_tool_servers(os.environ, "CHAT_TOOLS")
NEARBY_MODELS = read_pairs({"NEARBY_MODELS": USUAL} | os.environ, "NEARBY_MODELS")
PROVIDERS_EVERY_SECONDS = 2
DEMO_MODELS = read_choice(os.environ, "DEMO_MODELS", "FEW", ("FEW", "ALL"))

# Recordings of what upstreams send, byte for byte, to find out why an answer went wrong
RECORD_UPSTREAM = read_flag(os.environ, "RECORD_UPSTREAM")
RECORDING_BYTES = 2 * 1024 * 1024
RECORDINGS_BYTES = 64 * 1024 * 1024

# Limits: what may be asked of the site at once (bytes are UTF-8)
SOCKETS_PER_USER = read_integer(os.environ, "SOCKETS_PER_USER", 20, 1, 100_000)
SOCKETS = read_integer(os.environ, "SOCKETS", 5000, 1, 1_000_000)
INBOUND_BYTES = 1024 * 1024 * read_integer(os.environ, "INBOUND_MB", 256, 8, 65_536)
REQUEST_SECONDS = read_integer(os.environ, "REQUEST_SECONDS", 300, 1, 3600)
RUNNING_GENERATIONS, WAITING_GENERATIONS = 500, 1000  # of one process: written; in line
RUNNING_PER_USER = read_integer(os.environ, "RUNNING_PER_USER", 4, 1, 100_000)
WAITING_PER_USER = read_integer(os.environ, "WAITING_PER_USER", 20, 0, 100_000)
SENDS_A_MINUTE = read_integer(os.environ, "SENDS_A_MINUTE", 30, 1, 1_000_000)
SENDS_A_DAY = read_integer(os.environ, "SENDS_A_DAY", 500, 1, 1_000_000)
TOKENS_A_MONTH = read_integer(os.environ, "TOKENS_A_MONTH", 0, 0, 10**15)  # 0: no limit
COST_A_MONTH = read_integer(os.environ, "COST_A_MONTH", 0, 0, 10**6)  # dollars; 0: no limit

# Retries: how often a failed request is repeated automatically, before and after the first word
AUTOMATIC_RETRIES = 2
AUTOMATIC_RESUMES = read_integer(os.environ, "AUTOMATIC_RESUMES", 2, 0, 2)  # without progress
AUTOMATIC_RESUMES_IN_ALL = 100
AUTO_RESUME = read_flag(os.environ, "AUTO_RESUME")
BACK_OFF_SECONDS = (1.0, 2.0)
LONGEST_WAIT_SECONDS = 60.0
STOP_RECEIPT_SECONDS = 5.0  # after a stop, how long its server is asked whether it is idle

# How often deltas are committed and shown, and how often processes look at the database
FRAME_LEAST_MS = 20  # with more than one answer
FRAME_MS_PER_RUN = 0.4
FRAME_MOST_MS = 40
STOP_POLL_MS = 50
STORAGE_PATIENCE_SECONDS = read_integer(os.environ, "STORAGE_PATIENCE_SECONDS", 30, 1, 3600)
THREAD_TURN_SECONDS = 0.0001
LEASE_SECONDS = read_integer(os.environ, "LEASE_SECONDS", 10, 2, 600)
REAP_EVERY_SECONDS = 0.3 * LEASE_SECONDS
LOOK_AROUND_MS = 250
TAKE_OVER_EVERY_SECONDS = 1
SHUTDOWN_SECONDS = 8
SIGN_INS_EVERY_SECONDS = 2

# Monitoring: which other machines may read the metrics
METRICS_ALLOW = read_networks(os.environ, "METRICS_ALLOW")

LOG_LEVEL = read_choice(
    os.environ, "LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOG_FORMAT = read_choice(os.environ, "LOG_FORMAT", "LINE", ("LINE", "JSON")).lower()
ACCESS_LOG = read_flag(os.environ, "ACCESS_LOG")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "chatsite.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "chatsite.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"chatsite.sign_ins": {"level": "INFO"}},
}
