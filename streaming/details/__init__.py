"""How an answer came about: its facts, what its provider sent, and taking it away as a file.

Front door: `views`. Reads rows; changes nothing but whether bodies are recorded.
"""
