"""Who may use which providers and models.

It promises that a rule holds at every door and in every process from the next request on: whoever
may not use a model is shown none of it, and is told what is told of one that does not exist. What
is being written continues.
Front door: `permits` (what a person may use), `rules` (what administrators chose), `models`.
"""
