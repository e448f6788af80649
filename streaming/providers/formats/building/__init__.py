"""One answer put together from upstream's pieces: each thing once, in order, within its limit.

Front door: `event_builder.EventBuilder`, which every parser fills. It promises whole characters,
calls numbered as they start, one end, and no text after a hole that nobody has proven closed.
Knows no format and no frames. Pure.
"""
