"""Signing in without a password: a link that works once, for the owner of this machine.

It promises that a link lets one click in, for a few minutes, and that whoever signs in, this way or
with a password, gets to the page that was asked for (`next_page`). What a request may do, and by
which sign-in, is `grants`. The front doors are `links`, `next_page` and `grants`. Accounts and
passwords do not come in: they are `chatsite.accounts`.
"""
