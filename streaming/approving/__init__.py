"""What a person decides about a call of a tool: it may run, it may not, it is to stop.

It promises that a decision is kept before anything follows from it, and that one which comes twice
counts once; when the last call of an answer is decided, the answer continues.

The front doors are `views` and `actions`. What may not come in: how a tool is run.
"""
