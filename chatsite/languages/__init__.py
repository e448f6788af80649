"""The languages in which the site speaks, and in which of them it speaks with whom.

It promises that a page, the replies to it and its socket speak one language: the one that the
person chose, else the one that the browser asks for. The texts of each language stand in
`catalogues/*.po`; they are compiled into memory when the site starts, so no other program is needed
and nothing is written. Front doors: `middleware`, `apps`, and `manage.py texts`, which keeps the
catalogues complete. What texts the site has is found by `extraction`; `catalogue` reads, writes and
compiles; `script_texts` brings those of scripts into a page.
"""
