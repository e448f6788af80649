"""How an answer came about: its facts, what its provider sent, and taking it away as a file.

Front doors: `views`, `source` (what Copy takes), `download` (a file that grows as the answer does),
`facts`.
Reads rows; changes nothing but whether bodies are recorded.
"""
