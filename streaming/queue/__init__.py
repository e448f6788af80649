"""Prompts in line: what a person wrote while an answer was being written, sent once that has ended.

Promise: what was put in line stays there through a reload, a crash and another process until it is
sent, once, or taken out. Its row goes in the transaction in which its message and generation are
made, with the row's key as the key of the generation; the conversation is held meanwhile, so of
several processes one does it. After a stop, a failure or an interruption the line is held, and says
why, until its owner sends it.
Front door: `sending` (send, advance, send now), `recovery` (after an answer, after a crash), `line`
(hold), `urls`. `changes` is what a person may do with a row, `turns` says whose turn it is. What
pages show of it is rendered in `live`.
No run and no connection comes in here: `actions` begins an answer.
"""
