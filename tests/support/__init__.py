"""The standing cast of tests that use the whole site: what is put in its way, and checked after.

Nothing here knows a single test; whatever a test needs once stays in its own file.
"""
