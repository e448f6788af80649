"""What the demo models do: from a request in no wire format to the steps of an answer.

The same request always gets the same answer, so a test can know it beforehand.
Front door: `demo_models` (which models there are, and `find`); `request` is what they are asked,
`steps` what they can do, `texts` what they have to say.
No wire format, no connection and no clock may come in: a step says how long it waits, and the
player keeps the time.
"""
