"""Source code in colours, whole or a line at a time.

What stands between two tags is escaped text and nothing else. No step reads more than a few
thousand characters, and a language that is not on the list has no colours.

Front door: `highlight` (a block that has ended), `code_lines` (one that is being written),
`languages.prepare`. Imports no other room. What may not come in: Markdown, and the page.
"""
