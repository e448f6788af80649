"""Conversations in and out: archives of this site and of others, as plain data, without runs.

`opening` reads a file that nobody vouches for, in bounded memory. `sources` tells by its shape what
an element of it is, and makes a `plain.Thread` of it; `archive` does that for the site's own
format, and writes it. `tree` puts a thread's nodes in order and says what of them is shown.
`models` remember which row was which node, so that nothing is taken twice. What is in a thread
besides words, such as who wrote an answer and what that cost, stays the plain JSON that
`streaming.transfer` reads and writes.
"""
