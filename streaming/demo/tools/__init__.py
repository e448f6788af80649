"""The demo tool server: MCP over streamable HTTP, with tools that behave well and badly.

It counts what was called, what finished and what was cancelled, so a test can tell what ran.
Front door: `server`, which the demo upstream serves at `/mcp`. It knows the exchanges of
`serving`, and no model.
"""
