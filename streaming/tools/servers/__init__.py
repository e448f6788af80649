"""MCP servers: the only place that speaks to them, and where the package `mcp` is used.

Promise: an address that people typed in is judged like a provider's, and what was judged is what is
dialled; no redirect is followed and no proxy comes from the environment; whatever a server
sends or keeps back, a request ends within limits of time and size, in a sentence.

Front door: `address` (which servers there are, with their secrets), `calls` (one call),
`listing` (a look at the tools). `client` takes memory and a second to load: with the first use.
"""
