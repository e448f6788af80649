"""An account that is deleted: all that is its person's goes for good, and last the person.

It promises that from the first moment nobody signs in with it and no link or token of it works,
that what is written in its conversations is stopped, and that the rest goes in short pieces,
whichever process lives on. Front door: `going`.
"""
