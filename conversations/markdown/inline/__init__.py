"""The text in a block, with its emphasis, links, footnotes and formulas, as safe HTML.

The reading is markdown-it's, with rules of our own for what models write. Everything passes the
sanitiser. Later text cannot change a segment that has been settled; what is half-written is shown
without the marks that wait for their closing ones.

Front door: `reader` (a text that is whole), `segments` (a text that grows), `formulas` and
`formula_or_prose` (where a formula begins and ends), `mathml`, `sanitiser`. Imports no other room.
What may not come in: blocks, and the page.
"""
