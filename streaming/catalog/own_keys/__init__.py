"""Keys that people bring along: with them they pay for their own answers.

It promises that a key is sent for its owner's answers alone, to the address that it was entered
for, and comes out nowhere. `keys` finds, takes in and forgets them, `views` are their page.
"""
