"""Rounds of tools: what a model calls is judged, run once somebody approved it, and told to it.

Each round is a run of its own in the same message: it runs the calls of the round before it, then
asks the model. So a wait for an approval is no run, and what was decided outlives a restart.

The front doors are `judging` (whether a call may run), `calling` (runs them) and `continuing`
(begins the next round). What may not come in: how a tool is reached.
"""
