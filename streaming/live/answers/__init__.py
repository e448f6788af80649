"""An answer as a reader sees it, running or ended: what is said of it and what can be done.

Promise: page, reply and socket say the same of an answer, from the same rows.
Front door: `answer_view` (all that templates show), `notices` (why an answer did not end normally).
Knows the journal and runs' rows; no socket, no task. Nothing here writes.
"""
