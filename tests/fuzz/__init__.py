"""Doors and parsers under arbitrary input: nothing breaks, and nothing grows.

A few examples of each with every change. `FUZZ_MINUTES=60 make test ARGS=tests/fuzz` takes about
as long as it says.
"""
