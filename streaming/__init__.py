"""What is alive: an answer while it is being made, and all that leads to it or shows it.

Front door: `views` (what pages post), `live.routing` (the socket), `lifecycle` (start and stop).
`docs/architecture.md` follows a message, a stop, a resume and a reattach through the rooms.
Knows `conversations`; nothing there knows this.
"""
