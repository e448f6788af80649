"""What requests and sockets may cost before Django sees them: bytes, headers, time, messages.

Daphne has no settings for most of it, so `install`, the front door, puts classes of these modules
in the place of Daphne's own; `chatsite/asgi.py` calls it before the server starts. What a request
or a command means is for the apps to say: nothing here knows a page, a model or a person. `turns`,
for `chatsite/pages.py`, says how many requests are served at once.
"""

from chatsite.bounds import replies, requests, sockets


def install() -> None:
    replies.install()
    requests.install()
    sockets.install()
