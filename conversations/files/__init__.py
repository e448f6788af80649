"""Files: pictures and documents that go into prompts, and pictures that answers make.

It promises that a file is found through its owner alone, that its bytes lie in the storage under a
random name, that nobody has more of them than the quota, and that they go with the last that they
hang on. The front doors are `models`, `attached` (which hang on which messages), `keeping` (a new
one) and `sweeping` (those that nobody needs). What a file is, `reading` finds out. Nothing here
knows of prompts in line or of runs: whoever keeps a file otherwise says so when it sweeps.
"""
