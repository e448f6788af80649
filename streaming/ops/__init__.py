"""Keeping a site alive for others: starts, copies, checks of a deployment, what is watched.

Promise: no start on a database from a later version, and of everything that is in the way one
sentence that says what to do.
Front door: `doctor` (with `doctor_services`, `doctor_power`), `health`, `metrics_view`, `backup`,
`nightly`, `stop_proof`; for starts `postgresql`, `malloc`, `start_trouble`; `trusted_peers` (who
asks from nearby); `upgrades/` and `restore/` for the database.
Knows every other room and is known by `chatsite`, the lifecycle and management commands alone.
`durable` is the exception that anybody may use: it knows nothing but files.
"""
