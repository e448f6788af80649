"""The five wire formats, each from the side of the server: requests in, answers out.

Front door: `served_format` says what each offers; `chat`, `responses`, `messages`, `gateway` and
`pawa` are the formats; `transcript` is what an answer has been so far, which they write from.
What a model does is decided in `behaviours`. Nothing that waits or sends may come in: an encoder
makes bytes, and `serving` says when they leave.
"""
