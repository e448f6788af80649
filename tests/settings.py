"""The site's settings for tests that run inside pytest's own process.

A data folder that goes away, no provider from the developer's environment, and a database in a
real file: the journal writes from its own thread, which a database in memory cannot show.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from importlib import import_module

OUTSIDE = (
    *(
        "OPENAI_",
        "ANTHROPIC_",
        "CHAT_PROVIDERS",
        "LOCAL_PROVIDERS",
        "CHAT_TOOLS",
        "LOCAL_TOOL_SERVERS",
        "DEMO_",
    ),
    *("PUBLIC_ORIGIN", "PORT", "FIELD_KEYS"),
)

for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
    del os.environ[name]
# Where a commit does not wait for a disk, if there is such a place.
in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
scratch = tempfile.mkdtemp(prefix="chatsite-tests-", dir=in_memory)
atexit.register(shutil.rmtree, scratch, ignore_errors=True)
os.environ["DATA_DIR"] = scratch
os.environ["DEMO_MODELS"] = "all"

_site = import_module("chatsite.settings")
globals().update({name: value for name, value in vars(_site).items() if name.isupper()})

DATABASES = _site.DATABASES
if DATABASES["default"]["ENGINE"] == "streaming.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": f"{scratch}/test.sqlite3"}
_site.STATIC_ROOT.mkdir()  # whitenoise warns where there is none
STORAGES = _site.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# One person of the tests does what many do.
SENDS_A_MINUTE = SENDS_A_DAY = RUNNING_PER_USER = 100_000
# A slow hash protects nothing here, and costs every test that signs somebody in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
