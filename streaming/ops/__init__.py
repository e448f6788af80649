"""Keeping a site alive for others: starts, upgrades, copies, checks of a deployment.

Knows every other room and is known by `chatsite` and the management commands alone. What it
promises: no migration without a way back, no start on a database from a later version, and of
everything that is in the way one sentence. `durable` is the exception that anybody may use: it
knows nothing but files.
"""
