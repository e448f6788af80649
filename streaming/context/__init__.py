"""How full a model's window is, and what is left out when it is too full.

Promise: nothing is left out unless a person chose so; it is said in the thread and can be taken
back. What was counted is the last reported usage, the rest an estimate that is called one. Front
door: `views` and `urls`, `gauge`, `leaving_out`.
"""
