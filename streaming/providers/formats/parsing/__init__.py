"""What the parsers of all formats share: frames to values, values to events, each thing once.

Front door: `stream_parser` (the base of every parser) and `event_builder` (what it tells). Knows
no format. Pure.
"""
