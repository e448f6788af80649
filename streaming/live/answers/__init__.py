"""An answer as a reader sees it, running or ended: what is said of it and what can be done.

Promise: page, reply and socket say the same of an answer, from the same rows.
Front doors: `answer_rows` (reads them), `answer_view` (all that templates show of one, in
parts), `thread_answers` (those of a thread), `rendered_answer` (its text; `rendered_texts` keeps
that of ended ones), `notices` (why one did not end normally).
Knows the journal and runs' rows; no socket, no task. Nothing here writes.
"""
