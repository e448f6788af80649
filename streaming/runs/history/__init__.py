"""What a model is told of a conversation: the branch down to a prompt, as turns.

The front doors are `said` (a branch, with its files and what answers left to be sent back) and
`turns` (one answer with calls of tools). What may not come in: the words of a wire format.
"""
