"""What is kept: conversations and their messages, and the pages that show and change them.

It promises that a person sees all of their own conversations and nobody else's: every row is found
through its owner (`access`), and a page costs the same however long a conversation or the list of
them is (`branches`, `sidebar`, `paging`). The front doors are `urls` for browsers, `models`,
`access` and `branches` for the other apps, and `markdown`, a room of its own.

How an answer is being made does not come in: nothing here imports `streaming` or `chatsite`. What
a page shows of a running answer is a partial of `streaming`, named by its template.
"""
