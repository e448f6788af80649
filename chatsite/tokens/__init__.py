"""Personal access tokens: what `curl` and programs sign in with, in the place of a browser.

A token is shown once, when it is made; only its SHA-256 hash is kept. It opens the addresses that
take tokens (`streaming.api`), and no page. The front doors are `urls`, `bearer`, the middleware
that reads `Authorization: Bearer`, and `granting.ended`, which settings name for what stays open.
"""
