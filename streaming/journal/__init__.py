"""What is kept of an answer, and in what order: the truth of every run.

Promise: entries of a run are numbered without a gap, none is committed after its end, and a run
ends once, by whoever closes it first. What a page was shown is in here before it is shown.
Front door: `store` (read, append, close; the only writer of `JournalEntry`), `writer` (one
thread commits for all runs of this process), `buffer` (what one run hands over), `stop_marks`
(which runs were asked to stop), `entries` and `run_facts` (its words).
Knows models and events; no provider, no socket, no run.
"""
