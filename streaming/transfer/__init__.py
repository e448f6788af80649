"""Conversations in and out, with their runs: exports, imports, and the work on them.

`conversations.transfer` knows the files; here rows become plain data and plain data becomes rows.
Front doors: `urls`; `work`, which continues what people began, whatever became of their pages or of
the process; `incoming` and `outgoing` for commands; and `files` for an account that goes.
"""
