"""The audit log: who changed something of the site or of another person's account, and when.

Promise: a row is written in the transaction of its act, so none is without the other; it holds no
key, password, link, title, prompt or answer; nothing changes it, and only its age deletes it. Names
are kept as text, so the log outlives the accounts that it names.
Front doors: `recording` (`record`), `acts` (which acts there are), `listing`, `keeping` (age).
Knows nobody: every room may record here.
"""
