"""What the web server's libraries load and nothing here uses, left out: 18 MB of each process.

They also speak TLS, which a proxy does for this site, and WAMP, which nobody does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

NOT_THERE = ("OpenSSL", "cbor2")
"""Without these the libraries do without, as where they are not installed."""
WAMP = "autobahn.twisted.wamp"


@contextmanager
def without_tls_and_wamp() -> Iterator[None]:
    """What is imported meanwhile goes without; what is imported later gets all that is there."""
    missing = [name for name in (*NOT_THERE, WAMP) if name not in sys.modules]
    modules: dict[str, ModuleType | None] = dict.fromkeys(missing)  # None: an ImportError
    if WAMP in missing:
        modules[WAMP] = _without_sessions()
    sys.modules.update(modules)  # type: ignore[arg-type]  # the import system knows None
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


def _without_sessions() -> ModuleType:
    """The library's front door takes one name from there, which is for others."""
    module = ModuleType(WAMP)
    module.ApplicationSession = object  # type: ignore[attr-defined]
    return module
