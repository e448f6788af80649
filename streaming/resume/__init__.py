"""Resuming a partial answer: how to ask for its rest, and how to join what comes to what is there.

Promise: the kept text stays as it is, nothing of the continuation is lost, and what it repeats or
wraps around itself is taken out where that can be told, streamed or whole alike.
Front door: `plan` (the way a model offers, and the request) and `seam.Seam` (the join).
Pure: no Django, no network, no settings; of `providers` only its words.
"""
