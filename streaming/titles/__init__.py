"""Titles that a model gives: offered to a person who asks, or given once after the first answer.

It promises that a title which its owner gave is never changed, that no answer waits for a title,
that the list keeps its order, and that what a title used is counted with its conversation. Each
request is a row that is claimed before anybody is asked, so it is asked at most once.

The front doors are `urls` for browsers, `automatic` for the chore, and `spending`; `apps` and
`models` are Django's. What a model says comes in as one line of plain text (`cleaning`).
"""
