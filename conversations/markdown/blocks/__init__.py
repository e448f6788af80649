"""Lines to a tree of blocks, and blocks to HTML.

A line costs as much as the tree is deep, however long the document is. A half-written line is read
like any other, or held back while it says too little; the tree can forget it again. The structure
around the text is written from shapes alone: no text of the answer reaches a tag or an attribute.

Front door: `parser` (lines to the `tree` of `block`s, each with one of the `shapes`) and `writer`
(blocks to HTML, what stands innermost by `leaf_blocks`). Imports `inline` and `code`. What may not
come in: what the page shows at the moment, and what marks within a line mean.
"""
