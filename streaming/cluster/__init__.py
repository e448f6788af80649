"""What the processes of one site tell and owe each other.

Promise: a run of a process that died is ended by another, and never one that lives; what one
process did is seen by the others: at once if a message arrives, else after a poll.
Front door: `leases` (the right to write), `reaper` (ends what the dead left), `bus` (publish and
subscribe, by `Topic`), `bus_relay` (to other processes), `poller` (delivers what was lost).
Knows the journal and models; no run, no socket, no provider.
"""
