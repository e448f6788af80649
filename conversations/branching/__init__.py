"""Branches of a conversation: the list of them all, and one as a conversation of its own.

It promises that a copy shares nothing but text with what it was copied from: changing or
deleting one leaves the other alone. Front doors: `copying`, and `views` for browsers. Who writes
what is still being written does not come in: the caller says how such a text reads so far.
"""
