"""The trash: what was deleted, until it is restored or gone for good.

It promises that a click loses nothing: what is deleted is only out of sight (the managers of
`conversations.models` see to that), comes back exactly as it was, and is gone for good when its
time is over or its owner says so, in transactions of a bounded size. Front doors: `moving`
(delete, restore), `listing` (what the page shows), `purging` (for good), `temporary`.

Running answers do not come in: `streaming.trash` stops what is written in what is deleted.
"""
