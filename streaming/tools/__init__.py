"""Tools that models may call: those of MCP servers, and a few of the site's own.

It promises that a conversation offers what was switched on in it and an administrator chose, as it
was looked at then; that listing them asks no server; and that a call ends within limits of time
and size, also where its server is hostile. What a server says is data: it never becomes HTML.

The front doors are `offered` (which tools there are), `running` (a call), `allowing` (what a
person approved), `pages` (with `urls`); `models` and `apps` are Django's.
"""
