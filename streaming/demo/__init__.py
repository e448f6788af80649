"""The demo upstream: a real HTTP server on loopback that behaves as providers do, well and badly.

It imports nothing from the rest of the project, so that it can bear witness against it.
"""
