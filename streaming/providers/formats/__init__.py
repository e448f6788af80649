"""The wire formats: a request in our words to JSON of theirs, bytes of theirs to our events.

One module a format (`chat`, `responses`, `messages`, `gateway`, `pawa`) holds its parser and its
`ADAPTER`. `requests/` writes the bodies. `framing/` cuts bytes into frames, `parsing/` reads their
values, `items/` is what one format alone has in them, `building/` makes events of what they say,
`error_bodies/` reads refusals. Front door: each format's `ADAPTER`, listed in `providers.registry`.
Pure: no network, no Django, no settings. Words of the wire stay inside their format.
"""
