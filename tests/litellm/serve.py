"""The LiteLLM proxy on a loopback port, run by its own Python: `serve.py PORT`.

It may reach nothing but this machine: an attempt is printed, and fails.
"""

import importlib
import os
import sys
from typing import Any

HERE = {"127.0.0.1", "::1", "localhost", "", "None"}


def stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook, so it sees a connection whichever library makes it."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name not in HERE:
        print(f"LiteLLM reached out to {name}", flush=True)
        raise PermissionError(f"the tests' LiteLLM may not reach {name}")


def main() -> None:
    sys.addaudithook(stay_here)
    # Not a plain import: it is installed in the proxy's environment, and unknown to the tests' own.
    uvicorn = importlib.import_module("uvicorn")
    # The plain loop, because the hook sees no connection that uvloop makes.
    uvicorn.run(
        "litellm.proxy.proxy_server:app", host="127.0.0.1", port=int(sys.argv[1]), loop="asyncio"
    )


if __name__ == "__main__":
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"
    main()
