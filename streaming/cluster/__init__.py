"""What the processes of one site tell and owe each other.

Promise: a run of a process that died is ended by another, and never one that lives; what one
process did is seen by the others, at once if a ring arrives, after a look at the database if not.
Front door: `leases` (the right to write), `reaper` (ends what the dead left), `bus` (rings by
topic), `bus_relay` (rings to other processes), `poller` (sees what nobody rang).
Knows the journal and models; no run, no socket, no provider.
"""
