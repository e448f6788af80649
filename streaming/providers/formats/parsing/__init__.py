"""What the parsers of all formats share: frames to values, and what a value may hold.

Front door: `stream_parser.StreamParser`, the base of every parser. What a value says goes into
`building/`. Knows no format. Pure.
"""
