"""Bytes to frames: server-sent events or JSON values, whatever the pieces, bounded in memory.

Front door: `framer.Framer`. Knows nothing of what a frame means. Pure.
"""
