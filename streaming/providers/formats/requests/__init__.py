"""What is sent: a `ChatRequest` as the JSON body of a wire format.

`history` makes the turns fit to send, `offers` knows which parameters a model takes; each other
module writes the body of one format. (The request of `gateway` and `pawa` is short and stands with
their parser.) Pure; knows no parser.
"""
