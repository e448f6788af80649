"""What is kept of an answer, and in what order: the truth of every run.

Promise: entries of a run are numbered without a gap, none is committed after its end, and a run
ends once, by whoever closes it first. What a page was shown is in here before it is shown.
Front door: `store` (read, append, close; the only writer of `JournalEntry`), `entries` and
`snapshot` (what it holds of a run), `buffer` (what a run hands over), `writer` (one commits for
all runs of this process) with its `pace`, `reading` (on, in many runs at once), `stop_marks`
(wishes to stop), `run_facts` (what a run leaves next to its text), `searchable` (what the search is
told); `tool_calls`, `thinking` and `usage` as they are kept; `constraints` (why the
database refused a row).
Knows models, events and costs; no socket, no run, and of a provider only what was asked.
"""
