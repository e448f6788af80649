"""The answer as it grows: what has to be done to the page after each piece.

Markdown can only change at its end: a line continues the last block or starts another. So a block
that has ended is rendered once and never touched again (`document`, `closed_part`). Of the open
block only the innermost last part can change (`open_part`, `open_views`): mostly text is appended,
else a line or two are replaced. The half-written line is read on trial and taken back.

Only a link's definition that comes later changes what stands above it (`late_links`). Footnotes
are put in order at the end. How much HTML an answer may become is bounded (`budget`).

Front door: `renderer`, `operations`, `visible_length`. No other room imports this one. What may
not come in: how a line or a mark is read, and which HTML it becomes.
"""
