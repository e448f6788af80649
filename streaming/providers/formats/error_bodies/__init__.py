"""What a server says in a refusal, found wherever it put it: its words, its codes, its waits.

A body is JSON of any shape, JSON within strings of JSON, a page, or plain text. Pure, and
bounded in depth and size.
"""

from streaming.providers.formats.error_bodies.kinds import kind_in_words, lasts_long, spellings
from streaming.providers.formats.error_bodies.layers import layers, outer_and_inner
from streaming.providers.formats.error_bodies.waits import requested_wait
from streaming.providers.formats.error_bodies.words import plain, words

__all__ = [
    "kind_in_words",
    "lasts_long",
    "layers",
    "outer_and_inner",
    "plain",
    "requested_wait",
    "spellings",
    "words",
]
