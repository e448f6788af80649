"""What other programs export: an element of such a file, told by its shape, as threads.

Front doors: `recognised` (the threads of an element, or None), `EXPECTED` (what is read, in words).
Each module knows one program. The shapes were read off real exports and are not documented by
their makers, so whatever is not as expected is kept as it came, and counted.
"""
