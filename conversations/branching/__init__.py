"""A branch as a conversation of its own.

It promises that the copy shares nothing but text with what it was copied from: changing or
deleting one leaves the other alone. Front door: `copying`. Who writes what is still being written
does not come in: the caller says how such a text reads so far.
"""
