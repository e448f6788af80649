"""The wire formats: a request in our words to JSON of theirs, bytes of theirs to our events.

One module a format (`chat`, `responses`, `messages`, `gateway`, `pawa`), its request and its
tables next to it; `framing/` cuts bytes into frames, `parsing/` is what all parsers share,
`error_bodies/` reads refusals. Front door: each format's entry in `providers.registry`.
Pure: no network, no Django, no settings. Words of the wire stay inside their format.
"""
