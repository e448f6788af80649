"""Files of a conversation on their way to a provider, in the size that this one takes.

It promises that a document goes whole, that a picture goes no larger than the provider looks at it,
and that a model which is known to take no pictures is told that there were some. The front doors
are `loading` (bytes and texts out of the storage), `estimates` (how many tokens that is, about, and
what they cost) and `refusing` (a prompt whose pictures its model would not see).
"""
